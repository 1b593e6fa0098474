//! One JSON object a record, flat: the fields of the spans around it stand beside its own, so that
//! `user_id` is found at the top of every record of an update.

use std::fmt::{self, Write};

use tracing::{
    Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

use super::bound::Bounded;

/// Writes fields as `,"name":value` each.
#[derive(Debug)]
pub(super) struct Fields;

impl<'w> FormatFields<'w> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut members = Members {
            writer: &mut writer,
            result: Ok(()),
        };
        fields.record(&mut members);
        members.result
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(current.as_writer(), fields)
    }
}

/// Writes a record: time, level, target, its own fields, those of the spans from the outermost in.
#[derive(Debug)]
pub(super) struct Event;

impl<S> FormatEvent<S, Fields> for Event
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, Fields>,
        mut writer: Writer<'_>,
        event: &tracing::Event<'_>,
    ) -> fmt::Result {
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        let metadata = event.metadata();
        write!(
            writer,
            "\",\"level\":\"{}\",\"target\":\"{}\"",
            metadata.level(),
            metadata.target()
        )?;
        Fields.format_fields(writer.by_ref(), event)?;
        for span in context
            .event_scope()
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(fields) = span.extensions().get::<FormattedFields<Fields>>() {
                writer.write_str(&fields.fields)?;
            }
        }
        writer.write_str("}\n")
    }
}

struct Members<'a, 'w> {
    writer: &'a mut Writer<'w>,
    result: fmt::Result,
}

impl Members<'_, '_> {
    fn member(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if self.result.is_ok() {
            self.result = write!(self.writer, ",\"{}\":{value}", field.name());
        }
    }

    fn text(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        if self.result.is_ok() {
            self.result = write!(self.writer, ",\"{}\":\"", field.name())
                .and_then(|()| write!(Escaped(self.writer), "{:?}", Bounded(&text)))
                .and_then(|()| self.writer.write_char('"'));
        }
    }
}

impl Visit for Members<'_, '_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, format_args!("{value}"));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.member(field, format_args!("{value}"));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.member(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.member(field, format_args!("{value}"));
        } else {
            self.text(field, format_args!("{value}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format_args!("{value:?}"));
    }
}

/// Escapes what is written through it for the inside of a JSON string.
struct Escaped<'a, 'w>(&'a mut Writer<'w>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
            self.0.write_str(&rest[..at])?;
            match rest.as_bytes()[at] {
                b'\n' => self.0.write_str("\\n")?,
                byte @ (b'"' | b'\\') => write!(self.0, "\\{}", char::from(byte))?,
                byte => write!(self.0, "\\u{byte:04x}")?,
            }
            rest = &rest[at + 1..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::capture_json;

    #[test]
    fn a_record_is_one_flat_object_whatever_its_texts_hold() {
        let (logs, _guard) = capture_json("info");
        let outer = tracing::info_span!("outer", user_id = 7, name = tracing::field::Empty);
        let _entered = outer.enter();
        outer.record("name", "x");
        let _inner = tracing::info_span!("inner", deep = true).entered();
        tracing::info!(
            odd = "a\"b\\c\nd\u{1}",
            n = -1_i64,
            f = f64::NAN,
            missing = None::<i64>,
            "says \"hi\""
        );
        let record = &logs.records()[0];
        assert_eq!(record["message"], "says \"hi\"");
        assert_eq!(record["odd"], "a\"b\\c\nd\u{1}");
        assert_eq!(
            (&record["user_id"], &record["name"], &record["deep"]),
            (&7.into(), &"x".into(), &true.into())
        );
        assert_eq!((&record["n"], &record["f"]), (&(-1).into(), &"NaN".into()));
        assert_eq!(record.get("missing"), None);
        assert_eq!(record["level"], "INFO");
    }
}
