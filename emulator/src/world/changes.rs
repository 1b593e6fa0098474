//! What of the world changed: by number for those who follow it, and which rows of its file are out of date.

use std::collections::{HashSet, VecDeque};

/// How many changes are remembered; who was away for longer looks at everything again.
const KEPT: usize = 10_000;

/// Something that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Person(i64),
    Group(i64),
    /// A message, by its chat and its number.
    Message(i64, i64),
    /// What a chat keeps beside messages.
    Chat(i64),
    Press(String),
    /// An invoice behind a link.
    Invoice(String),
    /// Money that came or went, by its number.
    Payment(u64),
    /// A file, by its id.
    File(String),
    /// What is in files, by its number.
    Content(usize),
    /// A set of stickers, by its name in small letters.
    StickerSet(String),
}

impl Key {
    /// Whether it is of all bots.
    fn is_shared(&self) -> bool {
        match self {
            Self::Person(_)
            | Self::Group(_)
            | Self::File(_)
            | Self::Content(_)
            | Self::StickerSet(_) => true,
            Self::Message(chat, _) | Self::Chat(chat) => *chat < 0,
            Self::Press(_) | Self::Invoice(_) | Self::Payment(_) => false,
        }
    }

    /// Whether those who follow the world are told.
    fn is_told(&self) -> bool {
        matches!(self, Self::Person(_) | Self::Group(_) | Self::Message(..))
    }
}

/// The newest changes.
#[derive(Debug)]
pub(crate) struct Changes {
    /// The bot as which the world is changed, and in whose sight: its own, or an account's.
    bot: i64,
    sight: i64,
    last: u64,
    /// With whose sight it was in, 0 for all.
    recent: VecDeque<(u64, i64, Key)>,
    /// Only if there is a file.
    unsaved: Option<HashSet<(i64, Key)>>,
}

impl Changes {
    pub(super) fn of(bot: i64) -> Self {
        Self {
            bot,
            sight: bot,
            last: 0,
            recent: VecDeque::new(),
            unsaved: None,
        }
    }

    /// From now on the world is changed as this bot sees it, perhaps in an account.
    pub(super) fn look_as(&mut self, bot: i64, sight: i64) {
        (self.bot, self.sight) = (bot, sight);
    }

    pub(super) fn mark(&mut self, key: Key) {
        let bot = match key {
            _ if key.is_shared() => 0,
            Key::Message(..) | Key::Chat(_) => self.sight,
            _ => self.bot,
        };
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.insert((bot, key.clone()));
        }
        if !key.is_told() {
            return;
        }
        self.last += 1;
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back((self.last, bot, key));
    }

    /// The number of the last change.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// What changed in the present sight after this number, oldest first; `None` when that is not remembered any more.
    pub(crate) fn after(&self, number: u64) -> Option<impl Iterator<Item = &Key>> {
        let new = usize::try_from(self.last - number).ok()?;
        let skipped = self.recent.len().checked_sub(new)?;
        let seen = self
            .recent
            .range(skipped..)
            .filter(|(_, bot, _)| [0, self.sight].contains(bot));
        Some(seen.map(|(_, _, key)| key))
    }

    /// From now on remembers which rows are out of date.
    pub(super) fn keep_unsaved(&mut self) {
        self.unsaved.get_or_insert_default();
    }

    pub(super) fn keeps_unsaved(&self) -> bool {
        self.unsaved.is_some()
    }

    /// Takes out which rows are out of date, with whom they are of, 0 for all.
    pub(super) fn take_unsaved(&mut self) -> HashSet<(i64, Key)> {
        self.unsaved
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }
}
