//! Replies that Telegram refuses: whoever waits hears something, once, and the log says why.

use ostankino::{Call, Html, Reply, Router, html};
use serde_json::{Value, json};
use telegram_emulator::{Fault, SentMessage};

use crate::support::{APOLOGY, TestApp, World};

/// A bot that answers every text with this, and presses of «Далее» as well.
fn answers(reply: impl Fn() -> Reply + Clone + Send + Sync + 'static) -> Router {
    let pressed = reply.clone();
    Router::new()
        .command("start", || async {
            Reply::text("Начнём?").button("Далее", "next")
        })
        .callback("next", move || std::future::ready(pressed()))
        .text(move || std::future::ready(reply()))
}

/// The one record of a refused reply.
fn record(app: &TestApp) -> Value {
    let mut records = app.logs.of("reply_unsent");
    records.extend(app.logs.of("reply_changed"));
    assert_eq!(records.len(), 1, "{records:?}");
    records[0].clone()
}

/// Waits until an update is over.
async fn ends(app: &TestApp, update: i64, outcome: &str) {
    let is_over = |record: &Value| record["update_id"] == update && record["outcome"] == outcome;
    app.logs.wait_until("the end of the update", is_over).await;
}

/// Waits until an update is over, then gives the one record of its refused reply.
async fn refused(app: &TestApp, update: i64, outcome: &str) -> Value {
    ends(app, update, outcome).await;
    record(app)
}

/// Telegram knows no such dice.
fn dice() -> Reply {
    Reply::call(Call::new("sendDice").param("emoji", "🧊"))
}

fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

#[tokio::test]
async fn a_text_that_is_too_long_is_said_shorter_with_its_markup() {
    let world = World::new().await;
    let text = html!("<b>{}</b>", "😀<".repeat(2_000));
    let app = world.run(answers(move || Reply::text(text.clone()))).await;
    let alice = world.tg.person("Алиса");
    let update = alice.says("x");

    let SentMessage { text, entities, .. } = alice.next_message().await;
    assert!(
        (4_090..=4_096).contains(&utf16_len(&text)),
        "{}",
        utf16_len(&text)
    );
    assert!(text.starts_with("😀<") && text.ends_with('…'));
    assert_eq!(entities[0]["type"], "bold");
    let record = refused(&app, update, "unsent").await;
    assert_eq!(
        (&record["method"], &record["limit"]),
        (&json!("sendMessage"), &json!("4096 UTF-16 units"))
    );
    assert_eq!(
        (&record["route"], &record["chat_id"]),
        (&json!("text"), &json!(alice.id()))
    );
    assert_eq!(record["said_instead"], "shorter");
    let line = record["reply_made_at"].as_str().expect("a line");
    assert!(line.starts_with("tests/it/refusals.rs:"), "{line}");
    assert_eq!(world.tg.calls_of("sendMessage").len(), 2);
}

#[tokio::test]
async fn a_caption_that_is_too_long_is_said_shorter() {
    let world = World::new().await;
    let photo = || {
        let call = Call::new("sendPhoto").param("photo", "https://example.org/a.png");
        Reply::call(call.param("caption", "я".repeat(1_100)))
    };
    let app = world.run(answers(photo)).await;
    let alice = world.tg.person("Алиса");
    let update = alice.says("x");

    let message = alice.next_message().await;
    assert_eq!(utf16_len(&message.caption), 1_024);
    let record = refused(&app, update, "unsent").await;
    assert_eq!(record["limit"], "1024 UTF-16 units");
}

#[tokio::test]
async fn a_note_that_is_too_long_is_said_shorter_and_ends_the_spinner() {
    let world = World::new().await;
    let app = world.run(answers(|| Reply::toast("я".repeat(300)))).await;
    let alice = world.greeted("Алиса").await;
    let press = alice.presses("Далее").await;

    let answer = world.tg.press_answered(&press).await;
    let text = answer["text"].as_str().expect("a note");
    assert_eq!((utf16_len(text), text.ends_with('…')), (200, true));
    let record = refused(&app, press.update_id, "unsent").await;
    assert_eq!(record["limit"], "200 UTF-16 units");
    assert_eq!(world.tg.press_answers(&press).len(), 1);
}

#[tokio::test]
async fn markup_that_cannot_be_parsed_is_left_out() {
    let world = World::new().await;
    let app = world
        .run(answers(|| {
            Reply::text("<b>Привет</b>, Анна <3 &amp; <i>Ко")
        }))
        .await;
    let alice = world.tg.person("Алиса");
    let update = alice.says("x");

    let message = alice.next_message().await;
    assert_eq!(message.text, "Привет, Анна <3 & Ко");
    let record = refused(&app, update, "unsent").await;
    assert_eq!(record["said_instead"], "without markup");
    assert!(
        record["error"]
            .as_str()
            .expect("why")
            .contains("can't parse entities")
    );
}

#[tokio::test]
async fn a_text_too_long_whose_markup_is_broken_is_said_all_the_same() {
    let world = World::new().await;
    let text = Html::raw(format!("<i>{}", "я".repeat(5_000)));
    let app = world.run(answers(move || Reply::text(text.clone()))).await;
    let alice = world.tg.person("Алиса");
    let update = alice.says("x");

    assert_eq!(utf16_len(&alice.next_message().await.text), 4_096);
    refused(&app, update, "unsent").await;
    assert_eq!(alice.messages().len(), 1);
}

