//! Keeps what replies leave: what [`SendReplyLayer`](crate::layers::SendReplyLayer) asks of the service.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use ostankino_core::{
    internal::Whose,
    layers::{Owed, ReplyStore, Why},
};
use serde_json::Value;
use tokio::{sync::Notify, time::sleep};

use super::{
    Notes, OwedCalls,
    hints::{Hint, Hints},
    marks::Marks,
};
use crate::{
    Clock, Limits, Result,
    events::{Events, Happening, of_answer},
    files::Files,
    nats::Nats,
    request::UpdateKey,
    telegram::{backoff::Backoff, internal::Then},
};

/// A pause that whoever waits sits out: longer ones leave a call for later.
const SHORT: Duration = Duration::from_secs(2);

/// Keeps what replies of a bot leave. A clone shares it.
#[derive(Clone)]
pub(crate) struct ReplyKeeper(Arc<Inner>);

struct Inner {
    clock: Clock,
    limits: Limits,
    table: OwedCalls,
    notes: Notes,
    files: Files,
    events: Events,
    marks: Marks,
    hints: Hints,
    /// Calls were owed.
    owed: Notify,
}

/// What the keeper works with.
pub(crate) struct Parts<'a> {
    pub(crate) clock: &'a Clock,
    pub(crate) limits: &'a Limits,
    pub(crate) table: OwedCalls,
    pub(crate) notes: Notes,
    pub(crate) files: &'a Files,
    pub(crate) events: &'a Events,
    pub(crate) nats: &'a Nats,
    pub(crate) prefix: &'a str,
}

impl ReplyKeeper {
    pub(crate) fn new(parts: Parts<'_>) -> Self {
        let Parts {
            clock,
            limits,
            table,
            notes,
            files,
            events,
            nats,
            prefix,
        } = parts;
        Self(Arc::new(Inner {
            clock: clock.clone(),
            limits: limits.clone(),
            hints: Hints::new(nats, prefix, table.bot_id),
            table,
            notes,
            files: files.clone(),
            events: events.clone(),
            marks: Marks::default(),
            owed: Notify::new(),
        }))
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.0.notes
    }

    pub(super) fn table(&self) -> &OwedCalls {
        &self.0.table
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Finds out where calls wait.
    pub(super) async fn look(&self) -> Result<()> {
        let moment = self.0.marks.moment();
        let places = self.0.table.places().await?;
        self.0.marks.replace(&places, moment);
        Ok(())
    }

    /// Returns once calls were owed, here or, as far as that is heard, elsewhere.
    pub(super) async fn owed(&self, words: &mut Option<async_nats::Subscriber>) {
        tokio::select! {
            () = self.0.owed.notified() => {}
            Hint { places } = self.0.hints.heard(words) => self.0.marks.add(places),
        }
    }
}

impl Inner {
    async fn store(&self, cause: UpdateKey, mut owed: Vec<Owed>) {
        let deferred = owed.iter().filter(|owed| owed.why == Why::Deferred);
        let places: Vec<_> = deferred.map(|owed| owed.place).collect();
        // Before they are stored: who comes meanwhile looks, and finds them or not.
        self.marks.add(places.iter().copied());
        self.keep_files(&mut owed).await;
        let now = self.clock.now();
        let replaced = until_done("reply_unkept", || {
            self.table.insert(cause.update_id, &owed, now)
        })
        .await;
        if replaced > 0 {
            tracing::info!(
                event = "owed_replaced",
                count = replaced,
                "edits that wait are not made: there are newer ones of the same messages"
            );
        }
        self.owed.notify_one();
        self.hints.tell(&Hint { places }).await;
    }

    /// Files must be there for whoever sends them. Calls whose files cannot be read are not made.
    async fn keep_files(&self, owed: &mut Vec<Owed>) {
        let mut unread = Vec::new();
        for (at, calls) in owed.iter_mut().map(|owed| &mut owed.calls).enumerate() {
            for upload in calls.iter_mut().flat_map(crate::Call::all_files_mut) {
                if let Err(error) = self.files.read(upload).await {
                    let error = crate::chain(&error);
                    tracing::error!(event = "reply_unsent", error, "a reply was not sent");
                    unread.push(at);
                    break;
                }
                let mut backoff = backoff();
                while let Err(error) = self.files.keep(upload).await {
                    told("reply_unkept", &error);
                    sleep(backoff.next()).await;
                }
            }
        }
        for at in unread.into_iter().rev() {
            owed.remove(at);
        }
    }
}

impl ReplyStore for ReplyKeeper {
    fn begins(&self, chat: Option<i64>) -> bool {
        self.0.limits.interactive();
        self.0.marks.any() || self.0.limits.pause_of(chat).is_some()
    }

    fn held(&self, place: i64) -> BoxFuture<'_, Option<Duration>> {
        Box::pin(async move {
            let Inner {
                marks,
                table,
                limits,
                ..
            } = &*self.0;
            let pause = limits.pause_of(Some(place)).filter(|left| *left > SHORT);
            if marks.has(place) {
                let moment = marks.moment();
                match table.is_waiting(place).await {
                    Ok(false) => marks.remove(place, moment),
                    // Where that is not known it waits: the lane does until it can be stored.
                    Ok(true) | Err(_) => return Some(pause.unwrap_or_default()),
                }
            }
            pause
        })
    }

    fn noted<'a>(&'a self, chat: i64, name: &'a str) -> BoxFuture<'a, Option<i64>> {
        Box::pin(until_done("note_unread", move || {
            self.0.notes.find(chat, name)
        }))
    }

    fn note<'a>(&'a self, chat: i64, name: &'a str, message: i64) -> BoxFuture<'a, ()> {
        Box::pin(until_done("note_unkept", move || {
            self.0.notes.write(chat, name, message)
        }))
    }

    fn happen<'a>(
        &'a self,
        cause: UpdateKey,
        number: usize,
        event: &'a Then,
        data: Value,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // Written by ourselves; what cannot be read is nobody's.
            let whose: Whose = serde_json::from_value(event.whose.clone()).unwrap_or_default();
            let happening = Happening {
                id: of_answer(cause, number),
                name: &event.name,
                whose: &whose,
                timer: None,
                data: &data,
            };
            until_done("event_unkept", || self.0.events.publish(&happening)).await;
        })
    }

    fn owe(&self, cause: UpdateKey, owed: Vec<Owed>) -> BoxFuture<'_, ()> {
        Box::pin(self.0.store(cause, owed))
    }
}

fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(100), Duration::from_secs(2))
}

/// Does something again until it succeeds: whoever waits for it is not to go on without it.
pub(super) async fn until_done<T, F>(event: &'static str, act: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T>>,
{
    let mut backoff = backoff();
    loop {
        match act().await {
            Ok(done) => return done,
            Err(error) => told(event, &error),
        }
        sleep(backoff.next()).await;
    }
}

fn told(event: &'static str, error: &crate::Error) {
    tracing::warn!(
        event,
        error = error.chain(),
        "what a reply leaves is not kept yet: what follows it waits"
    );
}
