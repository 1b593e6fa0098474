//! sendPhoto, sendDocument and the like, sendMediaGroup: what goes with a file.

use serde_json::{Value, json};
use telegram_emulator::Person;

use crate::support::{Bot, Form, Reply, button, png, start};

fn to(alice: &Person) -> Form {
    Form::default().text("chat_id", alice.id())
}

#[tokio::test]
async fn a_photo_is_shown_in_sizes_with_its_caption() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = to(&alice)
        .file("photo", "cat.png", &png(1000, 500))
        .text("caption", "<b>Кот</b> @cat_bot")
        .text("parse_mode", "HTML")
        .text("has_spoiler", "true")
        .text("show_caption_above_media", "1")
        .text("reply_markup", button("Да", "yes"));
    let reply = bot.upload("sendPhoto", form).await;
    let message = reply.result();
    let sizes: Vec<_> = message["photo"].as_array().unwrap().iter().collect();
    let widths: Vec<_> = sizes
        .iter()
        .map(|size| size["width"].as_i64().unwrap())
        .collect();
    assert_eq!(widths, [90, 320, 800, 1000]);
    assert_eq!(
        (&sizes[3]["height"], &sizes[3]["file_size"]),
        (&json!(500), &json!(24))
    );
    assert_ne!(sizes[2]["file_id"], sizes[3]["file_id"]);
    assert_eq!(
        (&message["caption"], message.get("text")),
        (&json!("Кот @cat_bot"), None)
    );
    assert_eq!(
        message["caption_entities"],
        json!([{"type": "bold", "offset": 0, "length": 3}, {"type": "mention", "offset": 4, "length": 8}])
    );
    assert_eq!(message["has_media_spoiler"], true);
    assert_eq!(message["show_caption_above_media"], true);
    assert_eq!(message["reply_markup"], button("Да", "yes"));

    let sent = alice.next_message().await;
    assert_eq!(
        (sent.text.as_str(), sent.caption.as_str()),
        ("", "Кот @cat_bot")
    );
    assert_eq!(
        (&sent.entities, &sent.message),
        (&message["caption_entities"], message)
    );
}

#[tokio::test]
async fn a_file_can_be_sent_again_by_any_of_its_ids() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = to(&alice).file("photo", "cat.png", &png(1000, 500));
    let first = bot.upload("sendPhoto", form).await.result()["photo"].clone();
    for size in first.as_array().unwrap() {
        let params = json!({"chat_id": alice.id(), "photo": size["file_id"]});
        assert_eq!(bot.call("sendPhoto", params).await.result()["photo"], first);
    }
    let send = async |method: &str, field: &str, id: &Value| {
        bot.call(method, json!({"chat_id": alice.id(), field: id}))
            .await
    };
    send("sendDocument", "document", &first[0]["file_id"])
        .await
        .is_error(400, "Bad Request: can't use file of type Photo as Document");
    send("sendPhoto", "photo", &json!("nonsense")).await.is_error(
        400,
        "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
    );
    send("sendPhoto", "photo", &json!(""))
        .await
        .is_error(400, "Bad Request: there is no photo in the request");
    // Documents of all kinds are alike: they stay what they are.
    let form = to(&alice).file("video", "cat.mp4", b"moving");
    let video = bot.upload("sendVideo", form).await.result()["video"].clone();
    let again = send("sendDocument", "document", &video["file_id"]).await;
    assert_eq!(again.result()["video"], video);
}

#[tokio::test]
async fn every_kind_of_file_is_shown_as_telegram_shows_it() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |method: &str, form: Form| bot.upload(method, form).await.result().clone();
    let without_ids = |mut shown: Value| {
        for field in ["file_id", "file_unique_id"] {
            let id = shown.as_object_mut().unwrap().remove(field);
            assert!(id.is_some_and(|id| id.as_str().is_some_and(|id| id.len() > 10)));
        }
        shown
    };

    let form = to(&alice).file("document", "a.pdf", b"12345");
    let document = send("sendDocument", form).await["document"].clone();
    let expected = json!({"file_name": "a.pdf", "mime_type": "application/pdf", "file_size": 5});
    assert_eq!(without_ids(document), expected);

    let form = to(&alice)
        .file("video", "a.mp4", b"12345")
        .text("duration", 7)
        .text("width", 640);
    let video = send("sendVideo", form).await["video"].clone();
    let expected = json!({"width": 640, "height": 0, "duration": 7, "file_name": "a.mp4", "mime_type": "video/mp4",
                          "file_size": 5});
    assert_eq!(without_ids(video), expected);

    let form = to(&alice)
        .file("audio", "a.mp3", b"12345")
        .text("title", "Песня")
        .text("performer", "Хор");
    let audio = send("sendAudio", form).await["audio"].clone();
    let expected = json!({"duration": 0, "title": "Песня", "performer": "Хор", "file_name": "a.mp3",
                          "mime_type": "audio/mpeg", "file_size": 5});
    assert_eq!(without_ids(audio), expected);

    let form = to(&alice)
        .file("voice", "a.ogg", b"12345")
        .text("duration", 3);
    let voice = send("sendVoice", form).await["voice"].clone();
    let expected = json!({"duration": 3, "mime_type": "audio/ogg", "file_size": 5});
    assert_eq!(without_ids(voice), expected);

    let form = to(&alice).file("animation", "a.gif", b"GIF89a\x0a\0\x14\0");
    let message = send("sendAnimation", form).await;
    assert_eq!(
        (
            &message["animation"]["width"],
            &message["animation"]["height"]
        ),
        (&json!(10), &json!(20))
    );
    assert_eq!(
        message["document"]["file_id"],
        message["animation"]["file_id"]
    );

    let form = to(&alice)
        .file("sticker", "a.webp", b"12345")
        .text("emoji", "😀")
        .text("caption", "no");
    let message = send("sendSticker", form).await;
    assert_eq!(
        (&message["sticker"]["emoji"], &message["sticker"]["type"]),
        (&json!("😀"), &json!("regular"))
    );
    assert_eq!(message.get("caption"), None);

    let form = to(&alice)
        .file("video_note", "a.mp4", b"12345")
        .text("length", 360);
    assert_eq!(
        send("sendVideoNote", form).await["video_note"]["length"],
        360
    );
}

