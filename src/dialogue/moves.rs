//! Groups that became supergroups. What is kept by chat stays under the id that the group had, so
//! nothing has to move: the id of a supergroup is resolved when a key is read.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::NatsStorage;
use crate::{
    Result,
    telegram::{Content, Update, internal::RawUpdate},
};

/// How long it is remembered which group a supergroup was; then it is looked up again, so that the
/// entry does not expire while the chat is in use.
const KNOWN: Duration = Duration::from_secs(24 * 60 * 60);

/// How long it is remembered that a supergroup was no group before.
const UNKNOWN: Duration = Duration::from_secs(60);

/// A supergroup with fewer messages may be a group that just moved: it is looked up each time.
const YOUNG: i64 = 1_000;

/// How many supergroups are remembered.
const MOST: usize = 10_000;

/// A group that became a supergroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Move {
    /// What an update tells of a group that moves. Both chats are told, in any order.
    pub(crate) fn told_by(update: &RawUpdate) -> Option<Self> {
        // Nearly no update does, and this is asked of each.
        memchr::memmem::find(&update.bytes, b"\"migrate_")?;
        let update = Update::decode(update.bytes.clone()).ok()?;
        let Content::Message(message) = &update.content else {
            return None;
        };
        let here = message.chat.id;
        match (message.migrate_from_chat_id, message.migrate_to_chat_id) {
            (Some(from), _) => Some(Self { from, to: here }),
            (_, Some(to)) => Some(Self { from: here, to }),
            _ => None,
        }
    }
}

/// Which groups supergroups were, as far as this process looked them up. A clone shares it.
#[derive(Clone, Default)]
pub(super) struct Homes(Arc<Mutex<HashMap<(i64, i64), Known>>>);

#[derive(Clone, Copy)]
struct Known {
    home: i64,
    until: Instant,
}

/// An entry as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "v")]
    version: u8,
    from: i64,
}

impl NatsStorage {
    /// Records that a group of that bot became a supergroup.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn record_move(&self, bot: i64, moved: Move) -> Result<()> {
        let Move { from, to } = moved;
        let stored = Stored { version: 1, from };
        self.put(&key(bot, to), serde_json::to_vec(&stored)?.into())
            .await?;
        self.homes().remember(bot, to, from, KNOWN);
        tracing::info!(
            event = "chat_moved",
            from_chat_id = from,
            to_chat_id = to,
            "a group became a supergroup: its dialogues go along"
        );
        Ok(())
    }

    /// The id under which things of a supergroup are kept: its own, or that of the group it was.
    /// `message_id` is that of the newest message known of it.
    pub(super) async fn home_of(
        &self,
        bot: i64,
        chat: i64,
        message_id: Option<i64>,
    ) -> Result<i64> {
        if let Some(home) = self.homes().known(bot, chat) {
            return Ok(home);
        }
        let key = key(bot, chat);
        let found = self.value(&key).await?;
        let stored: Option<Stored> = found.and_then(|value| serde_json::from_slice(&value).ok());
        let Some(Stored { from, .. }) = stored else {
            if message_id.is_some_and(|id| id >= YOUNG) {
                self.homes().remember(bot, chat, chat, UNKNOWN);
            }
            return Ok(chat);
        };
        // Written again, it expires no sooner than the dialogues.
        let again = Stored { version: 1, from };
        self.put(&key, serde_json::to_vec(&again)?.into()).await?;
        self.homes().remember(bot, chat, from, KNOWN);
        Ok(from)
    }
}

/// No dialogue has such a key: its second part is a number, or absent.
fn key(bot: i64, chat: i64) -> String {
    format!("{bot}.moved.{chat}")
}

impl Homes {
    fn known(&self, bot: i64, chat: i64) -> Option<i64> {
        let homes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = homes.get(&(bot, chat))?;
        (Instant::now() < known.until).then_some(known.home)
    }

    fn remember(&self, bot: i64, chat: i64, home: i64, time: Duration) {
        let mut homes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if homes.len() >= MOST {
            homes.clear();
        }
        let until = Instant::now() + time;
        homes.insert((bot, chat), Known { home, until });
    }
}

impl fmt::Debug for Homes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Homes")
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn told(message: &str) -> Option<Move> {
        let json = format!(r#"{{"update_id":1,"message":{{"chat":{{"id":-5}},{message}}}}}"#);
        Move::told_by(&RawUpdate {
            id: Some(1),
            bytes: Bytes::from(json),
        })
    }

    #[test]
    fn a_move_is_told_in_either_chat_and_by_nobody_else() {
        let moved = |from, to| Some(Move { from, to });
        assert_eq!(told(r#""migrate_to_chat_id":-1007"#), moved(-5, -1007));
        assert_eq!(told(r#""migrate_from_chat_id":-3"#), moved(-3, -5));
        assert_eq!(told(r#""text":"\"migrate_to_chat_id\":-1007""#), None);
        assert_eq!(told(r#""migrate_to_chat_id":"x""#), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_of_a_supergroup_is_forgotten_after_its_time() {
        let homes = Homes::default();
        homes.remember(1, -1007, -5, UNKNOWN);
        assert_eq!(
            (homes.known(1, -1007), homes.known(2, -1007)),
            (Some(-5), None)
        );
        tokio::time::advance(UNKNOWN).await;
        assert_eq!(homes.known(1, -1007), None);
    }
}
