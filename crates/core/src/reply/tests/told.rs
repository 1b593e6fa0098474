//! Replies as Telegram takes them: against the emulator.

use serde::de::IgnoredAny;
use telegram_emulator::{Emulator, Person};

use super::*;
use crate::{Bot, html, testing::bot_of, types::ChatAction};

/// A bot that is told something by a person.
struct Told {
    tg: Emulator,
    person: Person,
    bot: Bot,
}

impl Told {
    async fn new() -> Self {
        let tg = Emulator::start().await;
        let (person, bot) = (tg.person("Анна"), bot_of(&tg));
        person.says("/start");
        Self { tg, person, bot }
    }

    /// The last update, byte for byte.
    async fn update(&self) -> Update {
        let poll = Call::new("getUpdates").param("offset", -1);
        let updates: Vec<Value> = self.bot.call(poll).await.expect("updates");
        let update = updates.last().expect("an update").to_string();
        Update::decode(Bytes::from(update)).expect("it decodes")
    }

    /// Replies to the last update; Telegram takes every call.
    async fn takes(&self, reply: Reply) {
        let update = self.update().await;
        for call in reply.into_calls(&update) {
            let made = self.bot.call::<IgnoredAny>(call.clone()).await;
            assert!(made.is_ok(), "{call:?}: {made:?}");
        }
    }

    /// What it sent, as Telegram has it now.
    fn messages(&self) -> Vec<Value> {
        let messages = self.tg.messages_in(self.person.id()).into_iter();
        let messages = messages.map(|sent| {
            let mut message = sent.message;
            message["reply_markup"] = sent.reply_markup.into();
            message
        });
        messages.collect()
    }

    fn last(&self) -> Value {
        self.messages().pop().expect("a message")
    }
}

#[tokio::test]
async fn what_is_sent_arrives_as_what_it_is() {
    let told = Told::new().await;
    for (reply, part) in [
        (
            Reply::text("<b>a</b>").silent().protect().no_preview(),
            "text",
        ),
        (
            Reply::photo("https://example.org/a.jpg")
                .caption("a")
                .spoiler(),
            "photo",
        ),
        (
            Reply::video("https://example.org/a.mp4").caption("a"),
            "video",
        ),
        (Reply::animation("https://example.org/a.gif"), "animation"),
        (Reply::audio("https://example.org/a.mp3"), "audio"),
        (Reply::voice("https://example.org/a.ogg"), "voice"),
        (
            Reply::document("https://example.org/a.pdf").caption("a"),
            "document",
        ),
        (
            Reply::poll("Когда?", ["Сегодня", "Завтра"]).param("is_anonymous", false),
            "poll",
        ),
        (
            Reply::quiz("2 + 2?", ["3", "4"], 1).param("explanation", "Четыре"),
            "poll",
        ),
        (Reply::location(55.75, 37.61), "location"),
        (Reply::venue(55.82, 37.61, "Останкино", "Москва"), "venue"),
        (Reply::contact("+79001234567", "Анна"), "contact"),
        (Reply::dice("🎯"), "dice"),
        (
            Reply::invoice(Invoice::new("a", "b", "c").stars(5)).put(Button::pay("5 ⭐")),
            "invoice",
        ),
        (Reply::copy_to(told.person.id()), "text"),
        (Reply::forward_to(told.person.id()), "forward_origin"),
    ] {
        told.takes(reply).await;
        let message = told.last();
        assert!(message.get(part).is_some(), "{part} in {message}");
    }
}

#[tokio::test]
async fn what_the_update_is_can_be_answered_reacted_to_pinned_and_deleted() {
    let told = Told::new().await;
    told.person.says("привет");
    let said = told.update().await.message_id();
    told.takes(Reply::text("a").reply_to()).await;
    assert_eq!(told.last()["reply_to_message"]["message_id"], json!(said));
    told.takes(Reply::react("👍")).await;
    told.takes(Reply::unreact()).await;
    told.takes(Reply::pin().silent()).await;
    told.takes(Reply::unpin()).await;
    told.takes(Reply::action(ChatAction::Typing)).await;
    told.takes(Reply::delete()).await;
    // What is answered is gone, and the answer is sent all the same.
    told.takes(Reply::text("b").reply_to()).await;
    assert_eq!(told.last().get("reply_to_message"), None);
}

#[tokio::test]
async fn an_album_is_several_messages_and_a_long_text_too() {
    let told = Told::new().await;
    let items = (1..=10).map(|n| Media::photo(format!("https://example.org/{n}.jpg")));
    told.takes(Reply::album(items).caption("Все")).await;
    assert_eq!(told.messages().len(), 10);
    let text = html!("<i>{}</i>", "слово ".repeat(1_500));
    told.takes(Reply::long(text).button("Дальше", "next")).await;
    let parts = told.messages().split_off(10);
    assert_eq!(parts.len(), 3);
    for (part, has_button) in parts.iter().zip([false, false, true]) {
        assert_eq!(part["entities"][0]["type"], "italic");
        assert_eq!(!part["reply_markup"].is_null(), has_button);
    }
}

#[tokio::test]
async fn the_message_of_a_pressed_button_is_edited() {
    let told = Told::new().await;
    let photo = Reply::photo("https://example.org/a.jpg").caption("a");
    told.takes(photo.button("Дальше", "next")).await;
    told.person.presses("Дальше").await;
    told.takes(Reply::edit_caption("b").button("x", "1")).await;
    assert_eq!(told.last()["caption"], "b");
    told.takes(
        Reply::edit_media(Media::video("https://example.org/a.mp4"))
            .caption("c")
            .button("y", "1"),
    )
    .await;
    assert!(told.last().get("video").is_some());
    told.takes(Reply::edit_keyboard(
        InlineKeyboard::new().row([Button::copy("z", "z")]),
    ))
    .await;
    assert_eq!(
        told.last()["reply_markup"]["inline_keyboard"][0][0]["text"],
        "z"
    );
    told.takes(Reply::edit_keyboard(InlineKeyboard::new()))
        .await;
    assert_eq!(told.last()["reply_markup"], Value::Null);
    told.takes(Reply::delete()).await;
}

#[tokio::test]
async fn keyboards_of_every_kind_are_taken() {
    let told = Told::new().await;
    for keyboard in [
        InlineKeyboard::new()
            .grid(3, (1..=9).map(|n| Button::new(n.to_string(), "n")))
            .into(),
        ReplyKeyboard::new()
            .row([Key::contact("a"), Key::location("b")])
            .into(),
        Keyboard::force_reply(),
        Keyboard::remove(),
    ] {
        told.takes(Reply::text("a").keyboard(keyboard)).await;
    }
}

#[tokio::test]
async fn an_inline_query_is_answered() {
    let told = Told::new().await;
    let query = told.person.queries("мос");
    let found = [Article::new("1", "Москва", "<b>+5</b>").description("столица")];
    told.takes(Reply::inline(found).param("cache_time", 0))
        .await;
    let offered = told.tg.offered(&query).await;
    assert_eq!(offered[0]["title"], "Москва");
    told.person.chooses(&query, "1");
}
