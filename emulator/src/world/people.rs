//! People: who they are, and how they stand with the bot.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{State, changes::Key};
use crate::protocol::objects::User;

/// A person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Human {
    pub(crate) user: User,
    /// How they stand with each bot they have met.
    #[serde(default)]
    stands: Vec<(i64, Stand)>,
    /// How they stood with the only bot, as it was written when there was one only.
    #[serde(flatten, skip_serializing)]
    only: Option<Stand>,
    /// Deleted their account.
    pub(crate) deactivated: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) bio: String,
    /// Each an array of `PhotoSize`s, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) photos: Vec<Value>,
    /// The photo of those who may not see the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) public_photo: Option<Value>,
}

/// How a person stands with a bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stand {
    /// Pressed Start or wrote to the bot once; the bot may write to them.
    pub(crate) started: bool,
    /// Blocked the bot.
    pub(crate) blocked: bool,
}

impl Human {
    /// A person who has met no bot.
    pub(super) fn new(user: User) -> Self {
        Self {
            user,
            stands: vec![],
            only: None,
            deactivated: false,
            bio: String::new(),
            photos: vec![],
            public_photo: None,
        }
    }

    /// How they stand with a bot.
    pub(crate) fn stand(&self, bot: i64) -> Stand {
        let found = self.stands.iter().find(|(id, _)| *id == bot);
        found.map(|(_, stand)| *stand).unwrap_or_default()
    }

    pub(super) fn stand_mut(&mut self, bot: i64) -> &mut Stand {
        let place = self.stands.iter().position(|(id, _)| *id == bot);
        let place = place.unwrap_or_else(|| {
            self.stands.push((bot, Stand::default()));
            self.stands.len() - 1
        });
        &mut self.stands[place].1
    }

    /// What was written of the only bot is of this one.
    pub(super) fn knew_only(&mut self, bot: i64) {
        if let Some(stand) = self.only.take().filter(|_| self.stands.is_empty()) {
            self.stands.push((bot, stand));
        }
    }
}

impl State {
    /// How a person stands with the present bot, to change.
    pub(crate) fn stand_mut(&mut self, person_id: i64) -> &mut Stand {
        let bot = self.bot.id;
        self.person_mut(person_id).stand_mut(bot)
    }

    /// Adds a person with the next id, or with the one given.
    pub(crate) fn add_person(&mut self, first_name: &str, id: Option<i64>) -> Result<i64, String> {
        let id = id.unwrap_or_else(|| {
            self.next_person_id += 1 + fastrand::i64(0..1000);
            self.next_person_id
        });
        if id <= 0 {
            return Err(format!("{id} is no id of a person: those are positive"));
        }
        if self.people.contains_key(&id) || self.is_bot(id) {
            return Err(format!("{id} is taken"));
        }
        let user = User {
            id,
            is_bot: false,
            first_name: first_name.to_owned(),
            last_name: None,
            username: None,
            language_code: Some("ru".to_owned()),
            is_premium: false,
        };
        self.people.insert(id, Human::new(user));
        self.changes.mark(Key::Person(id));
        Ok(id)
    }

    /// Puts a person into the world, or in the place of their former self.
    pub(super) fn put_person(&mut self, human: Human) {
        let id = human.user.id;
        self.people.insert(id, human);
        self.note_username(id);
        self.changes.mark(Key::Person(id));
    }

    /// Everybody by id.
    pub(crate) fn people(&self) -> &BTreeMap<i64, Human> {
        &self.people
    }

    /// Gives a person who has not done anything yet another id.
    pub(crate) fn renumber_person(&mut self, from: i64, to: i64) -> Result<(), String> {
        if self.logs.contains_key(&from)
            || self
                .groups
                .values()
                .any(|group| group.members.contains(&from))
        {
            return Err(format!(
                "{from} has talked already, or is in a group: set the id first"
            ));
        }
        let first_name = self.person(from).user.first_name.clone();
        self.add_person(&first_name, Some(to))?;
        let mut human = self.people.remove(&from).expect("looked up just above");
        human.user.id = to;
        self.people.insert(to, human);
        self.note_username(to);
        self.changes.mark(Key::Person(from));
        Ok(())
    }

    /// The person with this id, who exists: handles are made only for those.
    pub(crate) fn person(&self, id: i64) -> &Human {
        &self.people[&id]
    }

    /// The same, to change.
    pub(crate) fn person_mut(&mut self, id: i64) -> &mut Human {
        self.changes.mark(Key::Person(id));
        self.people.get_mut(&id).expect("people are never removed")
    }
}
