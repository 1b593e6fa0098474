//! The first span of an update's trace: from the moment in which Telegram gave it to us until it is stored.

use std::time::SystemTime;

use ostankino_traces::{Kind, Span, UpdateTrace, is_on};
use tokio::time::Instant;

use crate::telegram::{Envelope, internal::RawUpdate};

/// What the message of these updates says of their traces; nothing if none has one. A batch has one header for all: it names the first
/// that has a trace, and the traces of the others are linked to that. Whose trace is whose needs no header.
pub(super) fn header(bot: i64, mut updates: impl Iterator<Item = i64>) -> Option<String> {
    let first = updates.find_map(|update| UpdateTrace::of(bot, update));
    first.map(UpdateTrace::header)
}

/// These updates of an answer of `getUpdates`, given to us `since` then, are stored now.
pub(super) fn polled(bot: i64, updates: &[RawUpdate], since: Instant) {
    if !is_on() {
        return;
    }
    let since = SystemTime::now() - since.elapsed();
    for (update, trace) in updates.iter().filter_map(|update| traced(bot, update)) {
        let span = trace.stored(named("poll", update), Kind::Producer, since);
        tell(&span, bot, update, "polling");
        // A convention speaks of a message in a batch as created, and of the batch as sent.
        span.set("messaging.system", "nats");
        span.set("messaging.operation.type", "create");
        span.set("messaging.operation.name", "publish");
        let count = i64::try_from(updates.len()).unwrap_or(i64::MAX);
        span.set("messaging.batch.message_count", count);
    }
}

/// An update that was posted to the webhook is answered now, with that status; `outcome` is what became of it.
#[cfg_attr(not(feature = "web"), expect(dead_code, reason = "nobody posts"))]
pub(super) fn posted(
    bot: i64,
    update: &RawUpdate,
    since: Instant,
    status: u16,
    outcome: &'static str,
) {
    let Some((update, trace)) = traced(bot, update) else {
        return;
    };
    let since = SystemTime::now() - since.elapsed();
    let name = named("webhook", update);
    let span = if status == 200 {
        trace.stored(name, Kind::Server, since)
    } else {
        trace.refused(name, Kind::Server, since)
    };
    tell(&span, bot, update, "webhook");
    span.set("http.request.method", "POST");
    span.set("http.response.status_code", status);
    if status != 200 {
        span.fails(outcome);
    }
}

fn traced(bot: i64, update: &RawUpdate) -> Option<(Envelope<'_>, UpdateTrace)> {
    let trace = UpdateTrace::of(bot, update.id?)?;
    Some((Envelope::peek(&update.bytes)?, trace))
}

fn named(way: &str, update: Envelope<'_>) -> String {
    format!("{way} {}", update.kind().as_str())
}

fn tell(span: &Span, bot: i64, update: Envelope<'_>, intake: &'static str) {
    span.set("ostankino.intake", intake);
    span.set("ostankino.bot.id", bot);
    span.set("ostankino.update.id", update.update_id);
    span.set("ostankino.update.kind", update.kind().as_str());
    if let Some(user) = update.user_id {
        span.set("user.id", user.to_string());
    }
}
