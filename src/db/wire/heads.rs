//! Where messages of PostgreSQL's protocol end, in a stream that comes in pieces of any size.

/// The type of a message and its length.
pub(super) const HEAD: usize = 5;

/// How many bytes follow a head. The length counts itself.
pub(super) fn body_length(head: &[u8; HEAD]) -> usize {
    let [_, length @ ..] = head;
    usize::try_from(u32::from_be_bytes(*length).saturating_sub(4)).unwrap_or(usize::MAX - HEAD)
}

/// Where the value of a field of an error stands: each is a type, a text and a NUL.
pub(super) fn field(body: &[u8], kind: u8) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    while let Some(&found) = body.get(at).filter(|kind| **kind != 0) {
        let length = memchr::memchr(0, &body[at + 1..])?;
        if found == kind {
            return Some(at + 1..at + 1 + length);
        }
        at += length + 2;
    }
    None
}

/// Where one message ends and the next begins.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heads {
    head: [u8; HEAD],
    /// How much of the head has come.
    come: usize,
    /// How much of the body is still to come.
    body: usize,
    /// What the last message said that the server is ready: see [`SideChannel`](super::SideChannel).
    pub(super) status: u8,
}

impl Heads {
    /// How many of these bytes come before an error, or before a message of the type that is awaited.
    pub(super) fn pass(&mut self, bytes: &[u8], awaited: Option<u8>) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let is_next = self.body == 0 && self.come == 0;
            if is_next && (bytes[at] == b'E' || Some(bytes[at]) == awaited) {
                break;
            }
            at += self.step(&bytes[at..]).0;
        }
        at
    }

    /// Goes on within one message: how many of these bytes, at least one, belong to it, and its type if
    /// it ends there.
    fn step(&mut self, bytes: &[u8]) -> (usize, Option<u8>) {
        let mut at = 0;
        if self.body == 0 {
            let length = (HEAD - self.come).min(bytes.len());
            self.head[self.come..self.come + length].copy_from_slice(&bytes[..length]);
            (at, self.come) = (length, self.come + length);
            if self.come < HEAD {
                return (at, None);
            }
            (self.come, self.body) = (0, body_length(&self.head));
        }
        let passed = self.body.min(bytes.len() - at);
        if self.head[0] == b'Z' && passed > 0 {
            self.status = bytes[at];
        }
        self.body -= passed;
        (at + passed, (self.body == 0).then_some(self.head[0]))
    }
}

/// Finds where a statement ends that is executed: at the first Sync after an Execute. What prepares it
/// has a Sync of its own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trail {
    heads: Heads,
    is_executed: bool,
}

impl Trail {
    /// Where that is in these bytes, which are the next ones.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let (length, ended) = self.heads.step(&bytes[at..]);
            at += length;
            match ended {
                Some(b'E') => self.is_executed = true,
                Some(b'S') if self.is_executed => return Some(at),
                _ => {}
            }
        }
        None
    }
}
