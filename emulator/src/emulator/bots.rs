//! Several bots in one world.

use std::sync::Arc;

use super::Emulator;
use crate::{
    Group, Person,
    world::{Identity, World},
};

impl Emulator {
    /// Adds a bot with this username and a random token, in the same world: the same people and groups. The handle sees that
    /// world as the new bot does; people are taken to its chats by [`Person::to`], groups by [`Group::seen_by`]. The server
    /// stops when the last handle is dropped.
    ///
    /// # Panics
    /// When somebody has the username.
    #[must_use]
    #[track_caller]
    pub fn add_bot(&self, username: &str) -> Self {
        match self.world.add_bot(Identity::random(username)) {
            Ok(world) => self.seen(world),
            Err(why) => panic!("add_bot: {why}"),
        }
    }

    /// The handle of a bot with this username, if there is one: after a restart with a data file, say.
    #[must_use]
    pub fn bot_named(&self, username: &str) -> Option<Self> {
        Some(self.seen(self.world.with_name(username)?))
    }

    fn seen(&self, world: Arc<World>) -> Self {
        Self {
            world,
            address: self.address,
            server: Arc::clone(&self.server),
            how: self.how.clone(),
            saver: Arc::clone(&self.saver),
        }
    }
}

impl Person {
    /// The same person, in their chat with another bot.
    #[must_use]
    pub fn to(&self, bot: &Emulator) -> Self {
        Self::new(Arc::clone(&bot.world), self.id())
    }
}

impl Group {
    /// The same group, as another bot sees it; it need not be in it yet.
    #[must_use]
    pub fn seen_by(&self, bot: &Emulator) -> Self {
        Self::new(Arc::clone(&bot.world), self.id())
    }
}
