//! How people and the bot stand in a group, Telegram's `ChatMember`s, and what the bot hears when that changes.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{BotStatus, Group, State};
use crate::protocol::objects::{Chat, Common, Content, Message, User};

/// The rights of an administrator that a bot or a person may be given.
pub(crate) const RIGHTS: [&str; 18] = [
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_direct_messages",
    "can_manage_tags",
    "can_send_welcome_messages",
];

/// Those that only channels know, and only groups.
const OF_CHANNELS: [&str; 3] = [
    "can_post_messages",
    "can_edit_messages",
    "can_manage_direct_messages",
];
const OF_GROUPS: [&str; 3] = ["can_pin_messages", "can_manage_topics", "can_manage_tags"];

/// Telegram's object.
#[derive(Serialize)]
pub(super) struct ChatMemberUpdated<'a> {
    pub(super) chat: Chat,
    pub(super) from: &'a User,
    pub(super) date: i64,
    pub(super) old_chat_member: Value,
    pub(super) new_chat_member: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invite_link: Option<Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) via_join_request: bool,
}

/// How somebody came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) invite_link: Option<Value>,
    pub(crate) by_request: bool,
}

impl State {
    /// A `ChatMember` of a group; `None` for someone of whom the bot never heard.
    pub(crate) fn member(&self, group_id: i64, user_id: i64) -> Option<Value> {
        let group = self.groups.get(&group_id)?;
        let user = self.user(user_id)?;
        let fields = standing(group, user_id, self.is_bot(user_id));
        let mut member = json!({"user": user});
        member.as_object_mut()?.extend(fields);
        Some(member)
    }

    /// The owner and the administrators of a group.
    pub(crate) fn administrators(&self, group_id: i64) -> Vec<Value> {
        let Some(group) = self.groups.get(&group_id) else {
            return vec![];
        };
        let bots = group
            .bots
            .iter()
            .filter(|(_, status)| **status == BotStatus::Administrator);
        let ids = group.admins.iter().copied().chain(bots.map(|(id, _)| *id));
        ids.filter_map(|id| self.member(group_id, id)).collect()
    }

    /// Whether the bot is an administrator with this right.
    pub(crate) fn bot_may(&self, group_id: i64, right: &str) -> bool {
        let member = self.member(group_id, self.bot.id);
        member.is_some_and(|member| member["status"] == "administrator" && member[right] == true)
    }

