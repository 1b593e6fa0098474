//! What people and the bot say to each other alone in a group.

use std::{panic::Location, sync::Arc};

use super::Person;
use crate::{
    Group,
    protocol::{objects::Content, text},
    world::{SentMessage, wait},
};

impl Person {
    /// Answers an ephemeral message of the bot's in a group, which no one else sees; returns the update's id. Commands that
    /// the bot has set as `is_ephemeral` are such by themselves, however they are said.
    ///
    /// # Panics
    /// When there is no such message, or nothing to see in the text.
    #[track_caller]
    pub fn replies_aside(&self, group: &Group, ephemeral_message_id: i64, words: &str) -> i64 {
        let words = text::plain(words).expect("there must be something to see in a text");
        let content = Content::of_words(words);
        let said = self.world.change(|state| {
            state.says_aside(self.id, group.id(), content, Some(ephemeral_message_id))
        });
        match said {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }

    /// The first ephemeral message of the bot's to them in a group that was not taken by this yet; waits for it. Its buttons
    /// are pressed as others are.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn next_aside(&self, group: &Group) -> impl Future<Output = SentMessage> + Send + use<> {
        let (world, id, group) = (Arc::clone(&self.world), self.id, group.id());
        let at = Location::caller();
        async move {
            let what = || format!("an ephemeral message to {id}");
            wait::expect(&world, at, what, || {
                world.change_quietly(|state| state.take_aside(id, group))
            })
            .await
        }
    }

    /// The bot's ephemeral messages to them in a group as they are now, edits and deletions applied.
    #[must_use]
    pub fn asides(&self, group: &Group) -> Vec<SentMessage> {
        self.world.read(|state| {
            let seen = state.asides(self.id, group.id());
            seen.filter_map(|seen| seen.stored.sent()).collect()
        })
    }
}
