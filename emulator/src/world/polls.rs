//! Polls: who votes for what, and when they close. All messages that show a poll change together.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};

use super::{State, Stored, clock::Due};

/// Where polls are shown, by their ids, each with the sight in which that is.
#[derive(Debug, Default)]
pub(super) struct Polls(HashMap<String, Vec<(i64, i64, i64)>>);

impl State {
    /// A message was put into its chat: if it shows a poll, notes where, and when that closes.
    pub(super) fn note_poll(&mut self, (chat_id, message_id): (i64, i64)) {
        let Some(stored) = self.message(chat_id, message_id) else {
            return;
        };
        let Some(poll) = poll_of(stored) else { return };
        let (Some(id), is_closed) = (poll["id"].as_str(), poll["is_closed"] == true) else {
            return;
        };
        let (date, sight) = (stored.message.date, self.sight());
        let closes = poll["close_date"]
            .as_i64()
            .or_else(|| Some(date + poll["open_period"].as_i64()?));
        let id = id.to_owned();
        let places = self.polls.0.entry(id.clone()).or_default();
        let place = (sight, chat_id, message_id);
        let is_same = |other: &(i64, i64, i64)| {
            (other.1, other.2) == (chat_id, message_id) && (chat_id < 0 || other.0 == place.0)
        };
        if places.iter().any(is_same) {
            return;
        }
        places.push(place);
        if places.len() == 1
            && !is_closed
            && let Some(closes) = closes
        {
            let after = closes.saturating_sub(self.now()).max(0);
            self.plan(
                Duration::from_secs(after.unsigned_abs()),
                Due::PollCloses(id),
            );
        }
    }

    /// A message is gone.
    pub(super) fn forget_poll(&mut self, stored: &Stored) {
        let place = (stored.message.chat.id, stored.message.message_id);
        let sight = self.sight();
        let id = poll_of(stored).and_then(|poll| poll["id"].as_str());
        if let Some(id) = id
            && let Some(places) = self.polls.0.get_mut(id)
        {
            places.retain(|other| (other.1, other.2) != place || place.0 > 0 && other.0 != sight);
            if places.is_empty() {
                self.polls.0.remove(id);
            }
        }
    }

    /// A person votes for these options of a message's poll, or takes the vote back with none. Returns the id of the last
    /// update, 0 for a poll that is not the bot's.
    pub(crate) fn vote(
        &mut self,
        person: i64,
        (chat_id, message_id): (i64, i64),
        mut options: Vec<usize>,
    ) -> Result<i64, String> {
        options.sort_unstable();
        options.dedup();
        let stored = self
            .message(chat_id, message_id)
            .ok_or("there is no such message")?;
        let poll = poll_of(stored).ok_or("the message is no poll")?.clone();
        let says = |field: &str| poll[field] == true;
        let voted = stored.votes.get(&person);
        let count = poll["options"].as_array().map_or(0, Vec::len);
        if says("is_closed") {
            return Err("the poll is closed".to_owned());
        }
        if options.iter().any(|option| *option >= count) {
            return Err("there is no such option".to_owned());
        }
        if options.len() > 1 && !says("allows_multiple_answers") {
            return Err("the poll takes one answer only".to_owned());
        }
        if voted.is_some() && !says("allows_revoting") {
            return Err("they have voted already".to_owned());
        }
        if says("members_only")
            && self
                .groups()
                .get(&chat_id)
                .is_some_and(|group| !group.members.contains(&person))
        {
            return Err("only members may vote".to_owned());
        }
        let owner = self.owner(stored);
        let id = poll["id"].as_str().unwrap_or_default().to_owned();
        let ids: Vec<Value> = options
            .iter()
            .map(|option| poll["options"][option]["persistent_id"].clone())
            .collect();
        let changed = self.change_poll(&id, |stored| {
            match options.is_empty() {
                true => stored.votes.remove(&person),
                false => stored.votes.insert(person, options.clone()),
            };
            count_votes(stored);
        });
        let Some(owner) = owner else { return Ok(0) };
        let answer = json!({
            "poll_id": id, "user": self.person(person).user, "option_ids": options, "option_persistent_ids": ids,
        });
        Ok(self.as_bot(owner, |state| {
            if !says("is_anonymous") {
                state.queue_update("poll_answer", &answer);
            }
            changed.map_or(0, |poll| state.queue_update("poll", &poll))
        }))
    }

    /// A poll takes no more votes; the bot is told.
    pub(crate) fn close_poll(&mut self, id: &str) -> Option<Value> {
        let poll = self.change_poll(id, |stored| {
            if let Some(poll) = stored.message.content.parts.get_mut("poll") {
                poll["is_closed"] = json!(true);
            }
        })?;
        self.queue_update("poll", &poll);
        Some(poll)
    }

    /// The time of a poll is over, if it was not stopped before.
    pub(super) fn poll_closes(&mut self, id: &str) {
        // Planned by the bot in whose sight it was first shown.
        let places = self.polls.0.get(id).into_iter().flatten();
        let stored = places
            .filter(|(sight, _, _)| *sight == self.sight())
            .find_map(|(_, chat_id, message_id)| self.message(*chat_id, *message_id));
        if stored
            .and_then(poll_of)
            .is_some_and(|poll| poll["is_closed"] == false)
        {
            self.close_poll(id);
        }
    }

    /// Forgets the polls in the present sight, and those of groups.
    pub(super) fn forget_polls(&mut self) {
        let bot = self.sight();
        self.polls.0.retain(|_, places| {
            places.retain(|(other, chat_id, _)| *chat_id > 0 && *other != bot);
            !places.is_empty()
        });
    }

    /// Changes all messages that show a poll; returns it as it is then.
    fn change_poll(&mut self, id: &str, change: impl Fn(&mut Stored)) -> Option<Value> {
        let places = self.polls.0.get(id)?.clone();
        let mut poll = None;
        for (sight, chat_id, message_id) in places {
            self.as_seen(sight, |state| {
                let Some(stored) = state.message_mut(chat_id, message_id) else {
                    return;
                };
                change(stored);
                poll = poll.take().or_else(|| poll_of(stored).cloned());
            });
        }
        poll
    }

    /// Notes the polls of a world that was read back.
    pub(super) fn note_polls(&mut self) {
        let logs = self.logs.iter();
        let places: Vec<(i64, i64)> = logs
            .flat_map(|(chat_id, log)| {
                log.messages
                    .iter()
                    .map(|(id, stored)| (*chat_id, *id, stored))
            })
            .filter(|(_, _, stored)| poll_of(stored).is_some())
            .map(|(chat_id, id, _)| (chat_id, id))
            .collect();
        for place in places {
            self.note_poll(place);
        }
    }
}

fn poll_of(stored: &Stored) -> Option<&Value> {
    stored.message.content.parts.get("poll")
}

fn count_votes(stored: &mut Stored) {
    let votes = &stored.votes;
    let Some(poll) = stored.message.content.parts.get_mut("poll") else {
        return;
    };
    poll["total_voter_count"] = json!(votes.len());
    for (number, option) in poll["options"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let count = votes
            .values()
            .filter(|options| options.contains(&number))
            .count();
        option["voter_count"] = json!(count);
    }
}
