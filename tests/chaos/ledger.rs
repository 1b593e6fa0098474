//! What people sent, in their order: the right end state follows from it.

/// What an update asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A counter in the database.
    Count,
    /// A counter in the database, and a dialogue that goes along with it.
    Step,
    /// A dialogue without the database.
    Solo,
    /// As a step, in a group.
    GroupStep,
    /// Refused or counted, by the number of the dialogue.
    Maybe,
    /// A counter in the database, and a timer.
    Remind,
    /// A counter in the database, and a message that is edited by its name.
    Note,
    /// A reply and nothing else.
    Say,
    /// A button: a counter in the database.
    Press,
    /// A button of a dialog: a counter in the database, and the data of the dialog.
    Dialog,
    /// The bot is blocked: nobody waits for an answer.
    Block,
    /// And unblocked.
    Unblock,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Step => "step",
            Self::Solo => "solo",
            Self::GroupStep => "gstep",
            Self::Maybe => "maybe",
            Self::Remind => "remind",
            Self::Note => "note",
            Self::Say => "say",
            Self::Press => "press",
            Self::Dialog => "dialog",
            Self::Block => "block",
            Self::Unblock => "unblock",
        }
    }

    /// Whether its handler leaves a trace, in the database or in a dialogue.
    pub(crate) fn is_kept(self) -> bool {
        matches!(
            self,
            Self::Count
                | Self::Step
                | Self::GroupStep
                | Self::Maybe
                | Self::Solo
                | Self::Remind
                | Self::Note
                | Self::Press
                | Self::Dialog
        )
    }

    /// Whether there is an answer in the end: what was edited shows the last one alone.
    pub(crate) fn is_answered(self) -> bool {
        !matches!(
            self,
            Self::Block | Self::Unblock | Self::Note | Self::Dialog
        )
    }
}

/// An update that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) update_id: i64,
    pub(crate) user: i64,
    /// Where an answer is waited for.
    pub(crate) chat: i64,
    pub(crate) kind: Kind,
}
