//! The trace of an update. Its first span is of the process that takes the update in, the others are of those that handle it.

#[cfg(not(feature = "otlp"))]
use std::convert::Infallible;
use std::time::SystemTime;

#[cfg(feature = "otlp")]
use opentelemetry::{
    Context,
    trace::{
        Link, SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState,
    },
};

use crate::{Kind, Span};
#[cfg(feature = "otlp")]
use crate::{export, ids};

/// The header of a message in the queue that says which trace it was stored for, by the W3C: of a batch, that of the first
/// update in it that has one.
pub const HEADER: &str = "traceparent";

/// The trace of an update that has one.
#[derive(Clone, Copy, Debug)]
pub struct UpdateTrace {
    #[cfg(feature = "otlp")]
    trace: TraceId,
    #[cfg(feature = "otlp")]
    root: SpanId,
    #[cfg(not(feature = "otlp"))]
    never: Infallible,
}

impl UpdateTrace {
    /// None if nothing is exported, or not this update.
    #[must_use]
    pub fn of(bot: i64, update: i64) -> Option<Self> {
        #[cfg(feature = "otlp")]
        if let Some(exporting) = export::exporting() {
            let (trace, root) = ids::of_update(bot, update);
            let (trace, root) = (TraceId::from(trace), SpanId::from(root));
            return exporting.samples(trace).then_some(Self { trace, root });
        }
        let _ = (bot, update);
        None
    }

    /// The value of the header, `00-<trace>-<span>-01`.
    #[must_use]
    pub fn header(self) -> String {
        #[cfg(feature = "otlp")]
        return format!("00-{}-{}-01", self.trace, self.root);
        #[cfg(not(feature = "otlp"))]
        match self.never {}
    }

    /// The first span: the update was given to us then, and is stored now.
    pub fn stored(self, name: String, kind: Kind, since: SystemTime) -> Span {
        #[cfg(feature = "otlp")]
        return export::with_ids(Some(self.trace), Some(self.root), || {
            Self::begin(name, kind, since, &Context::new())
        });
        #[cfg(not(feature = "otlp"))]
        {
            let _ = (name, kind, since);
            match self.never {}
        }
    }

    /// The update was given to us then, and could not be stored: whoever gave it will do so again, and what comes of that is the
    /// first span.
    pub fn refused(self, name: String, kind: Kind, since: SystemTime) -> Span {
        #[cfg(feature = "otlp")]
        return Self::begin(name, kind, since, &self.as_parent());
        #[cfg(not(feature = "otlp"))]
        {
            let _ = (name, kind, since);
            match self.never {}
        }
    }

    #[cfg(feature = "otlp")]
    fn begin(name: String, kind: Kind, since: SystemTime, parent: &Context) -> Span {
        let Some(exporting) = export::exporting() else {
            return Span::none();
        };
        let builder = exporting.span(name, kind.into());
        let span = exporting.start(builder.with_start_time(since), parent);
        Span::begun(parent.with_span(span))
    }

    #[cfg(feature = "otlp")]
    fn as_parent(self) -> Context {
        let (trace, root) = (self.trace, self.root);
        remote(trace, root, TraceFlags::SAMPLED)
    }
}

/// What came with a message of the queue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    #[cfg(feature = "otlp")]
    first: Option<(TraceId, SpanId)>,
}

impl Carried {
    /// What the header says, which is looked at only where traces are exported.
    pub fn read<'a>(header: impl FnOnce() -> Option<&'a str>) -> Self {
        #[cfg(feature = "otlp")]
        if crate::is_on() {
            let first = header().and_then(parse);
            return Self { first };
        }
        let _ = header;
        Self::default()
    }
}

/// An attempt at an update begins. What is done around its span is of its trace, also where that is none that is recorded.
/// A message that carries nothing was not taken in from Telegram: its trace begins here.
pub fn handling(bot: i64, update: i64, name: &'static str, carried: Carried) -> Span {
    #[cfg(feature = "otlp")]
    if let Some(exporting) = export::exporting() {
        let (trace, root) = ids::of_update(bot, update);
        let (trace, root) = (TraceId::from(trace), SpanId::from(root));
        if !exporting.samples(trace) {
            return Span::unrecorded(remote(trace, root, TraceFlags::NOT_SAMPLED));
        }
        let parent = match carried.first {
            Some(_) => remote(trace, root, TraceFlags::SAMPLED),
            None => Context::new(),
        };
        let mut builder = exporting.span(name, SpanKind::Consumer);
        // Others of its batch are in other traces.
        if let Some((other, span)) = carried.first.filter(|(other, _)| *other != trace) {
            let other = SpanContext::new(other, span, TraceFlags::SAMPLED, true, TraceState::NONE);
            builder = builder.with_links(vec![Link::with_context(other)]);
        }
        let span = export::with_ids(Some(trace), None, || exporting.start(builder, &parent));
        return Span::begun(parent.with_span(span));
    }
    let _ = (bot, update, name, carried);
    Span::none()
}

#[cfg(feature = "otlp")]
fn remote(trace: TraceId, span: SpanId, flags: TraceFlags) -> Context {
    let parent = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    Context::new().with_remote_span_context(parent)
}

/// Reads `<version>-<trace>-<span>-<flags>`; what is not to be recorded is nothing to us.
#[cfg(feature = "otlp")]
fn parse(header: &str) -> Option<(TraceId, SpanId)> {
    let mut parts = header.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_known = version.len() == 2 && version != "ff" && trace.len() == 32 && span.len() == 16;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let is_valid = trace != TraceId::INVALID && span != SpanId::INVALID;
    (is_known && is_valid && flags & 1 == 1).then_some((trace, span))
}

#[cfg(all(test, feature = "otlp"))]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_the_w3c_says_and_what_is_none_is_passed_over() {
        let (trace, root) = (TraceId::from(7), SpanId::from(9));
        let header = UpdateTrace { trace, root }.header();
        assert_eq!(
            header,
            "00-00000000000000000000000000000007-0000000000000009-01"
        );
        assert_eq!(parse(&header), Some((trace, root)));
        // A later version may say more.
        let later = format!("01{}-more", &header[2..]);
        assert_eq!(parse(&later), Some((trace, root)));
        for wrong in [
            "",
            "00-7-9-01",
            "ff-00000000000000000000000000000007-0000000000000009-01",
            "00-00000000000000000000000000000007-0000000000000009-00",
            "00-00000000000000000000000000000000-0000000000000009-01",
            "00-0000000000000000000000000000000é-0000000000000009-01",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
