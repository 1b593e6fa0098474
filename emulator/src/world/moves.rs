//! Groups of the simple kind, and how they become supergroups: with another id, told in both chats.

use serde_json::json;

use super::{BotStatus, Draft, State};
use crate::protocol::objects::Content;

impl State {
    /// Makes a group of the simple kind, with the bot in it. Ids of such are shorter than those of supergroups.
    pub(crate) fn add_basic_group(&mut self, title: &str) -> i64 {
        let id = -fastrand::i64(4_000_000_000..5_000_000_000);
        self.put_group(id, title, BotStatus::Member);
        self.group_mut(id).is_basic = true;
        id
    }

    /// A member makes a group a supergroup; returns its id.
    pub(crate) fn upgrade(&mut self, person_id: i64, group_id: i64) -> i64 {
        let new = self.move_group(group_id);
        self.tell(person_id, group_id, "migrate_to_chat_id", new);
        self.tell(person_id, new, "migrate_from_chat_id", group_id);
        new
    }

    /// The same, told to nobody.
    pub(crate) fn move_group(&mut self, group_id: i64) -> i64 {
        let title = self.group_mut(group_id).title.clone();
        let new = self.add_group(&title);
        let old = self.group_mut(group_id);
        old.moved_to = Some(new);
        let (members, admins, bots) = (old.members.clone(), old.admins.clone(), old.bots.clone());
        let standings = old.standings.clone();
        let group = self.group_mut(new);
        (group.members, group.admins, group.bots) = (members, admins, bots);
        group.standings = standings;
        new
    }

    fn tell(&mut self, person_id: i64, chat_id: i64, field: &str, other: i64) {
        let draft = Draft {
            content: Content::of_part(field, json!(other)),
            ..Draft::default()
        };
        self.send_draft(person_id, chat_id, draft);
    }
}
