//! A person, through whom a test talks to the bot.

mod ephemeral;
mod groups;
mod handles;
mod inline;
mod pays;
mod profile;
mod sends;
mod shares;

pub use self::{
    inline::{InlineMessage, InlineQuery},
    pays::{Checkout, Payment},
    shares::WebApp,
};

use std::{panic::Location, sync::Arc};

use crate::{
    Group,
    protocol::objects::User,
    world::{Button, Manner, Press, SentMessage, State, World, wait},
};

/// A handle of a person; clones are the same person.
#[derive(Clone)]
pub struct Person {
    pub(crate) world: Arc<World>,
    id: i64,
}

impl Person {
    pub(crate) fn new(world: Arc<World>, id: i64) -> Self {
        Self { world, id }
    }

    /// Their id, which is also the id of their private chat with the bot. Greater than 2^32 unless set.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    // === Who they are ===

    /// Gives them this id; earlier clones of the handle are of no use then.
    ///
    /// # Panics
    /// When it is taken, or when they have talked already.
    #[must_use]
    #[track_caller]
    pub fn with_id(self, id: i64) -> Self {
        if let Err(why) = self
            .world
            .change(|state| state.renumber_person(self.id, id))
        {
            panic!("with_id: {why}");
        }
        Self { id, ..self }
    }

    /// Gives them a last name.
    #[must_use]
    pub fn with_last_name(self, last_name: &str) -> Self {
        self.change_user(|user| user.last_name = Some(last_name.to_owned()));
        self
    }

    /// Gives them a username, without `@`.
    ///
    /// # Panics
    /// When somebody else has it.
    #[must_use]
    #[track_caller]
    pub fn with_username(self, username: &str) -> Self {
        self.changes_username(Some(username));
        self
    }

    /// Sets the language of their app, such as `en` (`ru` unless set).
    #[must_use]
    pub fn with_language(self, language_code: &str) -> Self {
        self.change_user(|user| user.language_code = Some(language_code.to_owned()));
        self
    }

    /// Takes their language away: Telegram does not always tell it.
    #[must_use]
    pub fn without_language(self) -> Self {
        self.change_user(|user| user.language_code = None);
        self
    }

    /// Makes them one who pressed Start long ago, so that the bot may write first.
    #[must_use]
    pub fn who_has_started(self) -> Self {
        self.world
            .change(|state| state.stand_mut(self.id).started = true);
        self
    }

    /// From now on they are called so.
    pub fn renames(&self, first_name: &str, last_name: Option<&str>) {
        self.change_user(|user| {
            first_name.clone_into(&mut user.first_name);
            user.last_name = last_name.map(str::to_owned);
        });
    }

    /// From now on they have this username, or none.
    ///
    /// # Panics
    /// When somebody else has it.
    #[track_caller]
    pub fn changes_username(&self, username: Option<&str>) {
        let is_free = self.world.change(|state| {
            let is_free = username.is_none_or(|name| {
                state.person_named(name) == Some(self.id) || !state.is_taken(name)
            });
            if is_free {
                state.set_username(self.id, username.map(str::to_owned));
            }
            is_free
        });
        assert!(is_free, "the username {username:?} is taken");
    }

    // === What they do ===

    /// Writes this to the bot; returns the update's id. One who blocked the bot unblocks it first, as the apps do; more than
    /// 4096 characters become several messages, and the id is the last one's.
    ///
    /// # Panics
    /// When there is nothing to see in the text: no app sends that.
    #[track_caller]
    pub fn says(&self, text: &str) -> i64 {
        said(self.world.change(|state| state.say(self.id, self.id, text)))
    }

    /// Writes all of these, at one stroke, and returns the last update's id (0 when there are none).
    ///
    /// # Panics
    /// As [`says`](Self::says).
    #[track_caller]
    pub fn says_many<T: AsRef<str>>(&self, texts: impl IntoIterator<Item = T>) -> i64 {
        let last = self.world.change(|state| {
            texts
                .into_iter()
                .try_fold(0, |_, text| state.say(self.id, self.id, text.as_ref()))
        });
        said(last)
    }

    /// Writes this to a group, and is its member from now on; returns the update's id.
    ///
    /// # Panics
    /// As [`says`](Self::says).
    #[track_caller]
    pub fn says_in(&self, group: &Group, text: &str) -> i64 {
        let said_in = |state: &mut State| {
            if let Err(why) = state.check_may_write(self.id, group.id()) {
                panic!("{why}");
            }
            state.say(self.id, group.id(), text)
        };
        said(self.world.change(said_in))
    }

