//! `/control/events`: the whole world at first, then what changes.

use reqwest::{Client, Response};
use serde_json::{Value, json};
use telegram_emulator::{Emulator, Fault};

use crate::support::start;

/// A follower that reads event by event.
struct Follower {
    response: Response,
    unread: String,
}

#[derive(Debug)]
struct Event {
    kind: String,
    id: String,
    data: Value,
}

impl Follower {
    async fn of(tg: &Emulator, last: &str) -> Self {
        let request = Client::new()
            .get(format!("{}/control/events", tg.url()))
            .header("last-event-id", last);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            unread: String::new(),
        }
    }

    async fn next(&mut self) -> Event {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or("").trim_start().to_owned()
                };
                let found = Event {
                    kind: field("event:"),
                    id: field("id:"),
                    data: serde_json::from_str(&field("data:")).unwrap_or(Value::Null),
                };
                self.unread = rest.to_owned();
                return found;
            }
            let more = self.response.chunk().await.unwrap().expect("it goes on");
            self.unread += str::from_utf8(&more).unwrap();
        }
    }

    /// The next event of a kind; others are passed over.
    async fn next_of(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await;
            if event.kind == kind {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn a_follower_is_told_all_there_is_and_then_what_changes() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("/start");
    let mut follower = Follower::of(&tg, "").await;
    let hello = follower.next().await;
    assert_eq!(
        (hello.kind.as_str(), &hello.data["goes_on"]),
        ("hello", &json!(false))
    );
    let world = follower.next().await;
    assert_eq!(world.data["users"][0]["first_name"], "Алиса");
    let said = follower.next().await;
    assert_eq!(said.kind, "message");
    assert_eq!(
        (&said.data["chat_id"], &said.data["message"]["text"]),
        (&json!(alice.id()), &json!("/start"))
    );
    assert_eq!(follower.next().await.kind, "ready");
    let update = follower.next().await;
    assert_eq!(
        (
            update.kind.as_str(),
            &update.data["update"]["message"]["text"]
        ),
        ("update", &json!("/start"))
    );

    let keyboard = json!({"keyboard": [["Да"]]});
    let sent = bot
        .call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": "раз", "reply_markup": keyboard}),
        )
        .await;
    let told = follower.next_of("message").await;
    // Of any kind, so that it can be shown.
    assert_eq!(told.data["message"]["reply_markup"], keyboard);
    let call = follower.next_of("call").await;
    assert_eq!(
        (&call.data["method"], &call.data["status"]),
        (&json!("sendMessage"), &json!(200))
    );
    assert_eq!(call.data["answer"], sent.body);

    let place = json!({"chat_id": alice.id(), "message_id": sent.result()["message_id"]});
    bot.call("deleteMessage", place.clone()).await.result();
    let gone = follower.next_of("gone").await;
    assert_eq!(
        gone.data,
        json!({"chat_id": alice.id(), "message_ids": [place["message_id"]]})
    );
    tg.fault(Fault::on("getMe").status(500));
    assert_eq!(
        follower.next_of("world").await.data["faults"][0]["method"],
        "getMe"
    );
    bot.call("getMe", json!({}))
        .await
        .is_error(500, "Internal Server Error");
    let refused = loop {
        let call = follower.next_of("call").await;
        if call.data["method"] == "getMe" && call.data["status"] != 0 {
            break call;
        }
    };
    assert_eq!(refused.data["answer"]["error_code"], 500);
}

#[tokio::test]
async fn who_comes_back_gets_the_log_from_where_it_was_and_the_rest_anew() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("/start");
    let mut first = Follower::of(&tg, "").await;
    let place = first.next_of("update").await.id;
    tg.stop().await;
    tg.restart().await;
    alice.says("ещё");
    bot.call("getMe", json!({})).await.result();

    let mut second = Follower::of(&tg, &place).await;
    assert_eq!(second.next().await.data["goes_on"], true);
    assert_eq!(
        second.next_of("message").await.data["message"]["text"],
        "/start"
    );
    assert_eq!(
        second.next_of("message").await.data["message"]["text"],
        "ещё"
    );
    let update = second.next_of("update").await;
    assert_eq!(update.data["update"]["message"]["text"], "ещё");
    assert_eq!(second.next().await.data["method"], "getMe");

    // A place in another run is none.
    let mut other = Follower::of(&tg, "123abc-7").await;
    assert_eq!(other.next().await.data["goes_on"], false);
    assert_eq!(
        other.next_of("update").await.data["update"]["message"]["text"],
        "/start"
    );
}

#[tokio::test]
async fn forgotten_messages_are_told_as_gone_and_odd_updates_as_text() {
    let (tg, _bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("/start");
    let mut follower = Follower::of(&tg, "").await;
    follower.next_of("update").await;
    let cleared = Client::new()
        .post(format!("{}/control/clear", tg.url()))
        .body("what=messages");
    cleared
        .header("content-type", "application/x-www-form-urlencoded")
        .send()
        .await
        .unwrap();
    assert_eq!(follower.next_of("gone").await.data["chat_id"], alice.id());
    tg.push_bytes(9, "{no JSON");
    assert_eq!(follower.next_of("update").await.data["update"], "{no JSON");
}

#[tokio::test]
async fn what_changed_is_told_and_nothing_else_of_the_world() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса").who_has_started(), tg.person("Борис"));
    let home = tg.group("Дом").with(&boris);
    let mut follower = Follower::of(&tg, "").await;
    let world = follower.next_of("world").await.data;
    assert_eq!(world["pending_updates"], 0);
    follower.next_of("ready").await;

    alice.renames("Алла", None);
    let user = follower.next().await;
    assert_eq!(
        (user.kind.as_str(), &user.data["first_name"]),
        ("user", &json!("Алла"))
    );
    home.adds(&alice);
    let group = follower.next().await;
    assert_eq!(group.kind, "group");
    assert_eq!(group.data["members"].as_array().unwrap().len(), 2);
    tg.push_update(json!({"poll": {"id": "1"}}));
    let queue = follower.next().await;
    assert_eq!(
        (queue.kind.as_str(), &queue.data["pending_updates"]),
        ("queue", &json!(1))
    );
    follower.next_of("update").await;
    let mut kinds = vec![];
    bot.says(alice.id(), "раз").await;
    loop {
        let event = follower.next().await;
        let is_over = event.kind == "call" && event.data["status"] == 200;
        kinds.push(event.kind);
        if is_over {
            break;
        }
    }
    kinds.dedup();
    assert_eq!(kinds, ["message", "call"]);
}
