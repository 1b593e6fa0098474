//! Which message of a chat it is: one that all see, or one that only a member of it does.

use ostankino::{Reply, Update};
use serde::{Deserialize, Serialize};

/// A message by its id; one that only one member of the chat sees by its ephemeral id, below zero: the two are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MessageId(pub(crate) i64);

impl MessageId {
    /// The message that the update is, or whose button was pressed.
    pub(crate) fn of(update: &Update) -> Option<Self> {
        let ephemeral = || update.ephemeral_message_id().map(|id| -id);
        update.message_id().or_else(ephemeral).map(Self)
    }

    /// Whether only one member of the chat sees it.
    pub(crate) fn is_ephemeral(self) -> bool {
        self.0 < 0
    }

    /// Has a call that edits or deletes be about it.
    #[track_caller]
    pub(crate) fn name(self, call: Reply) -> Reply {
        match self.is_ephemeral() {
            true => call.ephemeral().param("ephemeral_message_id", -self.0),
            false => call.param("message_id", self.0),
        }
    }
}
