//! The control API.

use reqwest::Method;
use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::support::{Bot, Reply, button, start};

struct Control(Bot, String);

impl Control {
    async fn start() -> (Emulator, Bot, Self) {
        let (tg, bot) = start().await;
        let control = Self(bot.clone(), format!("{}/control", tg.url()));
        (tg, bot, control)
    }

    async fn get(&self, path: &str) -> Reply {
        self.0
            .request(Method::GET, format!("{}/{path}", self.1), "")
            .await
    }

    async fn post(&self, path: &str, form: &str) -> Reply {
        self.0
            .request(Method::POST, format!("{}/{path}", self.1), form)
            .await
    }

    async fn delete(&self, path: &str) -> Reply {
        self.0
            .request(Method::DELETE, format!("{}/{path}", self.1), "")
            .await
    }
}

#[tokio::test]
async fn a_dialog_can_be_driven_by_hand() {
    let (tg, bot, control) = Control::start().await;
    assert_eq!(
        control.get("health").await.result()["bot"]["username"],
        tg.username()
    );
    let alice = control
        .post("users", "first_name=Алиса&username=alice&last_name=Ли")
        .await
        .result()
        .clone();
    let said = control.post("say", "user=Алиса&text=/start").await;
    let update = bot.only_update().await;
    assert_eq!(update["update_id"], said.result()["update_id"]);
    assert_eq!(
        (&update["message"]["from"], &update["message"]["text"]),
        (&alice, &json!("/start"))
    );

    let chat_id = alice["id"].as_i64().unwrap();
    let params = json!({"chat_id": chat_id, "text": "Да?", "reply_markup": button("Да", "yes")});
    bot.call("sendMessage", params).await.result();
    assert_eq!(
        control.get("messages/next?chat=@alice").await.result()["text"],
        "Да?"
    );
    let press = control
        .post("press", "user=alice&text=Да")
        .await
        .result()
        .clone();
    assert_eq!(press["data"], "yes");
    bot.call(
        "answerCallbackQuery",
        json!({"callback_query_id": press["id"], "text": "ура"}),
    )
    .await
    .result();
    let id = press["id"].as_str().unwrap();
    assert_eq!(
        control.get(&format!("presses?id={id}")).await.result()[0]["text"],
        "ура"
    );

    let listed = control.get(&format!("messages?chat={chat_id}")).await;
    let texts: Vec<&Value> = listed
        .result()
        .as_array()
        .unwrap()
        .iter()
        .map(|message| &message["text"])
        .collect();
    assert_eq!(texts, ["/start", "Да?"]);
}

#[tokio::test]
async fn parameters_may_be_json_too() {
    let (_tg, bot, control) = Control::start().await;
    control
        .post("users?first_name=Алиса&id=77&started=true", "")
        .await
        .result();
    let url = format!("{}/say", control.1);
    let said = bot
        .post_json(url, json!({"user": 77, "text": "привет"}))
        .await;
    assert!(said.result()["update_id"].is_i64());
    assert_eq!(control.get("users").await.result()[0]["started"], true);
}

