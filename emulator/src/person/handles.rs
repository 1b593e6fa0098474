//! What people do with messages that are there.

use super::{Person, said};
use crate::{Attachment, Group, protocol::text, world::State};

impl Person {
    /// Answers a message of the private chat; returns the update's id.
    ///
    /// # Panics
    /// When there is no such message, or nothing to see in the text.
    #[track_caller]
    pub fn replies(&self, message_id: i64, words: &str) -> i64 {
        self.reply(self.id, message_id, words)
    }

    /// Answers a message of a group; returns the update's id.
    ///
    /// # Panics
    /// As [`replies`](Self::replies).
    #[track_caller]
    pub fn replies_in(&self, group: &Group, message_id: i64, words: &str) -> i64 {
        self.reply(group.id(), message_id, words)
    }

    /// Edits a message of theirs in the private chat; returns the update's id.
    ///
    /// # Panics
    /// When there is no such message, or it is of somebody else.
    #[track_caller]
    pub fn edits(&self, message_id: i64, words: &str) -> i64 {
        let edit = |state: &mut State| state.person_edits(self.id, (self.id, message_id), words);
        done(self.world.change(edit))
    }

    /// Deletes a message in the private chat, of which the bot is not told.
    ///
    /// # Panics
    /// When there is no such message.
    #[track_caller]
    pub fn deletes(&self, message_id: i64) {
        let delete = |state: &mut State| state.person_deletes(self.id, (self.id, message_id));
        done(self.world.change(delete));
    }

    /// Forwards a message of a group to the bot; returns the update's id.
    ///
    /// # Panics
    /// When there is no such message, or it is protected.
    #[track_caller]
    pub fn forwards_from(&self, group: &Group, message_id: i64) -> i64 {
        let place = (group.id(), message_id);
        done(
            self.world
                .change(|state| state.person_forwards(self.id, place, self.id)),
        )
    }

    /// Reacts to a message in the private chat, or takes the reaction back; returns the update's id. Bots get such updates only
    /// if they ask for them.
    ///
    /// # Panics
    /// When there is no such message.
    #[track_caller]
    pub fn reacts(&self, message_id: i64, emoji: Option<&str>) -> i64 {
        let place = (self.id, message_id);
        done(
            self.world
                .change(|state| state.person_reacts(self.id, place, emoji)),
        )
    }

    /// Votes for these options of a poll in the private chat, by number, or takes the vote back with none; returns the id of
    /// the last update.
    ///
    /// # Panics
    /// When there is no such poll or option, or the vote is not allowed.
    #[track_caller]
    pub fn votes(&self, message_id: i64, options: &[usize]) -> i64 {
        self.vote((self.id, message_id), options)
    }

    /// The same of a poll in a group.
    ///
    /// # Panics
    /// As [`votes`](Self::votes).
    #[track_caller]
    pub fn votes_in(&self, group: &Group, message_id: i64, options: &[usize]) -> i64 {
        self.vote((group.id(), message_id), options)
    }

    #[track_caller]
    fn vote(&self, place: (i64, i64), options: &[usize]) -> i64 {
        done(
            self.world
                .change(|state| state.vote(self.id, place, options.to_vec())),
        )
    }

    /// Marks tasks of a checklist in the private chat as done, and others as not done; returns the update's id.
    ///
    /// # Panics
    /// When there is no such checklist or task, or it is not for others to change.
    #[track_caller]
    pub fn marks_tasks(&self, message_id: i64, finished: &[i64], not_done: &[i64]) -> i64 {
        let place = (self.id, message_id);
        done(
            self.world
                .change(|state| state.person_marks_tasks(self.id, place, finished, not_done)),
        )
    }

    /// Adds tasks to a checklist in the private chat; returns the update's id.
    ///
    /// # Panics
    /// As [`marks_tasks`](Self::marks_tasks).
    #[track_caller]
    pub fn adds_tasks(&self, message_id: i64, texts: &[&str]) -> i64 {
        let place = (self.id, message_id);
        done(
            self.world
                .change(|state| state.person_adds_tasks(self.id, place, texts)),
        )
    }

    /// Sends several files to the bot at once, an album; returns the last update's id.
    pub fn sends_album(&self, attachments: impl IntoIterator<Item = Attachment>) -> i64 {
        self.world.change(|state| {
            let contents = attachments
                .into_iter()
                .map(|attachment| attachment.content(state, self.id));
            let contents = contents.collect();
            state.send_album(self.id, self.id, None, contents)
        })
    }

    #[track_caller]
    fn reply(&self, chat_id: i64, message_id: i64, words: &str) -> i64 {
        let words = text::plain(words);
        said(words.map(|words| {
            let content = crate::protocol::objects::Content::of_words(words);
            done(
                self.world
                    .change(|state| state.person_answers(self.id, (chat_id, message_id), content)),
            )
        }))
    }
}

#[track_caller]
fn done<T>(outcome: Result<T, String>) -> T {
    match outcome {
        Ok(done) => done,
        Err(why) => panic!("{why}"),
    }
}
