//! Sets of stickers: those that are there, and those that bots make.

use reqwest::Method;
use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::support::{Bot, Form, png, start};

fn set_name(tg: &Emulator) -> String {
    format!("cats_by_{}", tg.username())
}

/// A set of the bot's with two stickers, made for a person.
async fn made(tg: &Emulator, bot: &Bot, person: i64) -> Value {
    let stickers = json!([
        {"sticker": "attach://a", "format": "static", "emoji_list": ["😺", "😸"]},
        {"sticker": "attach://b", "format": "static", "emoji_list": ["😿"], "keywords": ["грусть"]},
    ]);
    let form = Form::default()
        .text("user_id", person)
        .text("name", set_name(tg))
        .text("title", "Коты")
        .text("stickers", stickers)
        .file("a", "a.webp", b"webp a")
        .file("b", "b.webp", b"webp b");
    bot.upload("createNewStickerSet", form).await.result();
    set(tg, bot).await
}

async fn set(tg: &Emulator, bot: &Bot) -> Value {
    let name = json!({"name": set_name(tg)});
    bot.call("getStickerSet", name).await.result().clone()
}

fn ids(set: &Value) -> Vec<Value> {
    let stickers = set["stickers"].as_array().unwrap().iter();
    stickers.map(|sticker| sticker["file_id"].clone()).collect()
}

#[tokio::test]
async fn a_bot_makes_a_set_and_sends_of_it() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let set = made(&tg, &bot, alice.id()).await;
    let first = &set["stickers"][0];
    assert_eq!(
        (&set["title"], &set["sticker_type"], &first["emoji"]),
        (&json!("Коты"), &json!("regular"), &json!("😺😸"))
    );
    assert_eq!(first["set_name"], set["name"]);
    let sticker = json!({"chat_id": alice.id(), "sticker": first["file_id"]});
    let sent = bot.call("sendSticker", sticker).await.result().clone();
    assert_eq!(sent["sticker"], *first);
    let file = json!({"file_id": first["file_id"]});
    let path = bot.call("getFile", file).await.result()["file_path"].clone();
    assert_eq!(bot.download(path.as_str().unwrap()).await.1, b"webp a");

    let again = json!({
        "user_id": alice.id(), "name": set["name"], "title": "x",
        "stickers": [{"sticker": first["file_id"], "format": "static", "emoji_list": ["😺"]}],
    });
    let refused = bot.call("createNewStickerSet", again.clone()).await;
    refused.is_error(400, "Bad Request: sticker set name is already occupied");
    let mut odd = again.clone();
    odd["name"] = json!("cats");
    let refused = bot.call("createNewStickerSet", odd.clone()).await;
    refused.is_error(400, "Bad Request: invalid sticker set name is specified");
    odd["name"] = json!(format!("dogs_by_{}", tg.username()));
    odd["stickers"][0]["emoji_list"] = json!(["dog"]);
    let refused = bot.call("createNewStickerSet", odd.clone()).await;
    refused.is_error(400, "Bad Request: invalid sticker emojis");
    odd["stickers"] = json!([]);
    let refused = bot.call("createNewStickerSet", odd).await;
    refused.is_error(400, "Bad Request: STICKERS_EMPTY");
}

#[tokio::test]
async fn a_set_is_filled_sorted_renamed_and_deleted() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let name = set_name(&tg);
    let before = made(&tg, &bot, alice.id()).await;
    let form = Form::default()
        .text("user_id", alice.id())
        .text("sticker_format", "video")
        .file("sticker", "c.webm", b"webm");
    let uploaded = bot.upload("uploadStickerFile", form).await.result().clone();
    let input = |id: &Value| json!({"sticker": id, "format": "video", "emoji_list": ["🙀"]});
    let add = json!({
        "user_id": alice.id(), "name": name, "sticker": input(&uploaded["file_id"]),
    });
    bot.call("addStickerToSet", add).await.result();
    let third = ids(&set(&tg, &bot).await)[2].clone();
    bot.call(
        "setStickerPositionInSet",
        json!({"sticker": third, "position": 0}),
    )
    .await
    .result();
    let sorted = set(&tg, &bot).await;
    assert_eq!(ids(&sorted)[0], third);
    assert_eq!(
        (
            &sorted["stickers"][0]["is_video"],
            &sorted["stickers"][0]["emoji"]
        ),
        (&json!(true), &json!("🙀"))
    );

    let emoji = json!({"sticker": third, "emoji_list": ["😹"]});
    bot.call("setStickerEmojiList", emoji).await.result();
    let keywords = json!({"sticker": third, "keywords": ["смех"]});
    bot.call("setStickerKeywords", keywords).await.result();
    let mask = json!({"sticker": third, "mask_position": {"point": "eyes", "x_shift": 0, "y_shift": 0, "scale": 1}});
    let refused = bot.call("setStickerMaskPosition", mask).await;
    refused.is_error(400, "Bad Request: STICKER_INVALID");
    let replace = json!({
        "user_id": alice.id(), "name": name, "old_sticker": ids(&before)[0],
        "sticker": {"sticker": ids(&before)[1], "format": "static", "emoji_list": ["😼"]},
    });
    bot.call("replaceStickerInSet", replace).await.result();
    let gone = json!({"sticker": ids(&before)[1]});
    bot.call("deleteStickerFromSet", gone.clone())
        .await
        .result();
    let refused = bot.call("deleteStickerFromSet", gone).await;
    refused.is_error(400, "Bad Request: STICKER_INVALID");
    let title = json!({"name": name, "title": "Кошки"});
    bot.call("setStickerSetTitle", title).await.result();
    let form = Form::default()
        .text("user_id", alice.id())
        .text("name", &name)
        .text("format", "static")
        .file("thumbnail", "t.png", &png(100, 100));
    bot.upload("setStickerSetThumbnail", form).await.result();
    let after = set(&tg, &bot).await;
    let emoji: Vec<&Value> = after["stickers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["emoji"])
        .collect();
    assert_eq!(emoji, ["😹", "😼"]);
    assert_eq!(
        (&after["title"], &after["thumbnail"]["width"]),
        (&json!("Кошки"), &json!(100))
    );

    bot.call("deleteStickerSet", json!({"name": name}))
        .await
        .result();
    let gone = bot.call("getStickerSet", json!({"name": name})).await;
    gone.is_error(400, "Bad Request: STICKERSET_INVALID");
}