#[tokio::test]
async fn blocks_and_groups_work() {
    let (_tg, bot, control) = Control::start().await;
    control.post("users", "first_name=Алиса").await.result();
    let group = control.post("groups", "title=Дом").await.result()["id"].clone();
    control
        .post("groups/members", "group=Дом&user=Алиса")
        .await
        .result();
    control
        .post("say", "user=Алиса&chat=Дом&text=всем")
        .await
        .result();
    control.post("block", "user=Алиса").await.result();
    assert_eq!(control.get("users").await.result()[0]["blocked"], true);
    control.post("unblock", "user=Алиса").await.result();
    let updates = bot.updates(0).await;
    assert_eq!(updates[0]["message"]["chat"]["id"], group);
    assert_eq!(
        updates[1]["my_chat_member"]["new_chat_member"]["status"],
        "kicked"
    );
    assert_eq!(
        updates[2]["my_chat_member"]["new_chat_member"]["status"],
        "member"
    );
    let world = control.get("world").await;
    assert_eq!(
        world.result()["groups"][0]["members"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(world.result()["pending_updates"], 3);
}

#[tokio::test]
async fn raw_updates_and_raw_bytes_can_be_pushed() {
    let (tg, bot, control) = Control::start().await;
    let id = control
        .post("updates", r#"{"poll":{"id":"1"}}"#)
        .await
        .result()["update_id"]
        .clone();
    let raw = "{\"update_id\":999999999,\"message\":\"\\ud800\"}";
    control
        .post("updates/raw?update_id=999999999", raw)
        .await
        .result();
    let body = bot
        .text(format!("{}/bot{}/getUpdates", tg.url(), tg.token()))
        .await;
    assert_eq!(
        body,
        format!(r#"{{"ok":true,"result":[{{"poll":{{"id":"1"}},"update_id":{id}}},{raw}]}}"#)
    );
    assert_eq!(control.post("updates", "[]").await.status, 400);
    assert_eq!(
        control.post("updates/raw?update_id=x", "{}").await.status,
        400
    );
}

#[tokio::test]
async fn faults_are_scripted_listed_and_cleared() {
    let (_tg, bot, control) = Control::start().await;
    control
        .post("faults", "method=getMe&code=429&retry_after=3&count=1")
        .await
        .result();
    control
        .post("faults", "method=getMe&kind=garbage&delay_ms=1")
        .await
        .result();
    let listed = control.get("faults").await;
    assert_eq!(
        (&listed.result()[0]["code"], &listed.result()[1]["kind"]),
        (&json!(429), &json!("garbage"))
    );
    bot.call("getMe", json!({}))
        .await
        .is_error(429, "Too Many Requests: retry after 3");
    bot.try_call("getMe", json!({})).await.unwrap_err();
    control.delete("faults").await.result();
    bot.call("getMe", json!({})).await.result();
    assert_eq!(control.post("faults", "kind=odd").await.status, 400);
    assert_eq!(control.post("faults", "code=200").await.status, 400);
}

#[tokio::test]
async fn calls_are_listed_and_waited_for() {
    let (_tg, bot, control) = Control::start().await;
    let (next, _) = tokio::join!(
        control.get("calls/next?method=getMe"),
        bot.call("getMe", json!({"a": 1}))
    );
    assert_eq!(
        (&next.result()["params"]["a"], &next.result()["status"]),
        (&json!(1), &json!(200))
    );
    bot.call("getChat", json!({})).await;
    let seqs = async |query: &str| {
        let reply = control.get(&format!("calls?{query}")).await;
        reply
            .result()
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call["seq"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(seqs("").await, [1, 2]);
    assert_eq!(seqs("after=1").await, [2]);
    assert_eq!(seqs("method=getme").await, [1]);
    assert_eq!(seqs("limit=1").await, [2]);
    control.delete("calls").await.result();
    assert_eq!(seqs("").await, [0; 0]);
    let late = control.get("calls/next?method=getMe&timeout_ms=20").await;
    late.is_error(
        408,
        "Request Timeout: a call of getMe did not come within 20 ms",
    );
}

#[tokio::test]
async fn changes_can_be_waited_for_and_the_world_cleared() {
    let (tg, _bot, control) = Control::start().await;
    let version = control.get("world").await.result()["version"].clone();
    let path = format!("changes?after={version}");
    let (changed, _) = tokio::join!(control.get(&path), async {
        tg.person("Алиса").says("x")
    });
    assert_ne!(changed.result()["version"], version);
    control.post("clear", "").await.result();
    assert_eq!((tg.pending_updates(), tg.calls().len()), (0, 0));
    assert_eq!(
        control.get("messages?chat=Алиса").await.result(),
        &json!([])
    );
}

#[tokio::test]
async fn mistakes_are_told() {
    let (_tg, _bot, control) = Control::start().await;
    control
        .post("say", "user=Никто&text=x")
        .await
        .is_error(400, "Bad Request: there is no user Никто");
    control
        .post("say", "user=Никто")
        .await
        .is_error(400, "Bad Request: the parameter text is missing");
    assert_eq!(control.get("nonsense").await.status, 404);
}

#[tokio::test]
async fn faults_are_ended_one_by_one_and_a_press_may_name_its_message() {
    let (tg, bot, control) = Control::start().await;
    control.post("faults", "method=sendMessage&code=502").await;
    control
        .post("faults", "method=sendMessage&kind=reset")
        .await;
    control.post("faults", "method=getMe&code=500").await;
    control
        .delete("faults?method=sendmessage&kind=error&code=502")
        .await
        .result();
    let left = control.get("faults").await;
    assert_eq!(
        left.result(),
        &control.get("world").await.result()["faults"]
    );
    let kinds = left.result().as_array().unwrap().iter();
    assert_eq!(
        kinds.map(|fault| &fault["kind"]).collect::<Vec<_>>(),
        ["reset", "error"]
    );
    control.delete("faults").await.result();

    let alice = tg.person("Алиса");
    alice.says("/start");
    let params = json!({"chat_id": alice.id(), "text": "Да?", "reply_markup": button("Да", "yes")});
    let older = bot.call("sendMessage", params.clone()).await.result()["message_id"].clone();
    bot.call("sendMessage", params).await.result();
    let press = format!("user={}&data=yes&message_id={older}", alice.id());
    assert_eq!(
        control.post("press", &press).await.result()["message_id"],
        older
    );
}
