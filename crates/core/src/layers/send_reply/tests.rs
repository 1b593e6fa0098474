//! Replies as they are sent: against the emulator.

mod or;

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use serde_json::{Value, json};
use telegram_emulator::{Emulator, Fault};
use tower::{ServiceExt, service_fn};

use super::*;
use crate::{
    Event, Reply, Update,
    reply::Media,
    telegram::{Call, Upload, internal::Then},
    testing::{bot_of, presses, says},
};

/// A picture of one dot.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89,
];

/// What replies leave, in memory.
#[derive(Default)]
struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    notes: HashMap<(i64, String), i64>,
    owed: Vec<Owed>,
    happened: Vec<(usize, String, Value)>,
    held: Vec<i64>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect("not poisoned")
    }
}

impl ReplyStore for Memory {
    fn begins(&self, _: Option<i64>) -> bool {
        !self.lock().held.is_empty()
    }

    fn held(&self, place: i64) -> BoxFuture<'_, Option<Duration>> {
        Box::pin(async move {
            let is_held = self.lock().held.contains(&place);
            is_held.then_some(Duration::ZERO)
        })
    }

    fn noted<'a>(&'a self, chat: i64, name: &'a str) -> BoxFuture<'a, Option<i64>> {
        Box::pin(async move { self.lock().notes.get(&(chat, name.to_owned())).copied() })
    }

    fn note<'a>(&'a self, chat: i64, name: &'a str, message: i64) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.lock().notes.insert((chat, name.to_owned()), message);
        })
    }

    fn happen<'a>(
        &'a self,
        _: UpdateKey,
        number: usize,
        event: &'a Then,
        data: Value,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let happened = (number, event.name.clone(), data);
            self.lock().happened.push(happened);
        })
    }

    fn owe(&self, _: UpdateKey, owed: Vec<Owed>) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.lock().owed.extend(owed) })
    }
}

/// A bot in the private chat with person 42, and what its replies leave.
struct Scene {
    tg: Emulator,
    store: Arc<Memory>,
}

impl Scene {
    async fn new() -> Self {
        let tg = Emulator::start().await;
        for id in [42, 43] {
            tg.person("A").with_id(id).says("/start");
        }
        let store = Arc::default();
        Self { tg, store }
    }

    async fn send(&self, mut request: Request, reply: Reply) -> Outcome {
        request.bot = bot_of(&self.tg);
        let layer = SendReplyLayer::new().with_store(self.store.clone());
        let service = layer.layer(service_fn(move |_| {
            let reply = reply.clone();
            async move { Ok::<_, Infallible>(Settled::new(Outcome::Ok, reply)) }
        }));
        let Ok(conclusion) = service.oneshot(request).await;
        conclusion.outcome
    }

    async fn says(&self, reply: Reply) -> Outcome {
        self.send(says(1, "x"), reply).await
    }

    fn methods(&self) -> Vec<String> {
        let calls = self.tg.calls().into_iter();
        calls.map(|call| call.method).collect()
    }

    /// What a person reads of the bot.
    fn texts(&self, chat: i64) -> Vec<String> {
        let messages = self.tg.messages_in(chat).into_iter();
        messages.map(|it| it.text).collect()
    }