#[tokio::test]
async fn in_a_topic_that_is_gone_it_is_said_without_the_topic() {
    let world = World::new().await;
    let app = world.run(answers(|| Reply::text("да"))).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    let topic = group.opens_topic("Ремонт");
    alice.says_in_topic(&group, topic, "раз");
    assert_eq!(
        group.next_message().await.params["message_thread_id"],
        topic
    );

    group.deletes_topic(topic);
    let update = alice.says_in_topic(&group, topic, "два");
    let said = group.next_message().await;
    assert_eq!(
        (said.text.as_str(), said.params.get("message_thread_id")),
        ("да", None)
    );
    let record = refused(&app, update, "ok").await;
    assert_eq!(record["said_instead"], "without the topic");
}

#[tokio::test]
async fn the_answer_to_a_message_that_is_gone_is_said_without_it() {
    let world = World::new().await;
    let reply = || Reply::text("да").param("reply_parameters", json!({"message_id": 7_000}));
    let app = world.run(answers(reply)).await;
    let alice = world.tg.person("Алиса");
    let update = alice.says("x");
    assert_eq!(alice.next_message().await.text, "да");
    refused(&app, update, "ok").await;
}

#[tokio::test]
async fn what_should_replace_a_message_that_is_gone_is_sent_as_a_new_message() {
    let world = World::new().await;
    let reply = || {
        Reply::edit("Готово")
            .param("message_id", 7_000)
            .button("Ещё", "next")
    };
    let app = world.run(answers(reply)).await;
    let alice = world.greeted("Алиса").await;
    let press = alice.presses("Далее").await;

    let said = alice.next_message().await;
    assert_eq!(said.text, "Готово");
    assert_eq!(
        said.reply_markup.expect("a keyboard")["inline_keyboard"][0][0]["text"],
        "Ещё"
    );
    world.tg.press_answered(&press).await;
    refused(&app, press.update_id, "ok").await;
}

#[tokio::test]
async fn whatever_else_is_refused_ends_in_one_apology_and_never_in_a_loop() {
    let world = World::new().await;
    let app = world.run(answers(dice)).await;
    let alice = world.tg.person("Алиса");
    let update = alice.says("x");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let record = refused(&app, update, "unsent").await;
    assert_eq!(record["said_instead"], "the apology");

    // The apology is refused, too.
    world.tg.fault(Fault::on("sendMessage").status(400));
    let update = alice.says("y");
    ends(&app, update, "unsent").await;
    assert_eq!(world.tg.calls_of("sendDice").len(), 2);
    assert_eq!(world.tg.calls_of("sendMessage").len(), 2);
}

#[tokio::test]
async fn a_press_whose_reply_is_refused_is_apologised_for_and_its_spinner_ends() {
    let world = World::new().await;
    let app = world.run(answers(dice)).await;
    let alice = world.greeted("Алиса").await;
    let press = alice.presses("Далее").await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.tg.press_answered(&press).await;
    refused(&app, press.update_id, "unsent").await;
    assert_eq!(world.tg.press_answers(&press).len(), 1);

    // Where nothing can be said in the chat, the answer says it.
    world
        .tg
        .fault(Fault::on("sendMessage").description("Bad Request: CHAT_WRITE_FORBIDDEN"));
    let press = alice.presses("Далее").await;
    assert_eq!(world.tg.press_answered(&press).await["text"], APOLOGY);
}

#[tokio::test]
async fn in_a_group_only_who_spoke_to_the_bot_hears_that_a_reply_was_refused() {
    let world = World::new().await;
    let said = || async { dice() };
    let app = world.run(Router::new().command("dice", said).text(said));
    let app = app.await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "привет всем");
    let update = alice.says_in(&group, "/dice");
    ends(&app, update, "unsent").await;
    assert_eq!(group.messages().len(), 1);
    assert_eq!(group.next_message().await.text, APOLOGY);
}

#[tokio::test]
async fn the_answer_in_a_channels_direct_messages_names_their_topic() {
    let world = World::new().await;
    let _app = world.run(answers(|| Reply::text("да"))).await;
    let alice = world.tg.person("Алиса");
    let chat = world.tg.group("Канал").with(&alice);
    world.tg.push_update(json!({"message": {
        "message_id": 1, "date": 1, "text": "x",
        "chat": {"id": chat.id(), "type": "supergroup", "title": "Канал", "is_direct_messages": true},
        "from": {"id": alice.id(), "is_bot": false, "first_name": "Алиса"},
        "direct_messages_topic": {"topic_id": 77},
    }}));
    let said = chat.next_message().await;
    assert_eq!(said.params["direct_messages_topic_id"], 77);
}

#[tokio::test]
async fn a_proxys_page_is_a_passing_fault_whose_retry_after_counts() {
    let world = World::new().await;
    let app = world.run(answers(|| Reply::text("да"))).await;
    let alice = world.tg.person("Алиса");
    for (code, retry_after) in [(429, 1), (503, 1)] {
        let page = Fault::on("sendMessage").garbage().status(code).times(1);
        world.tg.fault(page.retry_after(retry_after));
        let update = alice.says("x");
        assert_eq!(alice.next_message().await.text, "да");
        let again = app
            .logs
            .wait_until("another try", |record| {
                record["event"] == "call_retried" && record["update_id"] == update
            })
            .await;
        assert_eq!(again["wait_ms"], retry_after * 1_000, "{code}");
    }
}