    /// Writes this to a topic of a forum; returns the update's id.
    ///
    /// # Panics
    /// As [`says`](Self::says).
    #[track_caller]
    pub fn says_in_topic(&self, group: &Group, thread: i64, text: &str) -> i64 {
        let manner = Manner {
            thread: Some(thread),
            ..Manner::default()
        };
        let said_in = |state: &mut State| state.say_so(self.id, group.id(), manner, text);
        said(self.world.change(said_in))
    }

    /// Presses the button with this text, on the newest message in the private chat that has one; waits for such a message.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn presses(&self, text: &str) -> impl Future<Output = Press> + Send + use<> {
        self.press(self.id, None, Button::Text(text.to_owned()))
    }

    /// As [`presses`](Self::presses), by the button's `callback_data`.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn presses_data(&self, data: &str) -> impl Future<Output = Press> + Send + use<> {
        self.press(self.id, None, Button::Data(data.to_owned()))
    }

    /// As [`presses`](Self::presses), on the message of that number.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn presses_on(
        &self,
        message_id: i64,
        text: &str,
    ) -> impl Future<Output = Press> + Send + use<> {
        let button = Button::Text(text.to_owned());
        self.press(self.id, Some(message_id), button)
    }

    /// As [`presses`](Self::presses), in a group.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn presses_in(
        &self,
        group: &Group,
        text: &str,
    ) -> impl Future<Output = Press> + Send + use<> {
        self.press(group.id(), None, Button::Text(text.to_owned()))
    }

    /// Blocks the bot; returns the update's id.
    pub fn blocks(&self) -> i64 {
        self.world.change(|state| state.block(self.id))
    }

    /// Unblocks the bot; returns the update's id.
    pub fn unblocks(&self) -> i64 {
        self.world.change(|state| state.unblock(self.id))
    }

    /// Deletes their account: the bot cannot reach them any more.
    pub fn deactivates(&self) {
        self.world.change(|state| state.deactivate(self.id));
    }

    // === What they get ===

    /// The first message of the bot in the private chat that was not taken by this yet, as it was sent; waits for it.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn next_message(&self) -> impl Future<Output = SentMessage> + Send + use<> {
        let (world, id, at) = (Arc::clone(&self.world), self.id, Location::caller());
        async move {
            let what = || format!("a message to {}", name(&world, id));
            wait::expect(&world, at, what, || {
                world.change_quietly(|state| state.take_sent(id))
            })
            .await
        }
    }

    /// The first edit of a message in the private chat that was not taken by this yet, as it left the message; waits for it.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn next_edit(&self) -> impl Future<Output = SentMessage> + Send + use<> {
        let (world, id, at) = (Arc::clone(&self.world), self.id, Location::caller());
        async move {
            let what = || format!("an edit of a message to {}", name(&world, id));
            wait::expect(&world, at, what, || {
                world.change_quietly(|state| state.take_edit(id))
            })
            .await
        }
    }

    /// The bot's messages in the private chat as they are now, edits and deletions applied.
    #[must_use]
    pub fn messages(&self) -> Vec<SentMessage> {
        self.world.read(|state| state.sent(self.id))
    }

    #[track_caller]
    fn press(
        &self,
        chat_id: i64,
        on: Option<i64>,
        button: Button,
    ) -> impl Future<Output = Press> + Send + use<> {
        let (world, id, at) = (Arc::clone(&self.world), self.id, Location::caller());
        async move {
            let what = || format!("{button} for {}", name(&world, id));
            wait::expect(&world, at, what, || {
                world.attempt(|state| state.press_on(id, chat_id, on, &button))
            })
            .await
        }
    }

    fn change_user(&self, change: impl FnOnce(&mut User)) {
        self.world
            .change(|state| change(&mut state.person_mut(self.id).user));
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let first_name = self
            .world
            .read(|state| state.person(self.id).user.first_name.clone());
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("first_name", &first_name)
            .finish_non_exhaustive()
    }
}

#[track_caller]
fn said(update_id: Option<i64>) -> i64 {
    update_id.expect("there must be something to see in a text")
}

fn name(world: &World, id: i64) -> String {
    world.read(|state| format!("{} ({id})", state.person(id).user.first_name))
}
