//! A business account to which the bot is connected, as tests drive it.

use std::sync::Arc;

use crate::{
    Person,
    world::{Attachment, SentMessage, State, World},
};

/// A handle of a connection to a person's account; clones are the same. [`Person::to_business`] takes others to their chats
/// with that account.
#[derive(Clone)]
pub struct Business {
    /// As the bot sees it in the account.
    world: Arc<World>,
    id: String,
    owner: i64,
}

impl Person {
    /// Connects the bot to this person's account, with such rights as `can_reply`; the bot is told by `business_connection`.
    ///
    /// # Panics
    /// When there is no such right.
    #[must_use]
    #[track_caller]
    pub fn connects_business(&self, rights: &[&str]) -> Business {
        let connected = self
            .world
            .change(|state| state.connect_business(self.id(), rights));
        let (id, _) = done(connected);
        let world = self.world.in_account(&id);
        Business {
            world: world.expect("it was connected just now"),
            id,
            owner: self.id(),
        }
    }

    /// This person in their chat with a business account: what they say, the bot hears as `business_message`, and what it
    /// answers in the account's name is their next message.
    #[must_use]
    pub fn to_business(&self, business: &Business) -> Self {
        Self::new(Arc::clone(&business.world), self.id())
    }
}

impl Business {
    /// The `business_connection_id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The owner writes to a person; returns the update's id.
    ///
    /// # Panics
    /// When there is nothing to see in the text.
    #[track_caller]
    pub fn says_to(&self, person: &Person, text: &str) -> i64 {
        let said = self
            .world
            .change(|state| state.say(self.owner, person.id(), text));
        said.expect("there must be something to see in a text")
    }

    /// The owner sends this to a person; returns the update's id.
    pub fn sends_to(&self, person: &Person, attachment: Attachment) -> i64 {
        self.world.change(|state| {
            let content = attachment.content(state, self.owner);
            state.send(self.owner, person.id(), content)
        })
    }

    /// The owner edits a message of theirs, or of the bot's in their name; returns the update's id.
    ///
    /// # Panics
    /// When there is no such message.
    #[track_caller]
    pub fn edits(&self, person: &Person, message_id: i64, text: &str) -> i64 {
        let edit =
            |state: &mut State| state.person_edits(self.owner, (person.id(), message_id), text);
        done(self.world.change(edit))
    }

    /// The owner deletes a message of the chat with a person; the bot is told by `deleted_business_messages`.
    ///
    /// # Panics
    /// When there is no such message.
    #[track_caller]
    pub fn deletes(&self, person: &Person, message_id: i64) {
        let delete =
            |state: &mut State| state.person_deletes(self.owner, (person.id(), message_id));
        done(self.world.change(delete));
    }

    /// What the bot sent to a person in the owner's name, as it is now.
    #[must_use]
    pub fn messages_with(&self, person: &Person) -> Vec<SentMessage> {
        self.world.read(|state| state.sent(person.id()))
    }

    /// Up to which message the bot has read the chat with a person.
    #[must_use]
    pub fn read_up_to(&self, person: &Person) -> Option<i64> {
        self.world.read(|state| {
            let connection = state.present_connection()?;
            connection.read.get(&person.id()).copied()
        })
    }

    /// From now on the bot has these rights and no others; returns the update's id.
    ///
    /// # Panics
    /// When there is no such right.
    #[track_caller]
    pub fn allows(&self, rights: &[&str]) -> i64 {
        self.change(Some(rights), None)
    }

    /// The connection ends; returns the update's id.
    pub fn disconnects(&self) -> i64 {
        self.change(None, Some(false))
    }

    #[track_caller]
    fn change(&self, rights: Option<&[&str]>, is_enabled: Option<bool>) -> i64 {
        let change = |state: &mut State| state.change_connection(&self.id, rights, is_enabled);
        done(self.world.change(change))
    }
}

impl std::fmt::Debug for Business {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Business")
            .field("id", &self.id)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

#[track_caller]
fn done<T>(outcome: Result<T, String>) -> T {
    match outcome {
        Ok(done) => done,
        Err(why) => panic!("{why}"),
    }
}
