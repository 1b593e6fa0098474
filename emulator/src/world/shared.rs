//! What people share by the buttons of a reply keyboard: other people, chats, and what a web app says.

use serde_json::{Value, json};

use super::{Draft, State};
use crate::protocol::objects::Content;

impl State {
    /// The button with this text on the reply keyboard that a chat shows: the last one sent and not removed.
    fn reply_button(&self, chat_id: i64, text: &str) -> Result<Value, String> {
        let log = self.logs.get(&chat_id).into_iter();
        let mut markups = log
            .flat_map(|log| log.messages.values().rev())
            .filter_map(|stored| stored.markup())
            .filter(|markup| {
                markup.get("keyboard").is_some() || markup.get("remove_keyboard").is_some()
            });
        let keyboard = markups.next().unwrap_or_default();
        let mut buttons = keyboard["keyboard"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten();
        buttons
            .find(|button| button["text"] == text || **button == text)
            .cloned()
            .ok_or_else(|| format!("there is no button {text:?} below the chat"))
    }

    /// A person presses a button that asks for people, and chooses these.
    pub(crate) fn share_users(
        &mut self,
        person: i64,
        button: &str,
        users: &[i64],
    ) -> Result<i64, String> {
        let request = self.reply_button(person, button)?["request_users"].clone();
        if request.is_null() {
            return Err(format!("the button {button:?} asks for no people"));
        }
        let most = request["max_quantity"].as_u64().unwrap_or(1);
        if users.is_empty() || users.len() as u64 > most {
            return Err(format!("the button asks for 1 to {most} people"));
        }
        let wants = |field: &str| request[field] == true;
        let mut shared = vec![];
        for id in users {
            let user = self.user(*id).ok_or("there is no such person")?;
            if request["user_is_bot"]
                .as_bool()
                .is_some_and(|is_bot| is_bot != user.is_bot)
            {
                return Err("the button asks for others".to_owned());
            }
            let mut one = json!({"user_id": id});
            if wants("request_name") {
                one["first_name"] = json!(user.first_name);
                if let Some(last_name) = user.last_name {
                    one["last_name"] = json!(last_name);
                }
            }
            if let Some(username) = user.username.filter(|_| wants("request_username")) {
                one["username"] = json!(username);
            }
            shared.push(one);
        }
        let shared = json!({"request_id": request["request_id"], "users": shared});
        Ok(self.send_part(person, "users_shared", shared))
    }

    /// A person presses a button that asks for a chat, and chooses this one.
    pub(crate) fn share_chat(
        &mut self,
        person: i64,
        button: &str,
        chat_id: i64,
    ) -> Result<i64, String> {
        let request = self.reply_button(person, button)?["request_chat"].clone();
        if request.is_null() {
            return Err(format!("the button {button:?} asks for no chat"));
        }
        let group = self
            .groups()
            .get(&chat_id)
            .ok_or("there is no such group")?;
        let asks =
            |field: &str, is: bool| request[field].as_bool().is_some_and(|asked| asked != is);
        let is_another = asks("chat_is_channel", group.is_channel)
            || asks("chat_is_forum", group.topics.is_some())
            || asks("chat_has_username", group.username.is_some())
            || request["chat_is_created"] == true && group.admins.first() != Some(&person)
            || request["bot_is_member"] == true && group.bot_count() == 0;
        if is_another {
            return Err("the button asks for another kind of chat".to_owned());
        }
        let mut shared = json!({"request_id": request["request_id"], "chat_id": chat_id});
        if request["request_title"] == true {
            shared["title"] = json!(group.title);
        }
        if let Some(username) = group
            .username
            .as_ref()
            .filter(|_| request["request_username"] == true)
        {
            shared["username"] = json!(username);
        }
        Ok(self.send_part(person, "chat_shared", shared))
    }

    /// The web app of a button sends this to the bot.
    pub(crate) fn send_web_app_data(
        &mut self,
        person: i64,
        button: &str,
        data: &str,
    ) -> Result<i64, String> {
        if self.reply_button(person, button)?["web_app"].is_null() {
            return Err(format!("the button {button:?} opens no web app"));
        }
        if !(1..=4096).contains(&data.len()) {
            return Err("a web app sends 1 to 4096 bytes".to_owned());
        }
        let sent = json!({"button_text": button, "data": data});
        Ok(self.send_part(person, "web_app_data", sent))
    }

    fn send_part(&mut self, person: i64, field: &str, part: Value) -> i64 {
        let draft = Draft {
            content: Content::of_part(field, part),
            ..Draft::default()
        };
        self.send_draft(person, person, draft)
    }
}
