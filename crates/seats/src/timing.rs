//! How long everything takes.

use std::time::Duration;

/// The lengths of time that all members must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// After how long an entry expires that is not renewed.
    pub lease: Duration,
    /// How often a process looks at the store and asks its neighbour.
    pub tick: Duration,
    /// How far the two questions are apart after which a neighbour counts as dead.
    pub question_gap: Duration,
    /// How long after the sending of the last member entry that was written a process may begin
    /// work; `None`: until two thirds of the lease are over.
    pub begin_window: Option<Duration>,
    /// A process that did nothing for so long was paused: it asserts itself before it goes on. Less
    /// than `question_gap`, after which it may have been declared dead.
    pub pause: Duration,
    /// How long after its own reconnecting a process declares nobody dead: others may reconnect
    /// more slowly.
    pub quiet_after_reconnect: Duration,
    /// How long a process whose entry is gone takes no seat: if all of them are, others may come back, or
    /// not know yet that they own nothing any more. More than three ticks.
    pub wait_for_others: Duration,
    /// How far apart two members are declared dead at least: if many vanish at once it is the network.
    pub removal_gap: Duration,
    /// How long a server must be away until a process calls itself unwell.
    pub unwell_after: Duration,
    /// How long all must be there again until it calls itself well.
    pub well_after: Duration,
}

impl Timing {
    /// For a store on one server, which knows at once whose connection is gone. A process begins
    /// nothing after it lost its connection, which must show to it within 0.3 s of showing to the
    /// server.
    #[must_use]
    pub fn single(lease: Duration) -> Self {
        Self {
            lease,
            // Twice within each renewal.
            tick: Duration::from_millis(500).min(lease / 6),
            question_gap: Duration::from_millis(300),
            begin_window: None,
            pause: Duration::from_millis(250),
            quiet_after_reconnect: Duration::from_secs(5),
            wait_for_others: Duration::from_secs(2),
            removal_gap: Duration::from_secs(2),
            unwell_after: Duration::from_secs(5),
            well_after: Duration::from_secs(10),
        }
    }

    /// For a replicated store. A process may be connected to a server that the majority does not
    /// see, or be seen by nobody though it can write. So a process renews its member entry at each
    /// tick and begins work only within a second of having sent one that was written, and whoever
    /// declares it dead does so on top of an entry that did not change for longer than that.
    #[must_use]
    pub fn replicated(lease: Duration) -> Self {
        Self {
            question_gap: Duration::from_millis(1_500),
            begin_window: Some(Duration::from_secs(1)),
            ..Self::single(lease)
        }
    }

    /// The same for a process that does the work of very many at once, each with seats of its own: it looks so many times less
    /// often, though still twice within each renewal. Whoever dies is replaced as much later. On a replicated store, where a process
    /// must assert itself all the time, nothing changes.
    #[must_use]
    pub fn slower(self, times: u32) -> Self {
        if self.begin_window.is_some() {
            return self;
        }
        let tick = (self.tick * times).min(self.lease / 6);
        Self {
            tick,
            wait_for_others: self.wait_for_others.max(tick * 4),
            ..self
        }
    }

    /// The same where others may look less often than this process, by [`slower`](Self::slower): it waits for the slowest that there can be.
    #[must_use]
    pub fn among_slower(self) -> Self {
        if self.begin_window.is_some() {
            return self;
        }
        Self {
            wait_for_others: self.wait_for_others.max(self.lease / 6 * 4),
            ..self
        }
    }

    /// How often an entry is renewed.
    #[must_use]
    pub fn renewal(&self) -> Duration {
        self.lease / 3
    }

    /// How long an entry may be relied on after it was sent. The third of a lease that is left is
    /// for clocks that run apart.
    #[must_use]
    pub fn reliance(&self) -> Duration {
        self.lease - self.renewal()
    }

    /// How often the member entry is renewed.
    #[must_use]
    pub(crate) fn beat(&self) -> Duration {
        match self.begin_window {
            Some(_) => Duration::ZERO,
            None => self.renewal(),
        }
    }

    /// How long a process may begin work after it sent a member entry that was written.
    #[must_use]
    pub(crate) fn begin_within(&self) -> Duration {
        self.begin_window
            .map_or(self.reliance(), |window| window.min(self.reliance()))
    }
}
