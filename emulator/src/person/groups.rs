//! What people do in groups: they come and go, are added, put out and promoted, and ask to be let in.

use super::Person;
use crate::{
    Group,
    world::{Entry, Manner, State, topics::Topic},
};

impl Person {
    /// Writes this to a group as a channel that they administrate, or as the group itself; returns the update's id.
    ///
    /// # Panics
    /// When they may not, or there is nothing to see in the text.
    #[track_caller]
    pub fn says_as(&self, speaker: &Group, group: &Group, text: &str) -> i64 {
        self.in_group(|state| {
            state.check_may_speak_as(self.id, group.id(), speaker.id())?;
            let manner = Manner {
                speaks_as: Some(speaker.id()),
                ..Manner::default()
            };
            let said = state.say_so(self.id, group.id(), manner, text);
            said.ok_or_else(|| "there must be something to see in a text".to_owned())
        })
    }

    /// Opens a topic in a group, which is a forum from then on; returns its `message_thread_id`.
    pub fn opens_topic(&self, group: &Group, name: &str) -> i64 {
        self.world.change(|state| {
            let actor = state.person(self.id).user.clone();
            let (thread, _) = state.open_topic(group.id(), Topic::named(name), Some(actor.into()));
            thread
        })
    }

    /// Gives a topic another name; returns the update's id.
    ///
    /// # Panics
    /// When there is no such topic, or it has that name.
    #[track_caller]
    pub fn renames_topic(&self, group: &Group, thread: i64, name: &str) -> i64 {
        self.change_topic(group, thread, |topic| name.clone_into(&mut topic.name))
    }

    /// Closes a topic, or opens it again; returns the update's id.
    ///
    /// # Panics
    /// When there is no such topic, or it is so already.
    #[track_caller]
    pub fn closes_topic(&self, group: &Group, thread: i64, is_closed: bool) -> i64 {
        self.change_topic(group, thread, |topic| topic.is_closed = is_closed)
    }

    #[track_caller]
    fn change_topic(&self, group: &Group, thread: i64, change: impl FnOnce(&mut Topic)) -> i64 {
        self.in_group(|state| {
            let actor = state.person(self.id).user.clone();
            let changed = state.change_topic((group.id(), thread), &actor, change);
            changed.map_err(str::to_owned)
        })
    }

    /// Joins a group; returns the last update's id: a service message, and `chat_member` if the bot hears that.
    ///
    /// # Panics
    /// When they are in it, or banned.
    #[track_caller]
    pub fn joins(&self, group: &Group) -> i64 {
        self.in_group(|state| state.comes(group.id(), self.id, self.id, Entry::default()))
    }

    /// Leaves a group; returns the last update's id.
    ///
    /// # Panics
    /// When they are not in it.
    #[track_caller]
    pub fn leaves(&self, group: &Group) -> i64 {
        self.in_group(|state| state.goes(group.id(), self.id, self.id))
    }

    /// Puts another person into a group; returns the last update's id.
    ///
    /// # Panics
    /// When they are in it.
    #[track_caller]
    pub fn adds(&self, other: &Self, group: &Group) -> i64 {
        self.in_group(|state| state.comes(group.id(), other.id, self.id, Entry::default()))
    }

    /// Puts another person out of a group, for good; returns the last update's id.
    ///
    /// # Panics
    /// When they are not in it.
    #[track_caller]
    pub fn removes(&self, other: &Self, group: &Group) -> i64 {
        self.in_group(|state| state.goes(group.id(), other.id, self.id))
    }

    /// Makes another person an administrator of a group, or one no longer; returns the update's id.
    ///
    /// # Panics
    /// When they are not in it.
    #[track_caller]
    pub fn promotes(&self, other: &Self, group: &Group, is_administrator: bool) -> i64 {
        self.in_group(|state| {
            state.is_promoted((group.id(), other.id), self.id, is_administrator, None)
        })
    }

    /// Asks to be let into a group, perhaps by a link of the bot's; returns the update's id.
    ///
    /// # Panics
    /// When they are in it, or the link is none.
    #[track_caller]
    pub fn asks_to_join(&self, group: &Group, invite_link: Option<&str>) -> i64 {
        self.in_group(|state| state.asks_to_join(group.id(), self.id, invite_link))
    }

    #[track_caller]
    fn in_group(&self, act: impl FnOnce(&mut State) -> Result<i64, String>) -> i64 {
        match self.world.change(act) {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }
}
