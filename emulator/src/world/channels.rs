//! Channels: posts that nobody signs, subscribers, the group of comments; and who speaks as a channel or a group elsewhere.

use serde_json::{Value, json};

use super::{BotStatus, Draft, State};
use crate::protocol::objects::{Chat, Message, Sender, User};

/// The accounts that stand for those who hide: Telegram's own, a group's, a channel's.
fn stand_in(id: i64, is_bot: bool, first_name: &str, username: Option<&str>) -> User {
    User {
        id,
        is_bot,
        first_name: first_name.to_owned(),
        last_name: None,
        username: username.map(str::to_owned),
        language_code: None,
        is_premium: false,
    }
}

impl State {
    /// Makes a channel, with the bot as an administrator: other bots it has not.
    pub(crate) fn add_channel(&mut self, title: &str) -> i64 {
        let id = self.add_group(title);
        let bot = self.bot.id;
        let group = self.group_mut(id);
        group.is_channel = true;
        group.bots.insert(bot, BotStatus::Administrator);
        id
    }

    pub(crate) fn is_channel(&self, chat_id: i64) -> bool {
        self.groups()
            .get(&chat_id)
            .is_some_and(|group| group.is_channel)
    }

    /// From now on what is posted in a channel is commented on in a group.
    pub(crate) fn link_comments(&mut self, channel: i64, group: i64) -> Result<(), String> {
        let is_group = self
            .groups()
            .get(&group)
            .is_some_and(|group| !group.is_channel && !group.is_basic && group.direct.is_none());
        if !self.is_channel(channel) || !is_group {
            return Err("comments on a channel are in a supergroup".to_owned());
        }
        self.group_mut(channel).linked = Some(group);
        self.group_mut(group).linked = Some(channel);
        Ok(())
    }

    /// How a channel's post is signed.
    pub(super) fn posted_by(&self, chat: &Chat, author: &User, draft: &Draft) -> Sender {
        let signs = self
            .groups()
            .get(&chat.id)
            .is_some_and(|group| group.has_signatures);
        Sender {
            sender_chat: Some(chat.clone().into()),
            author_signature: signs.then(|| full_name(author)),
            via_bot: draft
                .sender
                .as_ref()
                .and_then(|sender| sender.via_bot.clone()),
            ..Sender::default()
        }
    }

    /// A channel's post goes to the group of its comments, whose bots are told.
    pub(crate) fn forward_to_comments(&mut self, post: &Message) {
        if !self.is_channel(post.chat.id) {
            return;
        }
        let linked = self
            .groups()
            .get(&post.chat.id)
            .and_then(|channel| channel.linked);
        let Some(group) = linked else { return };
        let sender = Sender {
            sender_chat: Some(post.chat.clone()),
            is_automatic_forward: true,
            ..Sender::default()
        };
        let draft = Draft {
            content: post.content.clone(),
            forward_origin: Some(origin(post)),
            media_group_id: post.media_group_id.clone(),
            sender: Some(Box::new(sender)),
            ..Draft::default()
        };
        let telegram = stand_in(777_000, false, "Telegram", None);
        let message = self.post(group, telegram, draft, None);
        self.tell_of(&message);
    }

    /// Who is seen to speak when a person writes to a chat: themselves, or the group or channel as which they do so.
    pub(super) fn speaker(
        &self,
        person_id: i64,
        chat_id: i64,
        speaks_as: Option<i64>,
    ) -> (User, Option<Box<Sender>>) {
        let person = self.person(person_id).user.clone();
        let member = self.member(chat_id, person_id);
        let hides = member
            .as_ref()
            .is_some_and(|member| member["is_anonymous"] == true);
        let speaks_as = speaks_as
            .or_else(|| hides.then_some(chat_id))
            .or_else(|| self.answers_as(person_id, chat_id));
        let Some(chat) = speaks_as
            .filter(|_| !self.is_channel(chat_id))
            .and_then(|id| self.chat(id))
        else {
            return (person, None);
        };
        let title = member.and_then(|member| member["custom_title"].as_str().map(str::to_owned));
        let is_own = chat.id == chat_id;
        let from = match is_own {
            true => stand_in(1_087_968_824, true, "Group", Some("GroupAnonymousBot")),
            false => stand_in(136_817_688, true, "Channel", Some("Channel_Bot")),
        };
        let sender = Sender {
            sender_chat: Some(chat.into()),
            author_signature: title.filter(|_| is_own),
            ..Sender::default()
        };
        (from, Some(Box::new(sender)))
    }

    /// Why a person may not speak as a chat in another, if that is so.
    pub(crate) fn check_may_speak_as(
        &self,
        person_id: i64,
        chat_id: i64,
        speaks_as: i64,
    ) -> Result<(), String> {
        let is_admin = |chat: i64| {
            self.groups()
                .get(&chat)
                .is_some_and(|group| group.admins.contains(&person_id))
        };
        let group = self
            .groups()
            .get(&chat_id)
            .ok_or("one speaks as another chat in groups only")?;
        if group.banned_chats.contains(&speaks_as) {
            return Err("this chat is banned in this group".to_owned());
        }
        let may = is_admin(speaks_as) && (speaks_as == chat_id || self.is_channel(speaks_as));
        may.then_some(())
            .ok_or_else(|| "they do not administrate that chat".to_owned())
    }
}

/// Whose message it was, a `MessageOrigin`.
pub(crate) fn origin(message: &Message) -> Value {
    if let Some(origin) = message.forward_origin() {
        return origin.clone();
    }
    let Some(chat) = message.sender_chat() else {
        return json!({"type": "user", "sender_user": message.from, "date": message.date});
    };
    let signature = message
        .sender
        .as_ref()
        .and_then(|sender| sender.author_signature.clone());
    let mut origin = if message.from.is_none() {
        json!({"type": "channel", "chat": chat, "message_id": message.message_id, "date": message.date})
    } else {
        json!({"type": "chat", "sender_chat": chat, "date": message.date})
    };
    if let Some(signature) = signature {
        origin["author_signature"] = json!(signature);
    }
    origin
}

fn full_name(user: &User) -> String {
    match &user.last_name {
        Some(last_name) => format!("{} {last_name}", user.first_name),
        None => user.first_name.clone(),
    }
}
