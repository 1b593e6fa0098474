//! What commands print: safe for a terminal whatever users wrote, times in UTC, columns.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_nats::datetime;

use super::Failure;

/// Writes to standard output.
pub(super) fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        // Whoever reads has seen enough: `… | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::new(format!("nothing can be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Whether a terminal would do something else than show that character.
pub(super) fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text in one line, odd characters escaped.
pub(super) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if is_odd(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// Bytes that may be no text, in one line: what is no UTF-8 as `\xNN`.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&line(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// `2026-01-31T08:09:10Z`.
pub(super) fn utc(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let nanos = i128::try_from(since.as_nanos()).unwrap_or_default();
    datetime::from_nanos(nanos).map_or_else(
        |_| "-".into(),
        |time| {
            let (date, (hour, minute, second)) = (time.date(), time.to_hms());
            format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
        },
    )
}

/// `3 d 4 h`, `4 h 5 min`, `5 min 6 s`, `6 s`.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// What is there, or a dash.
pub(super) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".into(), |value| value.to_string())
}

/// Rows in columns as wide as they must be.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_shows_what_users_wrote_and_does_nothing_else() {
        assert_eq!(line("привет, \"мир\" \\ 🦀"), "привет, \"мир\" \\ 🦀");
        assert_eq!(
            line("a\u{1b}[2J\n\u{9b}\u{202e}"),
            r"a\u{1b}[2J\n\u{9b}\u{202e}"
        );
        assert_eq!(bytes(b"\xd1\x8b\xd1 \0\xff"), r"ы\xd1 \u{0}\xff");
    }

    #[test]
    fn times_are_told_in_utc() {
        let time = UNIX_EPOCH + Duration::from_millis(1_769_846_950_900);
        assert_eq!(utc(time), "2026-01-31T08:09:10Z");
    }

    #[test]
    fn spans_have_two_units_at_the_most() {
        let told = [0, 59, 61, 3600, 90_000].map(|s| span(Duration::from_secs(s)));
        assert_eq!(told, ["0 s", "59 s", "1 min 1 s", "1 h 0 min", "1 d 1 h"]);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let text = table(&[row(["A", "B"]), row(["длинный", ""]), row(["x", "y"])]);
        assert_eq!(text, "A        B\nдлинный\nx        y\n");
    }
}
