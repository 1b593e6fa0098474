//! The points of the protocol at which a process may die: each is a message that a proxy sees.

/// A point on the way of an update. Unless it says otherwise, the message that marks it does not
/// reach its receiver any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// The session's BEGIN.
    BeforeTransaction,
    /// A handler's statement in the session's transaction.
    InsideTransaction,
    /// The message with COMMIT.
    BeforeCommit,
    /// PostgreSQL's answer to it: committed, but the process does not know.
    CommitUnknown,
    /// The same, and the answer is let through.
    AfterCommit,
    /// A dialogue's record on its way to NATS.
    BeforeFsmWrite,
    /// The answer to it.
    AfterFsmWrite,
    /// A `sendMessage`, or an `editMessageText`.
    BeforeSend,
    /// The answer to it.
    AfterSend,
    /// The note in the inbox that all effects are brought about.
    BeforeMark,
    /// The answer to it.
    AfterMark,
    /// The acknowledgement of an update.
    BeforeAck,
    /// The same, and it is let through.
    AfterAck,
    /// An update on its way from the poller to the queue.
    BeforeStore,
    /// The answer to it.
    AfterStore,
    /// The event of a timer on its way to the queue.
    BeforeFire,
    /// The answer to it.
    AfterFire,
    /// The note that a timer was fired.
    BeforeFired,
    /// The note of a message's name.
    BeforeNote,
    /// Calls that are made later on their way to the table.
    BeforeOwed,
    /// The note that one was made.
    BeforeMade,
    /// A `getUpdates` with a greater offset than all before.
    BeforeConfirm,
    /// A statement of a claim for a mailing, or its COMMIT.
    InsideClaim,
    /// The answer to that: claimed, and nobody is sent anything.
    AfterClaim,
    /// A message of a mailing on its way to Telegram.
    BeforeMail,
    /// The answer to it: sent, and not noted.
    AfterMail,
    /// The note of what became of a mailing's messages.
    BeforeMailed,
    /// The answer to it.
    AfterMailed,
}

impl Point {
    /// Those of mailings.
    pub(crate) const MAILING: [Self; 6] = [
        Self::InsideClaim,
        Self::AfterClaim,
        Self::BeforeMail,
        Self::AfterMail,
        Self::BeforeMailed,
        Self::AfterMailed,
    ];

    pub(crate) const ALL: [Self; 28] = [
        Self::BeforeTransaction,
        Self::InsideTransaction,
        Self::BeforeCommit,
        Self::CommitUnknown,
        Self::AfterCommit,
        Self::BeforeFsmWrite,
        Self::AfterFsmWrite,
        Self::BeforeSend,
        Self::AfterSend,
        Self::BeforeMark,
        Self::AfterMark,
        Self::BeforeAck,
        Self::AfterAck,
        Self::BeforeStore,
        Self::AfterStore,
        Self::BeforeFire,
        Self::AfterFire,
        Self::BeforeFired,
        Self::BeforeNote,
        Self::BeforeOwed,
        Self::BeforeMade,
        Self::BeforeConfirm,
        Self::InsideClaim,
        Self::AfterClaim,
        Self::BeforeMail,
        Self::AfterMail,
        Self::BeforeMailed,
        Self::AfterMailed,
    ];

    /// Whether the message is let through first.
    pub(crate) fn lets_through(self) -> bool {
        matches!(self, Self::AfterCommit | Self::AfterAck)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BeforeTransaction => "before-transaction",
            Self::InsideTransaction => "inside-transaction",
            Self::BeforeCommit => "before-commit",
            Self::CommitUnknown => "commit-unknown",
            Self::AfterCommit => "after-commit",
            Self::BeforeFsmWrite => "before-fsm-write",
            Self::AfterFsmWrite => "after-fsm-write",
            Self::BeforeSend => "before-send",
            Self::AfterSend => "after-send",
            Self::BeforeMark => "before-mark",
            Self::AfterMark => "after-mark",
            Self::BeforeAck => "before-ack",
            Self::AfterAck => "after-ack",
            Self::BeforeStore => "before-store",
            Self::AfterStore => "after-store",
            Self::BeforeFire => "before-fire",
            Self::AfterFire => "after-fire",
            Self::BeforeFired => "before-fired",
            Self::BeforeNote => "before-note",
            Self::BeforeOwed => "before-owed",
            Self::BeforeMade => "before-made",
            Self::BeforeConfirm => "before-confirm",
            Self::InsideClaim => "inside-claim",
            Self::AfterClaim => "after-claim",
            Self::BeforeMail => "before-mail",
            Self::AfterMail => "after-mail",
            Self::BeforeMailed => "before-mailed",
            Self::AfterMailed => "after-mailed",
        }
    }
}
