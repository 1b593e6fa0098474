//! Scripted misbehaviour of Telegram: which calls go wrong, how, and how often.

use std::time::Duration;

/// What goes wrong with calls of one method, or of all. Without [`times`](Self::times) it lasts until
/// [`Emulator::clear_faults`](crate::Emulator::clear_faults).
///
/// The first fault that matches a call is the one that happens. A poll that already waits is not touched.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault happens only when given to `Emulator::fault`"]
pub struct Fault {
    pub(crate) method: String,
    /// Only of calls to these; of all if there are none.
    pub(crate) chats: Vec<i64>,
    pub(crate) left: Option<u32>,
    pub(crate) delay: Duration,
    pub(crate) kind: Kind,
    pub(crate) takes_effect: bool,
}

/// What the bot gets instead of its answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Its answer (perhaps late).
    Nothing,
    /// An error in Telegram's envelope.
    Error {
        code: u16,
        description: Option<String>,
        retry_after: Option<u64>,
    },
    /// The end of the connection.
    Reset,
    /// An HTML body, with status 200 or another.
    Garbage { code: u16, retry_after: Option<u64> },
    /// Half of a body, then the end of the connection.
    Truncated,
}

impl Fault {
    /// A fault of `method` (case is ignored; `*` is every method) that does nothing yet.
    pub fn on(method: &str) -> Self {
        Self {
            method: method.to_owned(),
            chats: Vec::new(),
            left: None,
            delay: Duration::ZERO,
            kind: Kind::Nothing,
            takes_effect: false,
        }
    }

    /// Answers with this error code, and the description Telegram gives it.
    pub fn status(mut self, new: u16) -> Self {
        match &mut self.kind {
            Kind::Garbage { code, .. } => *code = new,
            _ => *self.error().0 = new,
        }
        self
    }

    /// Answers with this description; the code is 400 unless [`status`](Self::status) says another.
    pub fn description(mut self, description: &str) -> Self {
        *self.error().1 = Some(description.to_owned());
        self
    }

    /// Answers 429 (or the code given) with this `retry_after`, in seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Kind::Garbage { retry_after, .. } = &mut self.kind {
            *retry_after = Some(seconds);
            return self;
        }
        if !matches!(self.kind, Kind::Error { .. }) {
            self = self.status(429);
        }
        *self.error().2 = Some(seconds);
        self
    }

    /// Happens to calls to these chats alone.
    pub fn to(mut self, chats: impl IntoIterator<Item = i64>) -> Self {
        self.chats.extend(chats);
        self
    }

    /// Happens this often, then never again.
    pub fn times(mut self, count: u32) -> Self {
        self.left = Some(count);
        self
    }

    /// Resets the connection (TCP RST) instead of answering.
    pub fn reset(mut self) -> Self {
        self.kind = Kind::Reset;
        self
    }

    /// Answers 200 with an HTML page, as a captive portal would. With a [`status`](Self::status) and perhaps a
    /// [`retry_after`](Self::retry_after) (its header) set after this: the page of a proxy on the way.
    pub fn garbage(mut self) -> Self {
        self.kind = Kind::Garbage {
            code: 200,
            retry_after: None,
        };
        self
    }

    /// Answers with a body shorter than its content-length, and closes.
    pub fn truncated(mut self) -> Self {
        self.kind = Kind::Truncated;
        self
    }

    /// Waits so long first; alone, the call is then answered as ever.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The call is carried out, and only its answer goes wrong: what makes a careless bot send twice.
    pub fn takes_effect(mut self) -> Self {
        self.takes_effect = true;
        self
    }

    fn error(&mut self) -> (&mut u16, &mut Option<String>, &mut Option<u64>) {
        if !matches!(self.kind, Kind::Error { .. }) {
            self.kind = Kind::Error {
                code: 400,
                description: None,
                retry_after: None,
            };
        }
        match &mut self.kind {
            Kind::Error {
                code,
                description,
                retry_after,
            } => (code, description, retry_after),
            _ => unreachable!("made an error just above"),
        }
    }
}
