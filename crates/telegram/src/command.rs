//! The command that a message begins with, as Telegram marks it.

use super::{ChatKind, Content, Entity, EntityKind, Message, Update};

/// A command at the beginning of a message: `/start 7`, `/help@our_bot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// Its name, without the slash.
    pub name: &'a str,
    /// The bot that it is for, if it names one, without `@`.
    pub bot: Option<&'a str>,
    /// What follows, trimmed.
    pub args: &'a str,
}

impl Command<'_> {
    /// Whether it is for the bot of that username, which may be not known yet: a command that names
    /// no bot is for all who hear it.
    #[must_use]
    pub fn is_for(&self, username: Option<&str>) -> bool {
        match (self.bot, username) {
            (Some(bot), Some(username)) => bot.eq_ignore_ascii_case(username),
            _ => true,
        }
    }
}

impl Message {
    /// The command that the text or caption begins with. Where it ends is what Telegram's entity
    /// says: `/help` in `/help, please`.
    #[must_use]
    pub fn command(&self) -> Option<Command<'_>> {
        let text = self.text_or_caption()?;
        let is_first =
            |entity: &&Entity| entity.offset == 0 && entity.kind == EntityKind::BotCommand;
        let is_odd = |entity: &Entity| entity.kind == EntityKind::Unknown;
        let marked = match self.entities.iter().find(is_first) {
            Some(entity) => entity.of(text)?,
            // Nothing of the marks can be read: that must lose no command.
            None if self.entities.iter().all(is_odd) => unmarked(text)?,
            None => return None,
        };
        let word = marked.strip_prefix('/')?;
        let (name, bot) = match word.split_once('@') {
            Some((name, bot)) => (name, Some(bot)),
            None => (word, None),
        };
        let args = text[marked.len()..].trim();
        Some(Command { name, bot, args })
    }

    /// Whether it is something that a person sent to be read: a text, a photo, a place; or the
    /// choice that a button of the bot's keyboard asked for. What Telegram tells of the chat (who
    /// joined, what was pinned) is not.
    #[must_use]
    pub fn is_said(&self) -> bool {
        let is_chosen = |name| matches!(name, "users_shared" | "chat_shared" | "web_app_data");
        self.content.is_some() || self.service.is_some_and(is_chosen)
    }

    /// Whether it is said to the bot: in the private chat; elsewhere by a command, by the bot's
    /// name, or in reply to it.
    pub fn is_to_bot(&self, id: i64, username: Option<&str>) -> bool {
        let is_paid = self.successful_payment.is_some();
        if !self.is_said() && !is_paid {
            return false;
        }
        let author = self
            .reply_to_message
            .as_ref()
            .and_then(|it| it.from.as_ref());
        self.chat.kind == ChatKind::Private
            || self
                .command()
                .is_some_and(|command| command.is_for(username))
            || author.is_some_and(|author| author.id == id)
            || username.is_some_and(|username| self.mentions(username))
    }

    fn mentions(&self, username: &str) -> bool {
        let text = self.text_or_caption().unwrap_or_default();
        self.entities.iter().any(|entity| {
            let mention = (entity.kind == EntityKind::Mention).then(|| entity.of(text));
            let name = mention.flatten().and_then(|name| name.strip_prefix('@'));
            name.is_some_and(|name| name.eq_ignore_ascii_case(username))
        })
    }
}

/// What Telegram would mark as a command at the beginning of a text.
fn unmarked(text: &str) -> Option<&str> {
    let part = |text: &str| {
        let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        text.find(is_end).unwrap_or(text.len())
    };
    let name = part(text.strip_prefix('/')?);
    let mut end = 1 + name;
    if let Some(bot) = text[end..].strip_prefix('@')
        && (3..=32).contains(&part(bot))
    {
        end += 1 + part(bot);
    }
    let goes_on = |c: char| c.is_alphanumeric() || "_/<>".contains(c);
    ((1..=64).contains(&name) && !text[end..].starts_with(goes_on)).then(|| &text[..end])
}

