//! A span: something that is done for an update, from its beginning to its end.

use std::{borrow::Cow, fmt};

#[cfg(feature = "otlp")]
use futures_util::future::Either;
#[cfg(feature = "otlp")]
use opentelemetry::{
    Context, KeyValue,
    context::FutureExt,
    trace::{SpanKind, Status, TraceContextExt, Tracer},
};

use crate::Value;

/// Who waits for whom, as OpenTelemetry has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A server is asked, and waited for.
    Client,
    /// Somebody asked us, and waits.
    Server,
    /// Something is put into a queue.
    Producer,
    /// It is taken out of it.
    Consumer,
}

/// A span; most are none, since nothing is exported, or not this update. It ends when it is dropped.
#[derive(Default)]
#[must_use = "it ends when it is dropped"]
pub struct Span(#[cfg(feature = "otlp")] Option<Held>);

#[cfg(feature = "otlp")]
struct Held {
    context: Context,
    /// It ends with this handle.
    is_ours: bool,
}

impl Span {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// Begins a part of what is being done by whoever calls; none if that is not recorded.
    pub fn child<N: Into<Cow<'static, str>>>(kind: Kind, name: impl FnOnce() -> N) -> Self {
        #[cfg(feature = "otlp")]
        if let Some(exporting) = crate::export::exporting() {
            return Context::map_current(|context| {
                if !context.span().span_context().is_sampled() {
                    return Self::none();
                }
                let builder = exporting.tracer.span_builder(name());
                let builder = builder.with_kind(kind.into());
                let span = exporting.tracer.build_with_context(builder, context);
                Self::begun(context.with_span(span))
            });
        }
        let _ = (kind, name);
        Self::none()
    }

    /// What is being done by whoever calls. It does not end with this handle.
    pub fn current() -> Self {
        #[cfg(feature = "otlp")]
        if crate::is_on() {
            return Context::map_current(|context| {
                let is_recorded = context.span().is_recording();
                Self(is_recorded.then(|| Held {
                    context: context.clone(),
                    is_ours: false,
                }))
            });
        }
        Self::none()
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn begun(context: Context) -> Self {
        Self(Some(Held {
            context,
            is_ours: true,
        }))
    }

    /// What is done within it belongs to a trace that is not recorded.
    #[cfg(feature = "otlp")]
    pub(crate) fn unrecorded(context: Context) -> Self {
        Self(Some(Held {
            context,
            is_ours: false,
        }))
    }

    /// Whether it is worth while to find out what could be said of it.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        #[cfg(feature = "otlp")]
        return self.held().is_some();
        #[cfg(not(feature = "otlp"))]
        false
    }

    /// Says something of it. Names are those of OpenTelemetry's conventions, or begin with `ostankino.`; nothing a person wrote is a value.
    pub fn set(&self, name: &'static str, value: impl Into<Value>) {
        #[cfg(feature = "otlp")]
        if let Some(held) = self.held() {
            let value: opentelemetry::Value = value.into().into();
            held.context
                .span()
                .set_attribute(KeyValue::new(name, value));
        }
        #[cfg(not(feature = "otlp"))]
        let _ = (name, value);
    }

    /// Gives it another name.
    pub fn rename(&self, name: impl Into<Cow<'static, str>>) {
        #[cfg(feature = "otlp")]
        if let Some(held) = self.held() {
            held.context.span().update_name(name);
        }
        #[cfg(not(feature = "otlp"))]
        drop(name);
    }

    /// It failed: `kind` is a word, not what the error says.
    pub fn fails(&self, kind: impl Into<Value>) {
        #[cfg(feature = "otlp")]
        if let Some(held) = self.held() {
            held.context.span().set_status(Status::error(""));
        }
        self.set("error.type", kind);
    }

    /// The id of its trace.
    #[must_use]
    pub fn trace_id(&self) -> Option<String> {
        #[cfg(feature = "otlp")]
        if let Some(held) = self.held() {
            return Some(held.context.span().span_context().trace_id().to_string());
        }
        None
    }

    /// Has what the future does be a part of it.
    #[cfg(feature = "otlp")]
    pub fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        match &self.0 {
            Some(held) => Either::Left(future.with_context(held.context.clone())),
            None => Either::Right(future),
        }
    }

    /// Has what the future does be a part of it.
    #[cfg(not(feature = "otlp"))]
    pub fn around<F: Future>(&self, future: F) -> F {
        future
    }

    /// If it is recorded.
    #[cfg(feature = "otlp")]
    fn held(&self) -> Option<&Held> {
        let held = self.0.as_ref();
        held.filter(|held| held.context.span().span_context().is_sampled())
    }
}

#[cfg(feature = "otlp")]
impl Drop for Span {
    fn drop(&mut self) {
        if let Some(held) = &self.0
            && held.is_ours
        {
            held.context.span().end();
        }
    }
}

#[cfg(feature = "otlp")]
impl From<Kind> for SpanKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Client => Self::Client,
            Kind::Server => Self::Server,
            Kind::Producer => Self::Producer,
            Kind::Consumer => Self::Consumer,
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Span").field(&self.trace_id()).finish()
    }
}
