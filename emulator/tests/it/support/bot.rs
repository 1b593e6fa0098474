//! The bot's side: calls of methods, JSON in and JSON out.

use reqwest::{Client, Method, Response, header::HeaderMap};
use serde_json::{Value, json};
use telegram_emulator::Emulator;

use super::{Form, spec};

/// An emulator and a bot that calls it.
pub(crate) async fn start() -> (Emulator, Bot) {
    let tg = Emulator::start().await;
    let bot = Bot::of(&tg);
    (tg, bot)
}

/// A bot; clones share connections.
#[derive(Clone)]
pub(crate) struct Bot {
    client: Client,
    url: String,
    is_checked: bool,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn description(&self) -> &str {
        self.body["description"].as_str().unwrap_or("")
    }

    /// The `result` of a good answer.
    #[track_caller]
    pub(crate) fn result(&self) -> &Value {
        assert_eq!(
            (self.status, &self.body["ok"]),
            (200, &json!(true)),
            "{}",
            self.body
        );
        &self.body["result"]
    }

    /// Asserts that this is an error in Telegram's envelope.
    #[track_caller]
    pub(crate) fn is_error(&self, code: u16, description: &str) {
        assert_eq!(
            (self.status, self.description()),
            (code, description),
            "{}",
            self.body
        );
        assert_eq!(
            (&self.body["ok"], &self.body["error_code"]),
            (&json!(false), &json!(code))
        );
        assert_eq!(self.headers["content-type"], "application/json");
    }
}

impl Bot {
    pub(crate) fn of(tg: &Emulator) -> Self {
        Self::at(&tg.url(), tg.token())
    }

    /// The bot of an emulator that runs at this URL, as a program.
    pub(crate) fn at(url: &str, token: &str) -> Self {
        Self {
            client: Client::new(),
            url: format!("{url}/bot{token}"),
            is_checked: true,
        }
    }

    /// A bot that takes what is none of the Bot API's, too.
    pub(crate) fn unchecked(self) -> Self {
        Self {
            is_checked: false,
            ..self
        }
    }

    /// Panics if this is a good answer, but none of the Bot API's to this method.
    fn check(&self, reply: &Reply, method: &str) {
        if self.is_checked && reply.body["ok"] == true {
            spec::check_answer(method, &reply.body["result"]);
        }
    }

    /// Calls a method with JSON parameters.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Reply {
        self.try_call(method, params).await.unwrap()
    }

    /// The same, where the connection may fail.
    pub(crate) async fn try_call(&self, method: &str, params: Value) -> reqwest::Result<Reply> {
        let url = format!("{}/{method}", self.url);
        let reply = read(self.client.post(url).json(&params).send().await?).await?;
        self.check(&reply, method);
        Ok(reply)
    }

    /// The answer to a call, whatever it is.
    pub(crate) async fn response(&self, method: &str) -> Response {
        let sent = self.client.get(format!("{}/{method}", self.url)).send();
        sent.await.unwrap()
    }

    /// Calls a method with a body of one's own.
    pub(crate) async fn send(
        &self,
        method: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Reply {
        let request = self
            .client
            .post(format!("{}/{method}", self.url))
            .header("content-type", content_type);
        let reply = read(request.body(body).send().await.unwrap())
            .await
            .unwrap();
        self.check(&reply, method);
        reply
    }

    /// Calls a method with a multipart form.
    pub(crate) async fn upload(&self, method: &str, form: Form) -> Reply {
        self.send(method, "multipart/form-data; boundary=xx", form.end())
            .await
    }

    /// Posts a multipart form to any URL of the emulator.
    pub(crate) async fn post_form(&self, url: String, form: Form) -> Reply {
        let request = self
            .client
            .post(url)
            .header("content-type", "multipart/form-data; boundary=xx");
        read(request.body(form.end()).send().await.unwrap())
            .await
            .unwrap()
    }

    /// Downloads the file with this `file_path`: the status and the bytes.
    pub(crate) async fn download(&self, path: &str) -> (u16, Vec<u8>) {
        let url = self.url.replace("/bot", "/file/bot");
        let response = self
            .client
            .get(format!("{url}/{path}"))
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        (status, response.bytes().await.unwrap().to_vec())
    }

    /// Downloads that range of a file: the status, what was given, and the bytes unless they broke off.
    pub(crate) async fn download_part(
        &self,
        path: &str,
        range: &str,
    ) -> (u16, Option<String>, Option<String>) {
        let url = self.url.replace("/bot", "/file/bot");
        let request = self.client.get(format!("{url}/{path}"));
        let response = request.header("range", range).send().await.unwrap();
        let status = response.status().as_u16();
        let given = response.headers().get("content-range");
        let given = given.map(|given| given.to_str().unwrap().to_owned());
        (status, given, response.text().await.ok())
    }

    /// Requests any URL of the emulator.
    pub(crate) async fn request(&self, method: Method, url: String, body: &str) -> Reply {
        let request = self
            .client
            .request(method, url)
            .header("content-type", "application/x-www-form-urlencoded");
        read(request.body(body.to_owned()).send().await.unwrap())
            .await
            .unwrap()
    }

    /// Posts JSON to any URL of the emulator.
    pub(crate) async fn post_json(&self, url: String, body: Value) -> Reply {
        read(self.client.post(url).json(&body).send().await.unwrap())
            .await
            .unwrap()
    }

    pub(crate) async fn get(&self, method_and_query: &str) -> Reply {
        let url = format!("{}/{method_and_query}", self.url);
        let reply = self.request(Method::GET, url, "").await;
        self.check(&reply, method_and_query);
        reply
    }

    /// The result of a request to the control API.
    pub(crate) async fn control(&self, tg: &Emulator, path: &str) -> Value {
        let url = format!("{}/control/{path}", tg.url());
        self.request(Method::GET, url, "").await.result().clone()
    }

    /// The text of what is served at any URL.
    pub(crate) async fn text(&self, url: String) -> String {
        self.client
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// Sends a text and returns the message.
    pub(crate) async fn says(&self, chat_id: i64, text: &str) -> Value {
        self.call("sendMessage", json!({"chat_id": chat_id, "text": text}))
            .await
            .result()
            .clone()
    }

    /// The updates from an offset on, without waiting.
    pub(crate) async fn updates(&self, offset: i64) -> Vec<Value> {
        let reply = self.call("getUpdates", json!({"offset": offset})).await;
        reply.result().as_array().unwrap().clone()
    }

    /// The one update that is there.
    pub(crate) async fn only_update(&self) -> Value {
        let mut updates = self.updates(0).await;
        assert_eq!(updates.len(), 1, "{updates:?}");
        updates.remove(0)
    }
}

async fn read(response: Response) -> reqwest::Result<Reply> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Reply {
        status,
        headers,
        body: response.json().await?,
    })
}
