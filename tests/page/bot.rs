//! A scripted bot: nothing but calls.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use telegram_emulator::{Emulator, Person};

/// All kinds of updates that the tests wait for; those about members come only when asked for.
const KINDS: [&str; 18] = [
    "business_connection",
    "business_message",
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "poll",
    "poll_answer",
    "pre_checkout_query",
    "purchased_paid_media",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "stopped_message_generation",
    "edited_channel_post",
];

pub(crate) struct Bot {
    client: reqwest::Client,
    url: String,
    offset: AtomicI64,
}

impl Bot {
    pub(crate) fn of(tg: &Emulator) -> Self {
        Self {
            client: reqwest::Client::new(),
            url: format!("{}/bot{}", tg.url(), tg.token()),
            offset: AtomicI64::new(0),
        }
    }

    /// Calls a method; gives the result.
    #[track_caller]
    pub(crate) fn call(&self, method: &str, params: &Value) -> impl Future<Output = Value> {
        let request = self
            .client
            .post(format!("{}/{method}", self.url))
            .json(params);
        let method = method.to_owned();
        async move {
            let answer = request.send().await.expect("an answer");
            let answer: Value = answer.json().await.expect("JSON");
            assert_eq!(answer["ok"], true, "{method}: {answer}");
            answer["result"].clone()
        }
    }

    /// One that hears of all there is, from now on.
    pub(crate) async fn listening(tg: &Emulator) -> Self {
        let bot = Self::of(tg);
        bot.call("getUpdates", &json!({"allowed_updates": KINDS}))
            .await;
        bot
    }

    /// Waits for the next update of this kind; those before it are taken too.
    pub(crate) async fn hears(&self, kind: &str) -> Value {
        loop {
            let offset = self.offset.load(Ordering::Relaxed);
            let params =
                json!({"offset": offset, "limit": 1, "timeout": 15, "allowed_updates": KINDS});
            let updates = self.call("getUpdates", &params).await;
            let update = updates.get(0);
            let update = update.unwrap_or_else(|| panic!("no {kind} came"));
            let id = update["update_id"].as_i64().expect("a number");
            self.offset.store(id + 1, Ordering::Relaxed);
            if let Some(found) = update.get(kind) {
                return found.clone();
            }
        }
    }

    /// Confirms what was heard, as the next poll of a bot does.
    pub(crate) async fn takes_what_it_heard(&self) {
        let offset = self.offset.load(Ordering::Relaxed);
        self.call("getUpdates", &json!({"offset": offset})).await;
    }

    /// Sends a text in HTML.
    pub(crate) async fn sends(&self, to: &Person, html: &str) -> Value {
        self.sends_with(to, html, &json!({})).await
    }

    /// The same with more parameters.
    pub(crate) async fn sends_with(&self, to: &Person, html: &str, more: &Value) -> Value {
        let mut params = json!({"chat_id": to.id(), "text": html, "parse_mode": "HTML"});
        for (name, value) in more.as_object().expect("an object") {
            params[name] = value.clone();
        }
        self.call("sendMessage", &params).await
    }
}
