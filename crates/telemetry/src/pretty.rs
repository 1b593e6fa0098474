//! Records for people: a text of several lines, such as a backtrace, stands below its record and is
//! not one long line in quotes.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::{MakeVisitor, RecordFields, VisitOutput},
    fmt::{
        FormatFields, FormattedFields,
        format::{DefaultFields, DefaultVisitor, Writer},
    },
};

use super::bound::Bounded;

/// Writes fields as `name=value` each, and below them what takes several lines.
#[derive(Debug, Default)]
pub(super) struct Fields;

impl<'w> FormatFields<'w> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut below = String::new();
        let mut visitor = Lines {
            inner: DefaultFields::new().make_visitor(writer.by_ref()),
            below: &mut below,
        };
        fields.record(&mut visitor);
        visitor.inner.finish()?;
        writer.write_str(&below)
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        if !current.fields.is_empty() {
            current.fields.push(' ');
        }
        self.format_fields(current.as_writer(), fields)
    }
}

/// Gives what takes one line to the usual visitor, and keeps the rest for later.
struct Lines<'a, 'w> {
    inner: DefaultVisitor<'w>,
    below: &'a mut String,
}

impl Lines<'_, '_> {
    fn keep(&mut self, name: &str, text: &str) -> fmt::Result {
        write!(self.below, "\n    {name}:")?;
        for line in text.lines() {
            self.below.push_str("\n      ");
            for c in line.chars() {
                // Nobody is to draw on an operator's terminal.
                match c.is_control() {
                    true => write!(self.below, "{}", c.escape_default())?,
                    false => self.below.push(c),
                }
            }
        }
        Ok(())
    }
}

impl Visit for Lines<'_, '_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.record_debug(field, &format_args!("{value}"));
        } else if value.contains('\n') {
            let text = format!("{:?}", Bounded(&format_args!("{value}")));
            // A String takes whatever is written.
            let _ = self.keep(field.name(), &text);
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.inner.record_debug(field, &Bounded(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.inner.record_error(field, value);
    }
}

#[cfg(test)]
mod tests {
    use crate::{LogFormat, testing::capture};

    #[test]
    fn a_text_of_several_lines_stands_below_its_record() {
        let (logs, _guard) = capture(LogFormat::Pretty, "info");
        let text = "shop::buy at src/main.rs:12\nshop::pay\u{1b}[2J at src/main.rs:7";
        tracing::error!(
            error = "no money",
            backtrace = text,
            route = "/buy",
            "the update failed"
        );
        let text = logs.text();
        let below = "\n    backtrace:\n      shop::buy at src/main.rs:12\n      \
                     shop::pay\\u{1b}[2J at src/main.rs:7\n";
        assert!(text.ends_with(below), "{text}");
        let (first, _) = text.split_once('\n').expect("lines");
        let fields = "the update failed error=\"no money\" route=\"/buy\"";
        assert!(first.ends_with(fields), "{first}");
    }

    #[test]
    fn no_field_is_longer_than_a_few_kilobytes() {
        for format in [LogFormat::Pretty, LogFormat::Json] {
            let (logs, _guard) = capture(format, "info");
            let long = "ы\n".repeat(9_999);
            tracing::error!(error = long, debug = ?long, "{long}");
            let text = logs.text();
            assert!(text.len() < 25_000, "{}", text.len());
            assert_eq!(text.matches('…').count(), 3);
        }
    }
}
