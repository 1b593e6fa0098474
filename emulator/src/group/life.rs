//! The life of a group, as tests drive it: the bot comes and goes, people come and go, the group becomes a supergroup.

use super::Group;
use crate::{Person, world::Entry};

impl Group {
    /// A person puts the bot into the group: `my_chat_member`, and a service message. Returns the update's id.
    ///
    /// # Panics
    /// When it is in.
    #[track_caller]
    pub fn bot_added_by(&self, person: &Person) -> i64 {
        self.live(|state, group, bot| state.comes(group, bot, person.id(), Entry::default()))
    }

    /// A person puts the bot out of the group; returns the update's id.
    ///
    /// # Panics
    /// When it is not in.
    #[track_caller]
    pub fn bot_removed_by(&self, person: &Person) -> i64 {
        self.live(|state, group, bot| state.goes(group, bot, person.id()))
    }

    /// A person makes the bot an administrator with these rights (all but to promote others if none is named); returns the
    /// update's id.
    ///
    /// # Panics
    /// When it is not in the group.
    #[track_caller]
    pub fn bot_promoted_by(&self, person: &Person, rights: &[&str]) -> i64 {
        let rights = Some(rights).filter(|rights| !rights.is_empty());
        self.live(|state, group, bot| state.is_promoted((group, bot), person.id(), true, rights))
    }

    /// A person makes the bot a plain member again; returns the update's id.
    ///
    /// # Panics
    /// When it is not in the group.
    #[track_caller]
    pub fn bot_demoted_by(&self, person: &Person) -> i64 {
        self.live(|state, group, bot| state.is_promoted((group, bot), person.id(), false, None))
    }

    #[track_caller]
    fn live(
        &self,
        act: impl FnOnce(&mut crate::world::State, i64, i64) -> Result<i64, String>,
    ) -> i64 {
        let bot = self.world.bot.user.id;
        match self.world.change(|state| act(state, self.id, bot)) {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }
}
