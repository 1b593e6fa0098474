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
    /// What the server said last when it was ready: see [`SideChannel`](super::SideChannel).
    pub(super) status: u8,
    /// How often it was.
    pub(super) readies: u64,
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

    /// The server is ready.
    pub(super) fn ready(&mut self, status: u8) {
        (self.status, self.readies) = (status, self.readies + 1);
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
            self.ready(bytes[at]);
        }
        self.body -= passed;
        (at + passed, (self.body == 0).then_some(self.head[0]))
    }
}

/// Follows what is sent: how often the server is to be ready after it, and where a statement ends that is
/// executed. What prepares it is answered by itself, and whoever sent it need not have waited for all of
/// that answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail {
    heads: Heads,
    is_executed: bool,
    /// How often the server has said that it is ready when all is answered that was sent.
    pub(super) asked: u64,
}

impl Trail {
    pub(super) fn new() -> Self {
        Self {
            heads: Heads::default(),
            is_executed: false,
            // When the connection is made.
            asked: 1,
        }
    }

    /// Follows these bytes, or those up to the end of the first statement that is executed: then it says
    /// where that is.
    pub(super) fn pass(&mut self, bytes: &[u8], is_to_find_end: bool) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let (length, ended) = self.heads.step(&bytes[at..]);
            at += length;
            match ended {
                // Execute, Sync, a simple query.
                Some(b'E') => self.is_executed = true,
                Some(b'S') => {
                    self.asked += 1;
                    if std::mem::take(&mut self.is_executed) && is_to_find_end {
                        return Some(at);
                    }
                }
                Some(b'Q') => self.asked += 1,
                _ => {}
            }
        }
        None
    }
}
