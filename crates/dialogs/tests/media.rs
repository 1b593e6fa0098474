//! Windows with media, and from one kind to another: without servers.

mod seen;

use ostankino::{Call, Router, reply::Media};
use ostankino_dialogs::{Dialog, DialogData, DialogSet, Dialogs, RouterExt, field, windows};
use ostankino_test::Chat;
use serde::{Deserialize, Serialize};

use self::seen::buttons;

windows! { Step { Text, Photo, Clip, Album, Long, Caption, Wide, Crowd } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "show", windows = Step)]
struct Show {
    count: u8,
    note: String,
}

const MANY: [u8; 101] = [0; 101];

fn show() -> Dialog<Show> {
    let all = Step::ALL_BUT_TEXT;
    Dialog::<Show>::new()
        .window(Step::Text, move |w| {
            w.text(|_| "Текст");
            for step in all {
                w.to(step, move |_| format!("{step:?}"));
            }
        })
        .window(Step::Photo, |w| {
            w.text(|v| format!("Фото {}", v.data.count));
            w.photo(|_| "photo-id".to_owned());
            w.counter("count", field!(count), 0..=9);
            w.to(Step::Text, |_| "Text");
            w.to(Step::Clip, |_| "Clip");
        })
        .window(Step::Clip, |w| {
            w.text(|_| "Ролик");
            w.video(|_| "video-id".to_owned());
            w.to(Step::Album, |_| "Album");
        })
        .window(Step::Album, |w| {
            w.text(|v| format!("Альбом {} {}", v.data.count, v.data.note));
            w.album(|v| {
                let shown = if v.data.count > 1 { 3 } else { 2 };
                let ids = ["a", "b", "c"].into_iter().take(shown);
                ids.map(|id| Media::photo(id.to_owned()))
            });
            w.counter("count", field!(count), 0..=9);
            w.ask_text(1..=10, field!(note));
            w.to(Step::Text, |_| "Text");
            w.to(Step::Photo, |_| "Photo");
        })
        .window(Step::Long, |w| w.text(|_| "я".repeat(4_097)))
        .window(Step::Caption, |w| {
            w.text(|_| "я".repeat(1_025));
            w.document(|_| "document-id".to_owned());
        })
        .window(Step::Wide, |w| {
            w.text(|_| "Широко");
            w.row(|w| {
                w.select("n", |_| &MANY[..9], |n| *n, |_, n| n.to_string());
            });
        })
        .window(Step::Crowd, |w| {
            w.text(|_| "Много");
            w.select("n", |_| &MANY, |n| *n, |_, n| n.to_string())
                .columns(8);
        })
}

impl Step {
    const ALL_BUT_TEXT: [Self; 7] = [
        Self::Photo,
        Self::Clip,
        Self::Album,
        Self::Long,
        Self::Caption,
        Self::Wide,
        Self::Crowd,
    ];
}

fn chat() -> Chat {
    let start = |dialogs: Dialogs| async move { dialogs.start(Show::default()).await };
    let router = Router::new().command("show", start);
    Chat::new(router.dialogs(DialogSet::new().with(show())))
}

/// The calls but answers to presses, each with the message it is about.
fn told(calls: &[Call]) -> Vec<String> {
    let calls = calls.iter().filter(|it| !it.is("answerCallbackQuery"));
    let told = calls.map(|call| match call.params().get("message_id") {
        Some(id) => format!("{} {id}", call.method()),
        None => call.method().to_owned(),
    });
    told.collect()
}

#[tokio::test]
async fn a_text_becomes_a_photo_and_a_photo_is_replaced_by_a_text() {
    let mut chat = chat();
    chat.says("/show").await;
    // The person's message is 1, the window 2.
    assert_eq!(
        told(chat.presses("Photo").await.calls()),
        ["editMessageMedia 2"]
    );
    assert_eq!(
        told(chat.presses("+").await.calls()),
        ["editMessageMedia 2"]
    );
    assert_eq!(
        told(chat.presses("Clip").await.calls()),
        ["editMessageMedia 2"]
    );
    let answer = chat.presses("Album").await;
    let expected = ["sendMediaGroup", "sendMessage", "deleteMessage 2"];
    assert_eq!(told(answer.calls()), expected);
    // The album is 3 and 4, the text below it 5.
    assert_eq!(
        told(chat.presses("Photo").await.calls()),
        ["editMessageMedia 5", "deleteMessage 3", "deleteMessage 4"]
    );
    let answer = chat.presses("Text").await;
    assert_eq!(told(answer.calls()), ["sendMessage", "deleteMessage 5"]);
}

#[tokio::test]
async fn below_an_album_that_stays_only_the_text_is_edited() {
    let mut chat = chat();
    chat.says("/show").await;
    chat.presses("Album").await;
    assert_eq!(told(chat.presses("+").await.calls()), ["editMessageText 5"]);
    // Another picture comes: another album.
    let answer = chat.presses("+").await;
    assert_eq!(
        told(answer.calls()),
        [
            "sendMediaGroup",
            "sendMessage",
            "deleteMessage 5",
            "deleteMessage 3",
            "deleteMessage 4"
        ]
    );
    // 6, 7 and 8, and the text 9.
    let answer = chat.presses("Text").await;
    assert_eq!(
        told(answer.calls()),
        [
            "editMessageText 9",
            "deleteMessage 6",
            "deleteMessage 7",
            "deleteMessage 8"
        ]
    );
}

#[tokio::test]
async fn an_album_above_what_was_written_since_stays() {
    let mut chat = chat();
    chat.says("/show").await;
    chat.presses("Album").await;
    // Of what was just sent Telegram told the id; the dialog has it under a name.
    let expected = ["sendMediaGroup", "sendMessage", "editMessageReplyMarkup 5"];
    assert_eq!(told(chat.says("привет").await.calls()), expected);
    assert_eq!(buttons(&chat)[1], ["Text"]);
    // The person's message is 6, the album 7 and 8, the text 9.
    let expected = ["sendMediaGroup", "sendMessage", "editMessageReplyMarkup 9"];
    assert_eq!(told(chat.says("ещё").await.calls()), expected);
    // 11 and 12, and 13. Those before stay.
    let answer = chat.presses("Text").await;
    let expected = ["editMessageText 13", "deleteMessage 11", "deleteMessage 12"];
    assert_eq!(told(answer.calls()), expected);
}

#[tokio::test]
async fn what_telegram_would_not_take_is_an_error_that_names_the_window() {
    for (window, problem) in [
        (
            "Long",
            "the window show/Long has a text of 4097 characters: the most is 4096",
        ),
        (
            "Caption",
            "the window show/Caption has a text of 1025 characters: the most is 1024 below media",
        ),
        (
            "Wide",
            "the window show/Wide has a row of 9 buttons: the most is 8",
        ),
        (
            "Crowd",
            "the window show/Crowd has 101 buttons: the most is 100",
        ),
    ] {
        let mut chat = chat();
        chat.says("/show").await;
        let mut answer = chat.presses(window).await;
        answer.expect_toast("Что-то пошло не так");
        let error = answer.error().unwrap_or_default();
        assert!(error.starts_with(problem), "{error}");
        // The dialog is where it was.
        chat.presses("Photo").await.expect_edit("Фото 0");
    }
}
