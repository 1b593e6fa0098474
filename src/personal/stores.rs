//! What NATS holds of a person: dialogues, and dead letters.

use async_nats::jetstream::kv::Store;
use futures_util::TryStreamExt;

use super::pseudonym::Pseudonyms;
use crate::{
    Result,
    dead_letters::{LetterBox, StoredLetter},
    nats::Nats,
};

/// The stores of a bot. A clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct Stores {
    pub(crate) nats: Nats,
    pub(crate) bot_id: i64,
    /// None if no service has run yet.
    pub(crate) dialogues: Option<Store>,
    pub(crate) letters: Option<LetterBox>,
    /// What is left of somebody who is erased, where it must be known what was done.
    pub(crate) pseudonyms: Pseudonyms,
}

impl Stores {
    /// Deletes the dialogues and the dead letters, with what tells that they were there; says how many it were.
    pub(super) async fn erase(&self, user: i64) -> Result<usize> {
        let dialogues = self.dialogues(user).await?;
        let mut erased = dialogues.len();
        for (_, subject) in dialogues {
            let Some(store) = &self.dialogues else { break };
            // A deleted key would leave its name.
            let purge = async { store.stream.purge().filter(subject.clone()).await };
            self.nats.within(purge).await?;
        }
        for letter in self.letters(user).await? {
            let Some(letters) = &self.letters else { break };
            erased += usize::from(letters.delete(letter.number).await?);
        }
        Ok(erased)
    }

    /// Keys and subjects of the dialogues of that person, wherever they are, and of his private chat.
    pub(crate) async fn dialogues(&self, user: i64) -> Result<Vec<(String, String)>> {
        let Some(store) = &self.dialogues else {
            return Ok(Vec::new());
        };
        let (bot, of_bucket) = (self.bot_id, format!("$KV.{}.", store.name));
        let mut found = Vec::new();
        for filter in [format!("{bot}.{user}.>"), format!("{bot}.*.{user}.>")] {
            let listed = async {
                let listed = store
                    .stream
                    .info_with_subjects(format!("{of_bucket}{filter}"));
                listed.await?.try_collect::<Vec<_>>().await
            };
            for (subject, _) in self.nats.within(listed).await? {
                let key = subject.strip_prefix(&of_bucket).unwrap_or(&subject);
                found.push((key.to_owned(), subject.clone()));
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// The dead letters of what that person did, or of his private chat.
    pub(crate) async fn letters(&self, user: i64) -> Result<Vec<StoredLetter>> {
        let Some(letters) = &self.letters else {
            return Ok(Vec::new());
        };
        let (mut found, mut last) = (Vec::new(), 0);
        while let Some(letter) = letters.after(last).await? {
            last = letter.number;
            let is_of = |letter: &StoredLetter| {
                let envelope = letter.envelope()?;
                Some([envelope.user_id, envelope.chat_id].contains(&Some(user)))
            };
            if letter.bot_id == Some(self.bot_id) && is_of(&letter).unwrap_or_default() {
                found.push(letter);
            }
        }
        Ok(found)
    }
}
