//! What becomes of a mailing, and of what it sends to somebody.

macro_rules! words {
    ($(#[$attribute:meta])* pub enum $Name:ident { $($(#[$doc:meta])* $Variant:ident = $word:literal,)+ }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $Name {
            $($(#[$doc])* $Variant,)+
        }

        impl $Name {
            /// The word that the database and the commands have for it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $word,)+ }
            }

            /// What is called so. A word of a version that is to come is none.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$Variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What a mailing is at.
    pub enum State {
        /// It begins at its time.
        Scheduled = "scheduled",
        /// It goes out, or is taken back, or changed.
        Running = "running",
        /// Somebody paused it.
        Paused = "paused",
        /// It cannot go on as it is, and says why.
        Halted = "halted",
        /// Everybody has it who is to have it.
        Done = "done",
        /// Somebody ended it.
        Cancelled = "cancelled",
    }
}

words! {
    /// What is done while a mailing runs.
    pub enum Doing {
        /// Who gets it is written down. A version that does not know that leaves the mailing to others.
        Freeze = "freeze",
        /// It goes out.
        Send = "send",
        /// What was sent is deleted.
        Unsend = "unsend",
        /// What was sent is changed.
        Edit = "edit",
    }
}

words! {
    /// What became of it for one recipient.
    pub enum Fate {
        /// It is to be sent, later or once more.
        Queued = "queued",
        /// Somebody sends it.
        Sending = "sending",
        /// Telegram has it.
        Sent = "sent",
        /// The user cannot be written to.
        Blocked = "blocked",
        /// Telegram refuses it.
        Failed = "failed",
        /// It may have been sent: whoever did so ended before the answer came. Of a mailing that everybody is to get it is sent
        /// once more.
        Unknown = "unknown",
        /// The user was to get none after all.
        Skipped = "skipped",
        /// It was sent, and deleted again.
        Unsent = "unsent",
    }
}

impl Fate {
    /// What becomes of somebody who is to get none after all, or nothing more: of that message so many calls were made, and the last
    /// one may have been.
    pub(super) fn of_no_more(made: i16, is_doubtful: bool) -> Self {
        match (made, is_doubtful) {
            (_, true) => Self::Unknown,
            (0, false) => Self::Skipped,
            // Some of it is there.
            (_, false) => Self::Failed,
        }
    }
}

/// Whose turn it is in a mailing, if the best of its variants goes to the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing is tried: it is everybody's.
    All,
    /// Those who try the variants.
    Shares,
    /// All others: they get that variant.
    Rest(i16),
}

impl Stage {
    /// Its number in the database.
    pub(super) fn number(self) -> i16 {
        match self {
            Self::All => 0,
            Self::Shares => 1,
            Self::Rest(_) => 2,
        }
    }

    /// That of a number; none of a version that is to come.
    pub(super) fn of(number: i16, winner: Option<i16>) -> Option<Self> {
        match number {
            0 => Some(Self::All),
            1 => Some(Self::Shares),
            2 => Some(Self::Rest(winner.unwrap_or(0))),
            _ => None,
        }
    }
}
