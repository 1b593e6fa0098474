//! The Bot API's side: HTTP/1.1 requests one after the other. Of an answer only its beginning
//! matters.

use std::sync::Arc;

use memchr::memmem;

use super::{Dialect, Side};
use crate::{point::Point, progress::Progress, referee::Referee};

/// What a message of a mailing has in its request.
const MAILED: &str = r#""text":"mailing:"#;

/// One connection of a process.
#[derive(Debug)]
pub(crate) struct TelegramDialect {
    process: usize,
    progress: Arc<Progress>,
    referee: Arc<Referee>,
    /// What the next answer is, if it is one to a message.
    awaited: Option<Point>,
    /// Which update is answered.
    update: Option<i64>,
}

impl TelegramDialect {
    pub(crate) fn new(process: usize, progress: Arc<Progress>, referee: Arc<Referee>) -> Self {
        Self {
            process,
            progress,
            referee,
            awaited: None,
            update: None,
        }
    }
}

impl Dialect for TelegramDialect {
    fn length(&mut self, side: Side, bytes: &[u8]) -> Option<usize> {
        if side == Side::Server {
            return Some(bytes.len()).filter(|length| *length > 0);
        }
        let head = memmem::find(bytes, b"\r\n\r\n")? + 4;
        let lines = bytes[..head].split(|byte| *byte == b'\n');
        let body = lines
            .filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse::<usize>().ok());
        let whole = head + body.unwrap_or_default();
        (bytes.len() >= whole).then_some(whole)
    }

    fn read(&mut self, side: Side, message: &mut [u8]) -> Vec<Point> {
        if side == Side::Server {
            return self.awaited.take().into_iter().collect();
        }
        let request = String::from_utf8_lossy(message);
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path.rsplit('/').next() {
            Some("sendMessage") if request.contains(MAILED) => {
                self.awaited = Some(Point::AfterMail);
                self.update = None;
                vec![Point::BeforeMail]
            }
            Some("sendMessage" | "editMessageText") => {
                self.awaited = Some(Point::AfterSend);
                self.update = answered(&request);
                if let Some(update) = self.update {
                    self.referee.replied(self.process, update);
                }
                vec![Point::BeforeSend]
            }
            Some("getUpdates") => {
                let offset = request.split_once(r#""offset":"#).and_then(|(_, rest)| {
                    let end = rest.find(|c: char| !c.is_ascii_digit())?;
                    rest[..end].parse().ok()
                });
                let confirms = self.progress.polled(self.process, offset);
                confirms
                    .then_some(Point::BeforeConfirm)
                    .into_iter()
                    .collect()
            }
            _ => vec![],
        }
    }

    fn update(&self) -> Option<i64> {
        self.update
    }
}

/// The update that a message names as the one that it answers.
fn answered(request: &str) -> Option<i64> {
    let (_, rest) = request.split_once(r#""text":"✓ "#)?;
    rest.split(' ').next()?.parse().ok()
}
