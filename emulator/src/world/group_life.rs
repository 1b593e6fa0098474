//! The life of groups: people and the bot come, go, are put out and promoted by people; a group becomes a supergroup.

use serde_json::{Value, json};

use super::{
    BotStatus, Group, State,
    members::{Entry, RIGHTS, rights_of},
};

impl State {
    /// Somebody is put into a group by a person, or comes by themselves: people, or the bot.
    pub(crate) fn comes(
        &mut self,
        group_id: i64,
        user_id: i64,
        actor_id: i64,
        entry: Entry,
    ) -> Result<i64, String> {
        let (user, actor) = (self.known(user_id)?, self.known(actor_id)?);
        let (is_bot, by_request) = (self.is_bot(user_id), entry.by_request);
        let member = self
            .member(group_id, user_id)
            .ok_or("there is no such group")?;
        if is_in(&member) {
            return Err("they are in this group".to_owned());
        }
        if member["status"] == "kicked" && actor_id == user_id {
            return Err("they are banned in this group".to_owned());
        }
        let id = self.stand((group_id, user_id), &actor, entry, |group| {
            if is_bot {
                let status = match group.is_channel {
                    true => BotStatus::Administrator,
                    false => BotStatus::Member,
                };
                group.bots.insert(user_id, status);
            } else {
                group.standings.remove(&user_id);
                group.requests.remove(&user_id);
                group.members.insert(user_id);
            }
        });
        if self.is_channel(group_id) {
            return Ok(id);
        }
        let noter = if by_request { user.clone() } else { actor };
        let noted = self.note(group_id, noter, "new_chat_members", json!([user]));
        Ok(if is_bot { id } else { noted.max(id) })
    }

    /// Somebody leaves a group, or is put out by a person.
    pub(crate) fn goes(
        &mut self,
        group_id: i64,
        user_id: i64,
        actor_id: i64,
    ) -> Result<i64, String> {
        let (user, actor) = (self.known(user_id)?, self.known(actor_id)?);
        let member = self
            .member(group_id, user_id)
            .ok_or("there is no such group")?;
        if !is_in(&member) {
            return Err("they are not in this group".to_owned());
        }
        let is_kicked = actor_id != user_id;
        let is_bot = self.is_bot(user_id);
        let id = self.stand((group_id, user_id), &actor, Entry::default(), |group| {
            if is_bot {
                let status = match is_kicked {
                    true => BotStatus::Kicked,
                    false => BotStatus::Left,
                };
                group.bots.insert(user_id, status);
            } else {
                out(group, user_id, is_kicked);
            }
        });
        if self.is_channel(group_id) {
            return Ok(id);
        }
        let noted = self.note(group_id, actor, "left_chat_member", json!(user));
        Ok(if is_bot { id } else { noted.max(id) })
    }

    /// Somebody, or the bot, is made an administrator with these rights (all unless named), or one no longer.
    pub(crate) fn is_promoted(
        &mut self,
        (group_id, user_id): (i64, i64),
        actor_id: i64,
        is_administrator: bool,
        rights: Option<&[&str]>,
    ) -> Result<i64, String> {
        let actor = self.known(actor_id)?;
        let member = self
            .member(group_id, user_id)
            .ok_or("there is no such group")?;
        if !is_in(&member) {
            return Err("they are not in this group".to_owned());
        }
        let is_channel = self.is_channel(group_id);
        let rights = rights.map(|given| {
            let shown = RIGHTS
                .into_iter()
                .map(|right| (right, given.contains(&right)));
            rights_of(is_channel, shown)
        });
        let is_bot = self.is_bot(user_id);
        Ok(
            self.stand((group_id, user_id), &actor, Entry::default(), |group| {
                group.standings.remove(&user_id);
                if is_bot {
                    let status = match is_administrator {
                        true => BotStatus::Administrator,
                        false => BotStatus::Member,
                    };
                    group.bots.insert(user_id, status);
                } else {
                    group.admins.retain(|other| *other != user_id);
                    group.admins.extend(is_administrator.then_some(user_id));
                }
                if let Some(rights) = rights.filter(|_| is_administrator) {
                    group.standings.insert(user_id, rights);
                }
            }),
        )
    }

    /// A person asks to be let in; the bot is told if it may invite people.
    pub(crate) fn asks_to_join(
        &mut self,
        group_id: i64,
        person_id: i64,
        link: Option<&str>,
    ) -> Result<i64, String> {
        let user = self.known(person_id)?;
        let member = self
            .member(group_id, person_id)
            .ok_or("there is no such group")?;
        if is_in(&member) {
            return Err("they are in this group".to_owned());
        }
        let link = self.invite_link(group_id, link)?;
        let mut request = json!({
            "chat": self.chat(group_id), "from": user, "user_chat_id": person_id, "date": self.now(),
        });
        if let Some(link) = &link {
            request["invite_link"] = link.clone();
        }
        self.group_mut(group_id)
            .requests
            .insert(person_id, link.unwrap_or(Value::Null));
        Ok(self.as_each_bot_in(group_id, |state| {
            match state.bot_may(group_id, "can_invite_users") {
                true => state.queue_update("chat_join_request", &request),
                false => 0,
            }
        }))
    }

    /// The `ChatInviteLink` of a group with this address, which must not be revoked.
    pub(crate) fn invite_link(
        &self,
        group_id: i64,
        link: Option<&str>,
    ) -> Result<Option<Value>, String> {
        let Some(link) = link else { return Ok(None) };
        let group = self.groups.get(&group_id).ok_or("there is no such group")?;
        let found = group.links.iter().find(|one| one["invite_link"] == link);
        match found {
            Some(found) if found["is_revoked"] != true => Ok(Some(found.clone())),
            Some(_) => Err("the invite link is revoked".to_owned()),
            None => Err("there is no such invite link".to_owned()),
        }
    }

    fn known(&self, id: i64) -> Result<crate::protocol::objects::User, String> {
        self.user(id)
            .ok_or_else(|| "there is no such person".to_owned())
    }
}

/// Takes a person out of a group, for good or until they come again.
pub(crate) fn out(group: &mut Group, user_id: i64, is_kicked: bool) {
    group.members.remove(&user_id);
    group.admins.retain(|other| *other != user_id);
    group.standings.remove(&user_id);
    if is_kicked {
        let kicked = json!({"status": "kicked", "until_date": 0});
        let kicked = kicked.as_object().cloned().unwrap_or_default();
        group.standings.insert(user_id, kicked);
    }
}

/// Whether a `ChatMember` is in the chat.
pub(crate) fn is_in(member: &Value) -> bool {
    match member["status"].as_str() {
        Some("left" | "kicked") => false,
        Some("restricted") => member["is_member"] == true,
        _ => true,
    }
}