    /// Why a person cannot write to a chat, if that is so.
    pub(crate) fn check_may_write(&self, person_id: i64, chat_id: i64) -> Result<(), String> {
        let Some(member) = self.member(chat_id, person_id) else {
            return Ok(());
        };
        let is_administrator = ["creator", "administrator"]
            .iter()
            .any(|status| member["status"] == *status);
        if self.is_channel(chat_id) && !is_administrator {
            return Err("only administrators post in a channel".to_owned());
        }
        match member["status"].as_str() {
            Some("kicked") => Err("they are banned in this group".to_owned()),
            Some("restricted") if member["can_send_messages"] != true => {
                Err("they may not write to this group".to_owned())
            }
            Some("member" | "left") if self.is_muted(chat_id) => {
                Err("members may not write to this group".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether plain members may not write.
    fn is_muted(&self, group_id: i64) -> bool {
        let group = self.groups.get(&group_id);
        let permissions = group.and_then(|group| group.permissions.as_ref());
        permissions.is_some_and(|permissions| permissions["can_send_messages"] == false)
    }

    /// The same of a topic.
    pub(crate) fn check_may_write_in(
        &self,
        person_id: i64,
        chat_id: i64,
        thread: Option<i64>,
    ) -> Result<(), String> {
        self.check_may_write(person_id, chat_id)?;
        if self.direct_of(chat_id).is_some() {
            return self.check_may_write_directly(person_id, chat_id, thread);
        }
        if self.is_forum(chat_id) && thread.is_some_and(|thread| !self.has_thread(chat_id, thread))
        {
            return Err("there is no such topic".to_owned());
        }
        match self.is_closed_to(person_id, chat_id, thread) {
            true => Err("the topic is closed".to_owned()),
            false => Ok(()),
        }
    }

    /// Changes how somebody stands in a group, and tells the bot: of itself always, of others as an administrator that asked
    /// for it. Returns the update's id, 0 when there is none.
    pub(crate) fn stand(
        &mut self,
        (group_id, user_id): (i64, i64),
        actor: &User,
        entry: Entry,
        change: impl FnOnce(&mut Group),
    ) -> i64 {
        let (chat, old) = (self.chat(group_id), self.member(group_id, user_id));
        change(self.group_mut(group_id));
        self.mirror_direct(group_id);
        let new = self.member(group_id, user_id);
        let (Some(chat), Some(old_chat_member), Some(new_chat_member)) = (chat, old, new) else {
            return 0;
        };
        if old_chat_member == new_chat_member {
            return 0;
        }
        let update = ChatMemberUpdated {
            chat,
            from: actor,
            date: self.now(),
            old_chat_member,
            new_chat_member,
            invite_link: entry.invite_link,
            via_join_request: entry.by_request,
        };
        let mut own = 0;
        if self.is_bot(user_id) {
            own = self.as_bot(user_id, |state| {
                state.queue_update("my_chat_member", &update)
            });
        }
        let other = self.as_each_bot_in(group_id, |state| {
            let hears = state.bot_status(group_id) == BotStatus::Administrator;
            match hears && state.bot.id != user_id {
                true => state.queue_update("chat_member", &update),
                false => 0,
            }
        });
        own.max(other)
    }

    /// A service message in a group: what happened there, by whom.
    pub(crate) fn note(
        &mut self,
        group_id: i64,
        actor: impl Into<Common<User>>,
        field: &str,
        what: Value,
    ) -> i64 {
        let draft = super::Draft {
            content: Content::of_part(field, what),
            ..super::Draft::default()
        };
        let message = self.post(group_id, actor, draft, None);
        self.tell_of_anothers(&message)
    }

    /// A service message of what was pinned, one level deep.
    pub(crate) fn note_pin(
        &mut self,
        chat_id: i64,
        actor: Common<User>,
        pinned: Option<Message>,
    ) -> i64 {
        let pinned = pinned.map(|pinned| Message {
            reply_to_message: None,
            ..pinned
        });
        self.note(chat_id, actor, "pinned_message", json!(pinned))
    }

    /// A person, or the bot.
    pub(crate) fn user(&self, id: i64) -> Option<User> {
        if let Some(bot) = self.bot_user(id) {
            return Some(bot.clone());
        }
        Some(self.people.get(&id)?.user.clone())
    }
}

/// The fields of a `ChatMember` beside the user.
fn standing(group: &Group, user_id: i64, is_bot: bool) -> Map<String, Value> {
    let set = group.standings.get(&user_id);
    let is_member = group.members.contains(&user_id);
    let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
    let is_administrator = if is_bot {
        group.bot(user_id) == BotStatus::Administrator
    } else {
        group.admins.contains(&user_id)
    };
    if !is_bot && group.admins.first() == Some(&user_id) {
        let mut owner = fields(json!({"status": "creator", "is_anonymous": false}));
        owner.extend(set.cloned().unwrap_or_default());
        return owner;
    }
    if is_administrator {
        return set.cloned().unwrap_or_else(|| all_rights(group.is_channel));
    }
    if is_bot {
        return match group.bot(user_id) {
            BotStatus::Kicked => fields(json!({"status": "kicked", "until_date": 0})),
            BotStatus::Left => fields(json!({"status": "left"})),
            _ => fields(json!({"status": "member"})),
        };
    }
    match set {
        Some(set) => {
            let mut set = set.clone();
            if set["status"] == "restricted" {
                set.insert("is_member".to_owned(), is_member.into());
            }
            set
        }
        None => fields(json!({"status": if is_member { "member" } else { "left" }})),
    }
}

/// An administrator with all rights of a group but those to promote others and to hide.
fn all_rights(is_channel: bool) -> Map<String, Value> {
    let refused = ["is_anonymous", "can_promote_members", "can_manage_tags"];
    let rights = RIGHTS
        .into_iter()
        .map(|right| (right, !refused.contains(&right)));
    rights_of(is_channel, rights)
}

/// The fields of an administrator with these rights.
pub(crate) fn rights_of<'a>(
    is_channel: bool,
    rights: impl Iterator<Item = (&'a str, bool)>,
) -> Map<String, Value> {
    let unknown = if is_channel { OF_GROUPS } else { OF_CHANNELS };
    let rights = rights.filter(|(right, _)| !unknown.contains(right));
    let mut fields = Map::new();
    fields.insert("status".to_owned(), json!("administrator"));
    fields.insert("can_be_edited".to_owned(), json!(false));
    fields.extend(rights.map(|(right, is_given)| (right.to_owned(), json!(is_given))));
    fields
}
