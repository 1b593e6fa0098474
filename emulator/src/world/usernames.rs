//! Who has which username: people are found by theirs without a look at everybody.

use std::collections::HashMap;

use super::State;

/// People by their usernames in small letters. A name that was given up may still lead to whom it was of: it is looked at.
#[derive(Debug, Default)]
pub(super) struct Usernames(HashMap<String, i64>);

impl Usernames {
    /// A person has this username from now on.
    pub(super) fn note(&mut self, username: Option<&str>, person: i64) {
        if let Some(username) = username {
            self.0.insert(username.to_ascii_lowercase(), person);
        }
    }
}

impl State {
    /// Gives a person who exists this username, or takes theirs away.
    pub(crate) fn set_username(&mut self, person: i64, username: Option<String>) {
        self.usernames.note(username.as_deref(), person);
        let own = &mut self.person_mut(person).user.username;
        if let Some(former) = std::mem::replace(own, username) {
            let name = former.to_ascii_lowercase();
            if self.person_named(&name).is_none() {
                self.usernames.0.remove(&name);
            }
        }
    }

    /// The person with this username.
    pub(crate) fn person_named(&self, username: &str) -> Option<i64> {
        let id = *self.usernames.0.get(&username.to_ascii_lowercase())?;
        let own = self.people.get(&id)?.user.username.as_deref();
        own.is_some_and(|own| own.eq_ignore_ascii_case(username))
            .then_some(id)
    }

    /// Whether a person, a group or a bot has this username.
    pub(crate) fn is_taken(&self, username: &str) -> bool {
        let is = |own: Option<&str>| own.is_some_and(|own| own.eq_ignore_ascii_case(username));
        self.person_named(username).is_some()
            || self
                .bots()
                .into_iter()
                .any(|id| is(self.bot_user(id).and_then(|bot| bot.username.as_deref())))
            || self
                .groups
                .values()
                .any(|group| is(group.username.as_deref()))
    }

    /// Notes the usernames of people who were read back.
    pub(super) fn note_usernames(&mut self) {
        for (id, human) in &self.people {
            self.usernames.note(human.user.username.as_deref(), *id);
        }
    }

    /// The same of one who came or changed as a whole.
    pub(super) fn note_username(&mut self, person: i64) {
        if let Some(human) = self.people.get(&person) {
            self.usernames.note(human.user.username.as_deref(), person);
        }
    }
}
