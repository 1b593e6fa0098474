//! What a chat does with handlers, and how it fails.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures_util::FutureExt;
use ostankino::{
    Bot, ButtonData, Call, Current, DbSession, Error, Extension, Fsm, Reply, Request, Result,
    Router, Text, User, apology::APOLOGY, routing::Route, types::Message,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{content::*, *};

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "counting")]
struct Counting {
    count: i64,
}

/// Adds up what is said.
fn counter() -> Router {
    Router::new()
        .command("count", async |fsm: Fsm| -> Result<_> {
            fsm.set(Counting { count: 0 })?;
            Ok("Считаю")
        })
        .state::<Counting, _>(add)
        .command("stop", async |fsm: Fsm| fsm.clear())
}

async fn add(
    fsm: Fsm,
    Current(Counting { count }): Current<Counting>,
    text: Text,
) -> Result<String> {
    let more: i64 = text.parse()?;
    let count = count + more;
    fsm.set(Counting { count })?;
    match count {
        ..100 => Ok(count.to_string()),
        _ => Err(Error::user("Слишком много")),
    }
}

/// What an expectation fails with.
fn failure(expect: impl FnOnce()) -> String {
    words(catch_unwind(AssertUnwindSafe(expect)))
}

fn words(panicked: std::thread::Result<()>) -> String {
    let panic = panicked.expect_err("it fails");
    panic.downcast_ref::<String>().expect("words").clone()
}

#[tokio::test]
async fn a_dialogue_lasts_from_one_update_to_the_next_and_a_failure_leaves_it() {
    let mut chat = Chat::new(counter());
    assert_eq!(chat.dialogue(), None);
    chat.says("/count").await.expect_text("Считаю");
    chat.says("7").await.expect_text("7");
    chat.says("семь").await.expect_text(APOLOGY);
    chat.says("1000")
        .await
        .expect_text("Слишком много")
        .expect_silence();
    chat.says("8").await.expect_text("15").expect_silence();
    assert_eq!(chat.dialogue().as_deref(), Some("counting"));
    chat.says("/stop").await.expect_silence();
    assert_eq!(chat.dialogue(), None);
    chat.says("9").await.expect_silence();
}

#[tokio::test]
async fn a_test_may_begin_in_the_middle_of_a_dialogue() {
    let mut chat = Chat::new(counter()).in_dialogue(Counting { count: 40 });
    chat.says("2").await.expect_text("42");
    let boris = chat.by("Борис").in_dialogue(Counting { count: 1 });
    boris.says("1").await.expect_text("2");
}

#[tokio::test]
async fn members_of_a_group_have_dialogues_of_their_own_in_one_chat() {
    let router = counter().text(|user: User| async move { format!("{}?", user.first_name) });
    let mut group = Chat::in_group(router);
    group.says("/count").await.expect_text("Считаю");
    group.by("Борис").says("5").await.expect_text("Борис?");
    group.by("Борис").says("/count").await;
    group.by("Борис").says("5").await.expect_text("5");
    group.says("1").await.expect_text("1");
    let chats = group
        .calls()
        .into_iter()
        .map(|call| call.params()["chat_id"].clone());
    assert!(chats.clone().all(|chat| chat == GROUP), "{chats:?}");
}

#[tokio::test]
async fn a_failed_expectation_tells_the_conversation_and_the_error_with_its_causes() {
    let mut chat = Chat::new(counter());
    chat.says("/count").await;
    let mut answer = chat.says("семь").await;
    let told = failure(|| {
        answer.expect_text("7");
    });
    for part in [
        "expected that the bot says «7»",
        "Алиса: /count\n  bot: Считаю\n  Алиса: семь\n",
        "! the handler failed: invalid digit found in string",
        APOLOGY,
    ] {
        assert!(told.contains(part), "{told}");
    }
}

#[tokio::test]
async fn silence_is_neither_words_nor_a_failure_that_nobody_hears_of() {
    let fails = || async { Err::<(), _>(Error::message("нет связи")) };
    let router = Router::new()
        .command("a", || async { "а" })
        .my_chat_member(fails);
    let mut chat = Chat::new(router);
    let mut answer = chat.says("/a").await;
    failure(|| answer.expect_silence());
    answer.expect_text("а").expect_silence();
    let mut answer = chat.blocks().await;
    let told = failure(|| answer.expect_silence());
    assert_eq!(answer.error(), Some("нет связи"));
    assert!(
        told.contains("Алиса blocks the bot") && told.contains("try it again"),
        "{told}"
    );
}

