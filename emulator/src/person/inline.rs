//! People use the bot's inline mode.

use super::Person;
use crate::{
    Group,
    world::{Chosen, State, Typed},
};

/// A query that somebody typed after the bot's name.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InlineQuery {
    /// The id by which the bot answers it.
    pub id: String,
    /// The update that carries it; 0 when Telegram had kept an answer to the same query.
    pub update_id: i64,
    chat_id: i64,
}

/// An inline result that was sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InlineMessage {
    /// The update with the `chosen_inline_result`.
    pub update_id: i64,
    /// The number of the message in its chat.
    pub message_id: i64,
    /// The id by which the bot edits it, if it has a keyboard.
    pub inline_message_id: Option<String>,
}

impl Person {
    /// Types this after the bot's name in the private chat.
    pub fn queries(&self, text: &str) -> InlineQuery {
        self.query(self.id, text, "")
    }

    /// The same in a group, where the bot need not be.
    pub fn queries_in(&self, group: &Group, text: &str) -> InlineQuery {
        self.query(group.id(), text, "")
    }

    /// Scrolls to the results after those that the bot gave with this `next_offset`.
    pub fn queries_on(&self, text: &str, next_offset: &str) -> InlineQuery {
        self.query(self.id, text, next_offset)
    }

    /// Types this letter by letter, each of which is a query; returns them all.
    pub fn types(&self, text: &str) -> Vec<InlineQuery> {
        let ends = text
            .char_indices()
            .map(|(at, letter)| at + letter.len_utf8());
        ends.map(|end| self.queries(&text[..end])).collect()
    }

    /// Chooses a result, and so sends it where the query was typed.
    ///
    /// # Panics
    /// When the query is not answered, or has no such result.
    #[track_caller]
    pub fn chooses(&self, query: &InlineQuery, result_id: &str) -> InlineMessage {
        let choose = |state: &mut State| state.choose(&query.id, result_id, query.chat_id);
        match self.world.change(choose) {
            Ok(Chosen {
                update_id,
                message_id,
                inline_message_id,
            }) => InlineMessage {
                update_id,
                message_id,
                inline_message_id,
            },
            Err(why) => panic!("{why}"),
        }
    }

    fn query(&self, chat_id: i64, text: &str, offset: &str) -> InlineQuery {
        let typed = Typed {
            text: text.to_owned(),
            offset: offset.to_owned(),
            location: None,
        };
        let (id, update_id) = self
            .world
            .change(|state| state.ask_inline(self.id, chat_id, typed));
        InlineQuery {
            id,
            update_id,
            chat_id,
        }
    }
}
