//! A scripted bot: nothing but calls.

use serde_json::{Value, json};
use telegram_emulator::{Emulator, Person};

pub(crate) struct Bot {
    client: reqwest::Client,
    url: String,
}

impl Bot {
    pub(crate) fn of(tg: &Emulator) -> Self {
        Self {
            client: reqwest::Client::new(),
            url: format!("{}/bot{}", tg.url(), tg.token()),
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
