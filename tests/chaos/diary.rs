//! When each fault happened and whom it met, in the clock of the processes' logs.

use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// The file `faults.log` beside the logs of the processes.
#[derive(Debug)]
pub(crate) struct Diary(File);

impl Diary {
    pub(crate) fn new(logs: &Path) -> Self {
        Self(File::create(logs.join("faults.log")).expect("a new file"))
    }

    pub(crate) fn note(&self, what: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let ms = now.expect("it is after 1970").as_millis();
        let (hours, minutes) = (ms / 3_600_000 % 24, ms / 60_000 % 60);
        let (seconds, ms) = (ms / 1_000 % 60, ms % 1_000);
        let mut file = &self.0;
        writeln!(file, "{hours:02}:{minutes:02}:{seconds:02}.{ms:03} {what}").expect("room");
    }
}
