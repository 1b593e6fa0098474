//! The span of an attempt at an update: all that is done for it is within.

use ostankino_traces::{Span, handling};

use super::attempt::Trial;

/// An attempt begins.
pub(super) fn begin(bot: i64, trial: &Trial) -> Span {
    let (update, delivery) = (&trial.update, &trial.delivery);
    let span = handling(bot, update.id, "process", trial.carried);
    if !span.is_recorded() {
        return span;
    }
    span.set("messaging.system", "nats");
    span.set("messaging.operation.type", "process");
    span.set("messaging.operation.name", "process");
    span.set("messaging.message.id", delivery.place.to_string());
    span.set("ostankino.bot.id", bot);
    span.set("ostankino.update.id", update.id);
    span.set("ostankino.update.kind", update.kind.as_str());
    span.set("ostankino.attempt", delivery.attempt);
    if let Some(user) = update.user_id() {
        span.set("user.id", user.to_string());
    }
    if let Some(chat) = update.chat_id() {
        span.set("ostankino.chat.id", chat);
    }
    span
}