#[tokio::test]
async fn a_panic_of_a_handler_is_its_failure() {
    let nobody: Vec<u8> = Vec::new();
    let panics = move || {
        let nobody = nobody.clone();
        async move { nobody.first().expect("somebody").to_string() }
    };
    let mut chat = Chat::new(Router::new().command("a", panics));
    let mut answer = chat.says("/a").await;
    answer.expect_text(APOLOGY);
    assert!(
        answer.error().expect("it failed").contains("somebody at"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn buttons_are_pressed_by_their_text_or_their_data_and_go_with_an_edit() {
    let ask = || async {
        Reply::text("Сколько?")
            .button("Один", "n:1")
            .button("Два", "n:2")
    };
    let pressed = |ButtonData(n): ButtonData<u8>| async move {
        Reply::toast(format!("Взято: {n}")).and(Reply::edit("<b>Спасибо</b> &amp; до встречи"))
    };
    let router = Router::new().command("ask", ask).callback("n:", pressed);
    let mut chat = Chat::new(router);
    chat.says("/ask").await.expect_text("Сколько?");
    let mut answer = chat.presses("Два").await;
    answer
        .expect_edit("Спасибо & до встречи")
        .expect_toast("Взято: 2")
        .expect_silence();
    let gone = AssertUnwindSafe(chat.presses("Один")).catch_unwind().await;
    let gone = words(gone.map(drop));
    assert!(
        gone.contains("no button «Один»: there is none at all"),
        "{gone}"
    );
    chat.says("/ask").await;
    chat.presses("n:1").await.expect_toast("Взято: 1");
    chat.presses_data("n:3").await.expect_toast("Взято: 3");
}

#[tokio::test]
async fn a_button_in_place_of_the_keyboard_says_its_text() {
    let keyboard = json!({"keyboard": [["Чай"], [{"text": "Мой номер", "request_contact": true}]]});
    let ask = move || {
        let keyboard = keyboard.clone();
        async move { Reply::text("Что?").param("reply_markup", keyboard) }
    };
    let router = Router::new()
        .command("ask", ask)
        .text(|text: Text| async move { format!("Вот {text}") });
    let mut chat = Chat::new(router);
    chat.says("/ask").await.expect_text("Что?");
    chat.presses("Чай").await.expect_text("Вот Чай");
    let pressed = AssertUnwindSafe(chat.presses("Мой номер"))
        .catch_unwind()
        .await;
    let told = words(pressed.map(drop));
    assert!(told.contains("no handler hears"), "{told}");
}

#[tokio::test]
async fn what_is_no_text_reaches_handlers_as_the_types_have_it() {
    let tell = |message: Arc<Message>| async move {
        let photo = message.photo.as_ref().and_then(|sizes| sizes.last());
        let contact = message.contact.as_deref();
        let parts = [
            message.caption.clone(),
            photo.map(|photo| photo.file_id.clone()),
            contact.map(|it| format!("{} {:?}", it.first_name, it.user_id)),
            message.location.as_ref().map(|it| it.latitude.to_string()),
            message
                .document
                .as_ref()
                .and_then(|it| it.file_name.clone()),
            message.voice.as_ref().map(|it| it.file_id.clone()),
            message.audio.as_ref().map(|it| it.file_id.clone()),
            message.video.as_ref().map(|it| it.file_id.clone()),
            message.video_note.as_ref().map(|it| it.file_id.clone()),
            message.animation.as_ref().map(|it| it.file_id.clone()),
            message.sticker.as_ref().and_then(|it| it.emoji.clone()),
            message.dice.as_ref().map(|it| it.value.to_string()),
            message.venue.as_ref().map(|it| it.title.clone()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let mut chat = Chat::new(Router::new().on(ostankino::UpdateKind::Message, tell));
    let venue = json!({
        "location": {"latitude": 1.5, "longitude": 2.0}, "title": "Кафе", "address": "Ул. Чайная, 1",
    });
    let cases: [(Content, &str); 12] = [
        (photo().with_caption("Вид"), "Вид, photo"),
        (contact("+79001234567"), "Алиса Some(101)"),
        (location(55.75, 37.5), "55.75"),
        (document("a.pdf"), "a.pdf"),
        (voice(), "voice"),
        (audio(), "audio"),
        (video(), "video"),
        (video_note(), "video_note"),
        (animation(), "animation"),
        (sticker("🌚"), "🌚"),
        (dice(6), "6"),
        (json!({"venue": venue}).into(), "Кафе"),
    ];
    for (content, told) in cases {
        chat.sends(content).await.expect_text(told);
    }
}

#[tokio::test]
async fn a_session_without_a_database_says_what_has_one() {
    let count = async |db: DbSession| db.conn().await.map(drop);
    let mut chat = Chat::new(Router::new().command("a", count));
    let mut answer = chat.says("/a").await;
    answer.expect_text(APOLOGY);
    let error = answer.error().expect("it failed");
    assert!(
        error.contains("no database") && error.contains("World"),
        "{error}"
    );
}

#[tokio::test]
async fn what_a_handler_calls_is_answered_by_the_test() {
    let ask = async |bot: Bot| -> Result<String> {
        let found: serde_json::Value = bot.call(Call::new("getChat").param("chat_id", 5)).await?;
        Ok(found["title"].as_str().unwrap_or_default().to_owned())
    };
    let mut chat = Chat::new(Router::new().command("ask", ask));
    let mut answer = chat.says("/ask").await;
    answer.expect_text(APOLOGY);
    let error = answer.error().expect("it failed");
    assert!(error.contains("no answer for getChat"), "{error}");
    chat.bot_answers("getChat", json!({"title": "Чайная"}));
    let mut answer = chat.says("/ask").await;
    answer.expect_text("Чайная");
    assert_eq!(answer.expect_call("getChat").params()["chat_id"], 5);
    chat.bot_refuses("getChat", 400, "Bad Request: chat not found");
    let mut answer = chat.says("/ask").await;
    answer.expect_text(APOLOGY);
    assert!(
        answer
            .error()
            .is_some_and(|error| error.contains("chat not found")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_is_said_to_others_is_told_apart() {
    let order = || async {
        let told = Reply::call(
            Call::new("sendMessage")
                .param("chat_id", 9)
                .param("text", "Заказ"),
        );
        Reply::text("Принято").and(told)
    };
    let mut chat = Chat::new(Router::new().command("order", order));
    let mut answer = chat.says("/order").await;
    answer.expect_text("Принято").expect_silence();
    assert_eq!(answer.expect_call("sendMessage").params()["chat_id"], 9);
    assert!(chat.to_string().contains("bot to 9: Заказ"), "{chat}");
}

#[tokio::test]
async fn values_and_layers_are_those_of_an_app_in_their_order() {
    let adds = |word: &'static str| {
        tower::layer::layer_fn(move |route: Route| {
            tower::util::MapRequest::new(route, move |mut request: Request| {
                let before: Option<&Vec<&str>> = request.extensions.get();
                let mut words = before.cloned().unwrap_or_default();
                words.push(word);
                request.extensions.insert(words);
                request
            })
        })
    };
    let tell = |State(price): State<u8>, Extension(words): Extension<Vec<&'static str>>| async move {
        format!("{} за {price}", words.join(" "))
    };
    let chat = Chat::new(Router::new().text(tell)).state(7_u8);
    let mut chat = chat.layer(adds("чай")).layer(adds("зелёный"));
    chat.says("?").await.expect_text("чай зелёный за 7");
}

#[tokio::test]
async fn who_somebody_is_can_be_said() {
    let tell = |user: User| async move { format!("{:?} {:?}", user.username, user.language_code) };
    let mut chat = Chat::new(Router::new().text(tell));
    let anna = chat.by("Анна").with_username("anna").with_language("en");
    anna.says("?")
        .await
        .expect_text("Some(\"anna\") Some(\"en\")");
    let words = |_: &Error, _: &ostankino::Update| Some(Reply::text("Ой"));
    let fails = || async { Err::<(), _>(Error::message("x")) };
    let mut chat = Chat::new(Router::new().text(fails)).on_error(words);
    chat.says("?").await.expect_text("Ой");
}

#[tokio::test]
async fn a_file_that_somebody_sent_is_fetched() {
    let size = async |Text(id): Text, bot: Bot| -> Result<String> {
        let bytes = bot.download(&id).await?.bytes(100).await?;
        Ok(format!("{} байт", bytes.len()))
    };
    let mut chat = Chat::new(Router::new().text(size));
    chat.has_file("photo", [1, 2, 3]);
    chat.has_file("a/b", []);
    chat.says("photo").await.expect_text("3 байт");
    chat.says("a/b").await.expect_text("0 байт");
    chat.says("другое").await.expect_text(APOLOGY);
    let folder = chat.lock().files.folder.clone();
    assert!(folder.exists());
    drop(chat);
    assert!(!folder.exists(), "it is removed with the chat");
}

#[tokio::test]
async fn a_message_keeps_its_name_from_one_update_to_the_next() {
    let router = Router::new()
        .command("order", || async {
            Reply::text("Принят").note("order")
        })
        .command("cooked", || async {
            Reply::edit_noted("order", "Готов")
        });
    let mut chat = Chat::new(router);
    chat.says("/order").await.expect_text("Принят");
    chat.says("/cooked").await.expect_call("editMessageText");
    chat.by("Борис").says("/cooked").await.expect_text("Готов");
}