#[tokio::test]
async fn sets_of_others_are_read_and_not_changed() {
    let (tg, bot) = start().await;
    let cats = tg.sticker_set(
        "Cats",
        "Коты",
        "custom_emoji",
        [("😺", "webp"), ("😿", "webp")],
    );
    let emoji = cats["stickers"][1]["custom_emoji_id"].clone();
    let found = bot
        .call(
            "getCustomEmojiStickers",
            json!({"custom_emoji_ids": [emoji, "1"]}),
        )
        .await
        .result()
        .clone();
    assert_eq!(found, json!([cats["stickers"][1]]));
    let read = bot.call("getStickerSet", json!({"name": "cats"})).await;
    assert_eq!(*read.result(), cats);
    let refused = bot.call("deleteStickerSet", json!({"name": "Cats"})).await;
    refused.is_error(400, "Bad Request: STICKERSET_INVALID");

    // A person sends one of a set that a test has added.
    let url = format!("{}/control/stickers", tg.url());
    let form = Form::default()
        .text("name", "Dogs")
        .text("emoji", "🐶")
        .file("sticker", "a.webp", b"webp")
        .file("sticker2", "b.webp", b"webp");
    let dogs = bot.post_form(url, form).await.result().clone();
    assert_eq!(dogs["stickers"].as_array().unwrap().len(), 2);
    let alice = tg.person("Алиса");
    let url = format!("{}/control/send", tg.url());
    let id = dogs["stickers"][0]["file_id"].as_str().unwrap();
    let body = format!("user={}&sticker={id}", alice.id());
    bot.request(Method::POST, url, &body).await.result();
    let said = bot.only_update().await["message"].clone();
    assert_eq!(said["sticker"], dogs["stickers"][0]);
}

#[tokio::test]
async fn a_group_has_a_set_of_its_own() {
    let (tg, bot) = start().await;
    let _cats = tg.sticker_set("Cats", "Коты", "regular", [("😺", "webp")]);
    let group = tg.group("Дом").with_bot_as_administrator();
    let with = |name: &str| json!({"chat_id": group.id(), "sticker_set_name": name});
    bot.call("setChatStickerSet", with("cats")).await.result();
    let chat = json!({"chat_id": group.id()});
    let full = bot.call("getChat", chat.clone()).await.result().clone();
    assert_eq!(full["sticker_set_name"], "Cats");
    bot.call("deleteChatStickerSet", chat.clone())
        .await
        .result();
    let full = bot.call("getChat", chat).await.result().clone();
    assert_eq!(full["sticker_set_name"], Value::Null);
    let refused = bot.call("setChatStickerSet", with("none")).await;
    refused.is_error(400, "Bad Request: STICKERSET_INVALID");
}

#[tokio::test]
async fn sets_are_kept_in_the_data_file() {
    let file =
        std::env::temp_dir().join(format!("telegram-emulator-{:016x}.db", fastrand::u64(..)));
    let start = async || {
        let builder = Emulator::builder().token("42:x").data(&file);
        builder.start().await.unwrap()
    };
    let tg = start().await;
    let bot = Bot::of(&tg);
    let alice = tg.person("Алиса").who_has_started();
    let before = made(&tg, &bot, alice.id()).await;
    drop(tg);
    let tg = start().await;
    assert_eq!(set(&tg, &Bot::of(&tg)).await, before);
    drop(tg);
    std::fs::remove_file(file).unwrap();
}