impl Update {
    /// The command that the message begins with; not of a pressed button's message.
    #[must_use]
    pub fn command(&self) -> Option<Command<'_>> {
        match &self.content {
            Content::Message(message) => message.command(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lenient::Lenient;

    fn message(fields: &Value) -> Message {
        let mut message = json!({"message_id": 1, "date": 1, "chat": {"id": -1, "type": "group"}});
        for (name, value) in fields.as_object().expect("fields") {
            message[name] = value.clone();
        }
        Message::read(message.to_string().as_bytes()).expect("a message")
    }

    fn marked(text: &str, kind: &str, offset: usize, length: usize) -> Message {
        let entity = json!({"type": kind, "offset": offset, "length": length});
        message(&json!({"text": text, "entities": [entity]}))
    }

    #[test]
    fn a_command_ends_where_telegram_says() {
        for (text, length, command) in [
            ("/help, please", 5, Some(("help", None, ", please"))),
            (
                "/help@our_bot  7 ",
                13,
                Some(("help", Some("our_bot"), "7")),
            ),
            ("/help", 5, Some(("help", None, ""))),
        ] {
            let message = marked(text, "bot_command", 0, length);
            let found = message.command();
            let found = found.map(|command| (command.name, command.bot, command.args));
            assert_eq!(found, command, "{text}");
        }
        assert_eq!(marked("see /help", "bot_command", 4, 5).command(), None);
        assert_eq!(message(&json!({"text": "/привет"})).command(), None);
    }

    #[test]
    fn where_no_mark_can_be_read_a_command_is_what_telegram_would_mark() {
        for (text, name) in [
            ("/help 7", Some("help")),
            ("/help@our_bot, please", Some("help")),
            ("/usr/bin", None),
            ("/helpж", None),
            ("/", None),
        ] {
            let unmarked = message(&json!({"text": text}));
            assert_eq!(
                unmarked.command().map(|command| command.name),
                name,
                "{text}"
            );
            let odd = marked(text, "sparkle", 0, 5);
            assert_eq!(odd.command().map(|command| command.name), name, "{text}");
            assert_eq!(marked(text, "code", 0, 5).command(), None, "{text}");
        }
    }

    #[test]
    fn a_caption_may_be_a_command_too() {
        let entity = json!({"type": "bot_command", "offset": 0, "length": 4});
        let photo = json!({"photo": [], "caption": "/add 7", "caption_entities": [entity]});
        let photo = message(&photo);
        assert_eq!(photo.command().map(|command| command.args), Some("7"));
    }

    #[test]
    fn what_telegram_tells_is_not_said_by_anybody() {
        for (fields, is_said) in [
            (json!({"text": "x"}), true),
            (json!({"photo": []}), true),
            (json!({"users_shared": {}}), true),
            (json!({"web_app_data": {}}), true),
            (json!({"pinned_message": {}}), false),
            (json!({"new_chat_members": []}), false),
            (json!({"message_auto_delete_timer_changed": {}}), false),
            (json!({"chat_background_set": {}}), false),
            (json!({"brand_new": {}}), false),
        ] {
            assert_eq!(message(&fields).is_said(), is_said, "{fields}");
        }
    }

    #[test]
    fn in_a_group_the_bot_is_spoken_to_by_command_by_name_and_by_reply() {
        let is_to_bot = |message: Message| message.is_to_bot(7, Some("Our_bot"));
        assert!(is_to_bot(marked("/x", "bot_command", 0, 2)));
        assert!(is_to_bot(marked("/x@our_BOT", "bot_command", 0, 10)));
        assert!(is_to_bot(marked("ну, @our_bot?", "mention", 4, 8)));
        assert!(!is_to_bot(marked("/x@other_bot", "bot_command", 0, 12)));
        assert!(!is_to_bot(marked("ну, @other_bot?", "mention", 4, 10)));
        assert!(!is_to_bot(message(&json!({"text": "x"}))));
        for (author, expected) in [(7, true), (8, false)] {
            let replied = json!({"message_id": 2, "from": {"id": author, "is_bot": true}});
            let reply = message(&json!({"text": "x", "reply_to_message": replied}));
            assert_eq!(is_to_bot(reply), expected, "{author}");
        }
    }
}
