//! Web apps: people open them with data that Telegram signs with the bot's token, and they answer through the bot.

use std::collections::HashMap;

use form_urlencoded::Serializer;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{InlineResult, State, sent::buttons};

/// How long an app may answer in the name of who opened it, and a prepared message be sent, in seconds.
const HOUR: i64 = 3600;

/// What was opened, and what bots have prepared for people to send.
#[derive(Debug, Default)]
pub(crate) struct WebApps {
    /// By `query_id`: who opened it, and when.
    queries: HashMap<String, (i64, i64)>,
    /// For whom, and until when.
    prepared: HashMap<String, (i64, i64, InlineResult)>,
}

/// A web app as it opens.
#[derive(Clone, Debug)]
pub(crate) struct OpenedApp {
    pub(crate) url: String,
    pub(crate) init_data: String,
    pub(crate) query_id: Option<String>,
}

impl State {
    /// A person opens the web app of an inline button in the private chat, by its text, or that of the menu button.
    pub(crate) fn open_web_app(
        &mut self,
        person: i64,
        button: Option<&str>,
        start_param: Option<&str>,
        token: &str,
    ) -> Result<OpenedApp, String> {
        let url = match button {
            Some(text) => self.app_of_button(person, text),
            None => self.profile.menu_button(person).and_then(app_of),
        };
        let url = url.ok_or("there is no button with a web app")?;
        let query_id: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(24)
            .collect();
        let query_id = format!("AA{query_id}");
        let now = self.now();
        self.web_apps
            .queries
            .retain(|_, (_, opened)| *opened + HOUR > now);
        self.web_apps
            .queries
            .insert(query_id.clone(), (person, now));
        let init_data = self.init_data(person, Some(&query_id), start_param, token);
        Ok(OpenedApp {
            url,
            init_data,
            query_id: Some(query_id),
        })
    }

    fn app_of_button(&self, person: i64, text: &str) -> Option<String> {
        let log = self.logs.get(&person)?;
        let mut messages = log.messages.values().rev();
        messages.find_map(|stored| {
            let mut found = buttons(stored.message.reply_markup.as_ref())
                .filter(|button| button["text"] == text);
            found.find_map(|button| Some(button["web_app"]["url"].as_str()?.to_owned()))
        })
    }

    /// `initData` of a person: fields of a query string, signed with the token as Telegram does.
    pub(crate) fn init_data(
        &self,
        person: i64,
        query_id: Option<&str>,
        start_param: Option<&str>,
        token: &str,
    ) -> String {
        let human = &self.person(person).user;
        let mut user = json!({
            "id": human.id, "first_name": human.first_name, "last_name": human.last_name.as_deref().unwrap_or(""),
            "allows_write_to_pm": true,
        });
        for (field, value) in [
            ("username", &human.username),
            ("language_code", &human.language_code),
        ] {
            if let Some(value) = value {
                user[field] = json!(value);
            }
        }
        let mut fields = vec![
            ("auth_date", self.now().to_string()),
            ("user", user.to_string()),
        ];
        fields.extend(query_id.map(|id| ("query_id", id.to_owned())));
        fields.extend(start_param.map(|param| ("start_param", param.to_owned())));
        fields.sort_unstable();
        let hash = sign(&fields, token);
        let mut encoded = Serializer::new(String::new());
        encoded.extend_pairs(&fields).append_pair("hash", &hash);
        encoded.finish()
    }

    /// Whose web app this is the query of, if it may still be answered; it may once.
    pub(crate) fn take_web_app_query(&mut self, id: &str) -> Option<i64> {
        let now = self.now();
        let (person, opened) = self.web_apps.queries.remove(id)?;
        (opened + HOUR > now).then_some(person)
    }

    /// Keeps a message for a person to send; returns its id, and until when.
    pub(crate) fn prepare(&mut self, person: i64, result: InlineResult) -> (String, i64) {
        let id: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(16)
            .collect();
        let until = self.now() + HOUR;
        self.web_apps
            .prepared
            .insert(id.clone(), (person, until, result));
        (id, until)
    }

    /// A person sends a message that was prepared for them into a chat.
    pub(crate) fn send_prepared(
        &mut self,
        person: i64,
        id: &str,
        chat_id: i64,
    ) -> Result<i64, String> {
        let prepared = self.web_apps.prepared.get(id);
        let (whom, until, result) = prepared.cloned().ok_or("there is no such message")?;
        if whom != person || until <= self.now() {
            return Err("the message is not theirs to send any more".to_owned());
        }
        let (message_id, _) = self.send_result(person, chat_id, result);
        let message = self
            .message(chat_id, message_id)
            .map(|stored| stored.message.clone());
        Ok(message.map_or(0, |message| self.tell_of(&message)))
    }
}

/// The hash of fields in their order, by the key that is made of the token.
fn sign(fields: &[(&str, String)], token: &str) -> String {
    let lines: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let key = hmac(b"WebAppData", token.as_bytes());
    hmac(&key, lines.join("\n").as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

/// The web app's URL of a `MenuButton`.
fn app_of(menu_button: &Value) -> Option<String> {
    Some(menu_button["web_app"]["url"].as_str()?.to_owned())
}