    /// The reasons, and the texts, of what is owed.
    fn owed(&self) -> Vec<(Why, Vec<String>)> {
        let text = |call: &Call| call.params()["text"].as_str().unwrap_or("-").to_owned();
        let owed = self.store.lock().owed.clone().into_iter();
        owed.map(|it| (it.why, it.calls.iter().map(text).collect()))
            .collect()
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Posted {
    article: i64,
}

impl Event for Posted {
    const NAME: &'static str = "posted";
}

fn must(text: &str) -> Reply {
    Reply::must(Call::new("sendMessage").param("text", text))
}

#[tokio::test]
async fn calls_are_made_in_order_and_one_that_fails_stops_no_other() {
    let scene = Scene::new().await;
    scene
        .tg
        .fault(Fault::on("sendMessage").status(400).times(1));
    let reply = Reply::text("a")
        .and(Reply::text("b"))
        .and(Reply::call(Call::new("getMe")));
    assert_eq!(scene.says(reply).await, Outcome::Unsent);
    // The first one is apologised for.
    let said = ["sendMessage", "sendMessage", "sendMessage", "getMe"];
    assert_eq!(scene.methods(), said);
}

#[tokio::test]
async fn a_button_pressed_too_long_ago_is_no_failure() {
    let scene = Scene::new().await;
    let outcome = scene.send(presses(1, "x"), Reply::none()).await;
    assert_eq!(outcome, Outcome::Ok);
    assert_eq!(scene.tg.calls_of("answerCallbackQuery").len(), 1);
}

#[tokio::test]
async fn what_follows_by_and_then_is_made_only_if_all_before_it_succeeded() {
    let scene = Scene::new().await;
    let chain = || {
        Reply::text("a")
            .and_then(Reply::text("b").and(Reply::text("c")))
            .and(Reply::text("d"))
    };
    assert_eq!(scene.says(chain()).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["a", "b", "c", "d"]);
    scene
        .tg
        .fault(Fault::on("sendMessage").status(403).times(1));
    assert_eq!(scene.says(chain()).await, Outcome::Unsent);
    assert_eq!(scene.texts(42), ["a", "b", "c", "d", "d"]);
}

#[tokio::test]
async fn a_message_is_edited_by_its_name_and_sent_where_there_is_none() {
    let scene = Scene::new().await;
    let edit = |text: &'static str| Reply::edit_noted("status", text).silent();
    let photo = || Reply::text("готовится").note("status");
    assert_eq!(scene.says(photo()).await, Outcome::Ok);
    assert_eq!(scene.says(edit("готово")).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["готово"]);
    // The name is of the chat.
    assert_eq!(scene.says(edit("другое").to(43)).await, Outcome::Ok);
    assert_eq!(scene.says(edit("не другое").to(43)).await, Outcome::Ok);
    assert_eq!(scene.texts(43), ["не другое"]);
    let message = scene.store.lock().notes[&(42, "status".to_owned())];
    let gone = Reply::delete().param("message_id", message);
    assert_eq!(scene.says(gone).await, Outcome::Ok);
    assert_eq!(scene.says(edit("снова")).await, Outcome::Ok);
    assert_eq!(scene.says(edit("и снова")).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["и снова"]);
}

#[tokio::test]
async fn an_edit_of_a_message_that_is_gone_finds_the_one_of_its_name_or_is_sent() {
    let scene = Scene::new().await;
    let photo = || Media::photo(Upload::bytes(PNG, "image/png")).caption("фото");
    let edit = |id: i64, reply: Reply| reply.param("message_id", id).or_send("menu");
    // There is neither that message nor one of that name.
    let gone = 9_999;
    assert_eq!(scene.says(edit(gone, Reply::edit("а"))).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["а"]);
    let first = scene.store.lock().notes[&(42, "menu".to_owned())];
    // There is one of that name.
    assert_eq!(scene.says(edit(gone, Reply::edit("б"))).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["б"]);
    assert_eq!(
        scene.says(edit(gone, Reply::edit_media(photo()))).await,
        Outcome::Ok
    );
    let shown = scene.tg.messages_in(42);
    assert_eq!(
        (shown.len(), &*shown[0].caption, shown[0].message_id),
        (1, "фото", first)
    );
    // Both are gone.
    let gone_too = Reply::delete().param("message_id", first);
    assert_eq!(scene.says(gone_too).await, Outcome::Ok);
    assert_eq!(
        scene.says(edit(first, Reply::edit_media(photo()))).await,
        Outcome::Ok
    );
    let shown = scene.tg.messages_in(42);
    assert_eq!((shown.len(), &*shown[0].caption), (1, "фото"));
    assert_ne!(shown[0].message_id, first);
    // By its name alone.
    let by_name = Reply::edit("в").noted("other").or_send("other");
    assert_eq!(scene.says(by_name.clone()).await, Outcome::Ok);
    assert_eq!(scene.says(by_name).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["", "в"]);
    // One that is the exception is left alone.
    let menu = scene.store.lock().notes[&(42, "menu".to_owned())];
    let strip = || Reply::delete().noted("menu");
    assert_eq!(scene.says(strip().except(menu)).await, Outcome::Ok);
    assert_eq!(scene.tg.messages_in(42).len(), 2);
    assert_eq!(scene.says(strip().except(gone)).await, Outcome::Ok);
    assert_eq!(scene.tg.messages_in(42).len(), 1);
}

#[tokio::test]
async fn every_message_of_an_album_has_a_name() {
    let scene = Scene::new().await;
    let file = |bytes: &'static [u8]| Media::document(Upload::bytes(bytes, "text/plain"));
    let album = Reply::album([file(b"a"), file(b"b"), file(b"c")]).note("menu");
    assert_eq!(scene.says(album).await, Outcome::Ok);
    assert_eq!(scene.texts(42).len(), 3);
    for name in ["menu.2", "menu.3"] {
        let gone = Reply::delete().noted(name);
        assert_eq!(scene.says(gone).await, Outcome::Ok);
    }
    let left = scene.tg.messages_in(42).into_iter().map(|it| it.message_id);
    let first = scene.store.lock().notes[&(42, "menu".to_owned())];
    assert_eq!(left.collect::<Vec<_>>(), [first]);
}

#[tokio::test]
async fn a_429_of_more_than_two_seconds_leaves_what_goes_to_its_chat_for_later() {
    let scene = Scene::new().await;
    let limited = Fault::on("sendMessage").status(429).retry_after(60);
    scene.tg.fault(limited.times(1));
    let reply = Reply::text("a")
        .and_then(Reply::text("b"))
        .and(Reply::text("c"))
        .and(Reply::text("d").to(43));
    assert_eq!(scene.says(reply).await, Outcome::Ok);
    assert_eq!(scene.texts(42), [""; 0]);
    assert_eq!(scene.texts(43), ["d"]);
    let texts = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect();
    let expected = [
        (Why::Deferred, texts(&["a", "b"])),
        (Why::Deferred, texts(&["c"])),
    ];
    assert_eq!(scene.owed(), expected);
    let first = scene.store.lock().owed[0].clone();
    assert_eq!((first.place, first.number), (42, 0));
    assert_eq!(first.pause, Duration::from_secs(60));
}

#[tokio::test]
async fn what_goes_to_a_chat_that_is_held_waits_behind_it() {
    let scene = Scene::new().await;
    scene.store.lock().held.push(42);
    let reply = Reply::text("a").and(Reply::text("b").to(43));
    assert_eq!(scene.says(reply).await, Outcome::Ok);
    assert_eq!(scene.methods(), ["sendMessage"]);
    assert_eq!(scene.owed(), [(Why::Deferred, vec!["a".to_owned()])]);
}

#[tokio::test]
async fn an_obligation_is_owed_until_there_is_an_answer_that_lasts() {
    let scene = Scene::new().await;
    for (fault, is_owed) in [
        (Fault::on("*").status(502), true),
        (Fault::on("*").reset(), true),
        (Fault::on("*").status(401), true),
        (Fault::on("*").status(400), false),
        (Fault::on("*").status(403), false),
    ] {
        scene.tg.clear_faults();
        scene.tg.fault(fault.clone());
        scene.store.lock().owed.clear();
        let outcome = scene.says(must("a").and_then(Reply::text("b"))).await;
        let owed = scene.owed();
        match is_owed {
            true => {
                let calls = vec!["a".to_owned(), "b".to_owned()];
                assert_eq!(owed, [(Why::Must, calls)], "{fault:?}");
                assert_eq!(outcome, Outcome::Ok, "{fault:?}");
            }
            false => {
                assert_eq!((owed.len(), outcome), (0, Outcome::Unsent), "{fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_reply_to_a_timer_is_left_to_who_has_the_time() {
    let scene = Scene::new().await;
    let update = json!({"update_id": -4, "ostankino": {
        "event": "remind", "from": {"id": 42}, "chat": {"id": 42, "type": "private"},
        "timer": 2, "data": {},
    }});
    let mut request = says(1, "x");
    request.update = Update::decode(update.to_string()).expect("an update");
    assert_eq!(scene.send(request, Reply::text("a")).await, Outcome::Ok);
    assert_eq!(scene.methods(), [""; 0]);
    assert_eq!(scene.owed(), [(Why::Bulk, vec!["a".to_owned()])]);
}

#[tokio::test]
async fn a_reply_to_an_album_is_an_answer_though_a_timer_tells_that_it_is_whole() {
    let scene = Scene::new().await;
    let update = json!({"update_id": -4, "ostankino": {
        "event": "ostankino.album", "from": {"id": 42}, "chat": {"id": 42, "type": "private"},
        "timer": 2, "data": {},
    }});
    let mut request = says(1, "x");
    request.update = Update::decode(update.to_string()).expect("an update");
    assert_eq!(scene.send(request, Reply::text("a")).await, Outcome::Ok);
    assert_eq!(scene.methods(), ["sendMessage"]);
}

#[tokio::test]
async fn the_answer_comes_back_also_if_it_is_a_refusal() {
    let scene = Scene::new().await;
    let reply = || Reply::text("a").then(&Posted { article: 7 });
    assert_eq!(scene.says(reply()).await, Outcome::Ok);
    let fault = Fault::on("sendMessage").status(403).times(1);
    scene.tg.fault(fault);
    let chain = reply().and_then(reply());
    assert_eq!(scene.says(Reply::none().and(chain)).await, Outcome::Unsent);
    let happened = scene.store.lock().happened.clone();
    let numbers: Vec<_> = happened.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, [0, 0, 1]);
    let told = |at: usize| &happened[at].2;
    assert_eq!(told(0)["of"], json!({"article": 7}));
    assert_eq!(told(0)["answer"]["result"]["text"], "a");
    assert_eq!(told(1)["answer"]["refused"]["code"], 403);
    assert_eq!(told(2)["answer"]["refused"]["code"], Value::Null);
}