#[tokio::test]
async fn a_thumbnail_goes_with_a_document() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = to(&alice)
        .text("document", "attach://body")
        .text("thumbnail", "attach://small")
        .file("body", "a.txt", b"text")
        .file("small", "s.png", &png(64, 48));
    let reply = bot.upload("sendDocument", form).await;
    let thumbnail = &reply.result()["document"]["thumbnail"];
    assert_eq!(
        (&thumbnail["width"], &thumbnail["height"]),
        (&json!(64), &json!(48))
    );
}

#[tokio::test]
async fn what_telegram_cannot_take_is_refused() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |form: Form| bot.upload("sendPhoto", form).await;
    send(to(&alice).file("photo", "a.png", b""))
        .await
        .is_error(400, "Bad Request: file must be non-empty");
    send(to(&alice).file("photo", "a.png", b"no picture"))
        .await
        .is_error(400, "Bad Request: IMAGE_PROCESS_FAILED");
    send(to(&alice).file("photo", "a.png", &png(2100, 100)))
        .await
        .is_error(400, "Bad Request: PHOTO_INVALID_DIMENSIONS");
    send(to(&alice).file("photo", "a.png", &vec![0; (10 << 20) + 1])).await.is_error(
        400,
        "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
    );
    send(to(&alice).text("photo", "attach://nothing"))
        .await
        .is_error(400, "Bad Request: there is no photo in the request");
    let caption = "😀".repeat(512);
    let captioned = |caption: String| {
        to(&alice)
            .file("photo", "a.png", &png(9, 9))
            .text("caption", caption)
    };
    send(captioned(caption.clone())).await.result();
    send(captioned(caption + "x"))
        .await
        .is_error(400, "Bad Request: message caption is too long");
    assert_eq!(alice.messages().len(), 1);
}

#[tokio::test]
async fn uploads_end_at_50_megabytes() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = to(&alice).file("document", "a.bin", &vec![0; (50 << 20) + 1]);
    bot.upload("sendDocument", form)
        .await
        .is_error(413, "Request Entity Too Large");
}

async fn group(bot: &Bot, form: Form, media: Value) -> Reply {
    bot.upload("sendMediaGroup", form.text("media", media))
        .await
}

#[tokio::test]
async fn an_album_is_several_messages_of_one_group() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = to(&alice)
        .file("one", "1.png", &png(10, 10))
        .file("two", "2.mp4", b"moving");
    let media = json!([
        {"type": "photo", "media": "attach://one", "caption": "<i>Раз</i>", "parse_mode": "HTML"},
        {"type": "video", "media": "attach://two", "duration": 4},
        {"type": "photo", "media": "https://example.com/3.jpg"},
    ]);
    let reply = group(&bot, form, media).await;
    let messages = reply.result().as_array().unwrap();
    assert_eq!(messages.len(), 3);
    let id = messages[0]["media_group_id"].as_str().unwrap();
    assert!(
        messages
            .iter()
            .all(|message| message["media_group_id"] == id)
    );
    assert_eq!(
        (&messages[0]["caption"], messages[1].get("caption")),
        (&json!("Раз"), None)
    );
    assert_eq!(messages[0]["caption_entities"][0]["type"], "italic");
    assert_eq!(messages[1]["video"]["duration"], 4);
    assert!(messages[2]["photo"][0]["file_id"].is_string());
    assert_eq!(alice.messages().len(), 3);
}

#[tokio::test]
async fn odd_albums_are_refused_whole() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let item = |kind: &str| json!({"type": kind, "media": "https://example.com/a"});
    let send = async |media: Value| group(&bot, to(&alice), media).await;
    send(json!([]))
        .await
        .is_error(400, "Bad Request: there are no messages to send");
    send(json!(vec![item("photo"); 11]))
        .await
        .is_error(400, "Bad Request: too many messages to send as an album");
    send(json!([item("document"), item("photo")]))
        .await
        .is_error(
            400,
            "Bad Request: document can't be mixed with other media types",
        );
    send(json!([item("photo"), {"type": "photo", "media": "attach://lost"}]))
        .await
        .is_error(400, "Bad Request: can't parse InputMedia: media not found");
    send(json!([item("photo"), item("dance")])).await.is_error(
        400,
        "Bad Request: can't parse InputMedia: type \"dance\" is unsupported",
    );
    send(json!([item("photo"), {"type": "photo", "media": "unknown"}])).await.is_error(
        400,
        "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
    );
    assert_eq!(alice.messages(), []);
}
