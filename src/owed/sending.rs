//! Makes the calls of one row, and records what becomes of each before the next one.

use std::time::Duration;

use jiff::SignedDuration;
use ostankino_core::layers::{Instead, Made, Renewal, Trouble, make, tell_answer};
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{
    ReplyKeeper,
    keeper::until_done,
    row::{Row, kind},
    sender::LEASE,
};
use crate::{
    Bot, Call, chain,
    limits::Turn,
    queue::{SeatsHandle, seats::Seat},
    request::UpdateKey,
    telegram::{ApiError, internal::Patience},
    users::UserTracker,
};

/// For how long a row is left alone by others whose files have to be uploaded.
const LEASE_WITH_FILES: Duration = Duration::from_secs(15 * 60);

/// How long to wait for a turn: what waits longer is taken again later.
const TURN: Duration = Duration::from_secs(20);

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// What makes the calls of a row.
pub(super) struct Sending {
    pub(super) keeper: ReplyKeeper,
    pub(super) bot: Bot,
    pub(super) seats: SeatsHandle,
    pub(super) partitions: u16,
    pub(super) tracker: UserTracker,
    pub(super) patience: Duration,
    pub(super) stop: CancellationToken,
}

/// Why a row waits again.
enum Wait {
    /// Somebody else has its place, or the service ends: whoever takes it next goes on.
    Released,
    /// For so long, as its chat takes nothing.
    For(Duration),
}

impl Sending {
    /// Makes the calls of a row until one of them fails, for good or for now.
    pub(super) async fn bring_about(&self, mut row: Row) {
        while let Some(call) = row.calls.first().cloned() {
            let turn = match self.turn(&row, &call).await {
                Ok(turn) => turn,
                Err(wait) => return self.wait(&row, wait).await,
            };
            let made = self.make(call.clone()).await;
            drop(turn);
            if let Err(trouble) = &made
                && let Some(pause) = self.again(&row, &call, trouble)
            {
                return self.postpone(&row, pause, trouble).await;
            }
            self.tell(&row, row.number, &call, Some(&made)).await;
            self.log(&row, &call, &made);
            if let Err(Trouble { error, .. }) | Ok((_, Some(Trouble { error, .. }))) = &made {
                self.note_block(&row, &call, error).await;
            }
            let mut former = row.calls.remove(0);
            if let Err(trouble) = &made {
                let others = match trouble.is_for_good() && former.attributes().is_some() {
                    true => former.attributes_mut().or.take(),
                    false => None,
                };
                let Some(others) = others else {
                    return self.end(row).await;
                };
                // What hangs on the call itself is not made.
                let hanging = std::mem::replace(&mut row.calls, others);
                self.skip(&row, hanging).await;
            } else {
                row.number += 1;
            }
            let table = self.keeper.table();
            until_done("owed_unrecorded", || table.advance(&row, &row.calls, LEASE)).await;
        }
    }

    /// Waits for the right to make a call.
    async fn turn(&self, row: &Row, call: &Call) -> Result<Turn, Wait> {
        let limits = self.keeper.limits();
        let chat = chat_of(call);
        if let Some(left) = limits.pause_of(chat) {
            return Err(Wait::For(left));
        }
        let turn = timeout(TURN, limits.bulk_turn(chat));
        let turn = match self.stop.run_until_cancelled(turn).await {
            Some(Ok(turn)) if self.may_begin(row) => turn,
            _ => return Err(Wait::Released),
        };
        if !call.files().is_empty() {
            let table = self.keeper.table();
            let extend = || table.extend(row.id, LEASE_WITH_FILES);
            until_done("owed_unrecorded", extend).await;
        }
        Ok(turn)
    }

    fn may_begin(&self, row: &Row) -> bool {
        let partition = row.slot.unsigned_abs() % u32::from(self.partitions);
        let partition = u16::try_from(partition).expect("it is below a u16");
        self.seats.may_begin(Seat::Partition(partition))
    }

    async fn make(&self, mut call: Call) -> Made {
        let store = Some(&self.keeper as _);
        make(&self.bot, &mut call, Renewal::InChat, Patience::Once, store).await
    }

    /// After which pause a call that failed is made again; `None` if it is over.
    fn again(&self, row: &Row, call: &Call, trouble: &Trouble) -> Option<Duration> {
        let error = &trouble.error;
        // That the bot itself is refused is no answer to what it owes.
        let is_open = error.is_transient() || (row.is_must && error.code() == Some(401));
        let age = self.keeper.clock().now().duration_since(row.created_at);
        let patience = SignedDuration::try_from(self.patience).unwrap_or(SignedDuration::MAX);
        if !is_open || (!row.is_must && age >= patience) {
            return None;
        }
        if error.code() == Some(429) {
            let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
            // Of a chat the client told.
            if chat_of(call).is_none() {
                self.keeper.limits().paused(None, wait);
            }
            return Some(wait);
        }
        let doubled = Duration::from_secs(1 << row.attempts.clamp(0, 16)).min(LONGEST);
        let pause = doubled.mul_f64(0.5 + fastrand::f64() / 2.0);
        Some(error.retry_after().unwrap_or_default().max(pause))
    }

    async fn wait(&self, row: &Row, wait: Wait) {
        let table = self.keeper.table();
        match wait {
            Wait::Released => until_done("owed_unrecorded", || table.release(row.id)).await,
            Wait::For(left) => {
                let now = self.keeper.clock().now();
                let next = now.checked_add(left).unwrap_or(now);
                until_done("owed_unrecorded", || table.postpone(row.id, next, None)).await;
            }
        }
    }

    async fn postpone(&self, row: &Row, pause: Duration, trouble: &Trouble) {
        let error = chain(&trouble.error);
        tracing::warn!(
            event = "owed_postponed",
            owed = row.id,
            update_id = row.update_id,
            method = row.calls.first().map(Call::method),
            is_must = row.is_must,
            attempt = row.attempts + 1,
            pause_ms = pause.as_millis(),
            error,
            "an owed call was not made: it is tried again"
        );
        let table = self.keeper.table();
        let now = self.keeper.clock().now();
        let next = now.checked_add(pause).unwrap_or(now);
        let error = Some(&*error);
        until_done("owed_unrecorded", || table.postpone(row.id, next, error)).await;
    }

    /// A call was refused for good: those that depend on it are not made.
    async fn end(&self, mut row: Row) {
        let hanging = std::mem::take(&mut row.calls);
        self.skip(&row, hanging).await;
        let table = self.keeper.table();
        until_done("owed_unrecorded", || table.delete(row.id)).await;
    }

    /// Calls that are not made, since that of the row's number did not succeed.
    async fn skip(&self, row: &Row, hanging: Vec<Call>) {
        for (number, call) in (row.number + 1..).zip(hanging) {
            self.tell(row, number, &call, None).await;
            tracing::warn!(
                event = "reply_skipped",
                owed = row.id,
                update_id = row.update_id,
                method = call.method(),
                "a call was not made: the one before it did not succeed"
            );
        }
    }

    /// Tells what Telegram answered, if somebody wants to know.
    async fn tell(&self, row: &Row, number: i32, call: &Call, made: Option<&Made>) {
        let number = usize::try_from(number).unwrap_or_default();
        tell_answer(Some(&self.keeper), self.cause(row), number, call, made).await;
    }

    fn cause(&self, row: &Row) -> UpdateKey {
        UpdateKey {
            bot_id: self.bot.id(),
            update_id: row.update_id,
        }
    }

    async fn note_block(&self, row: &Row, call: &Call, error: &ApiError) {
        // The id of a private chat is its user's.
        if let Some(user) = chat_of(call).filter(|id| *id > 0 && error.is_blocked())
            && let Err(error) = self.tracker.blocked(user, self.cause(row)).await
        {
            let error = error.chain();
            tracing::error!(
                event = "block_unrecorded",
                user_id = user,
                error,
                "a block was not recorded"
            );
        }
    }

    fn log(&self, row: &Row, call: &Call, made: &Made) {
        let (owed, update_id, method) = (row.id, row.update_id, call.method());
        let (kind, attempt) = (kind(row.why), row.attempts + 1);
        let late = self.keeper.clock().now().duration_since(row.created_at);
        let late_ms = late.as_millis();
        let trouble = match made {
            Ok((_, trouble)) => trouble.as_ref(),
            Err(trouble) => Some(trouble),
        };
        let error = trouble.map(|it| chain(&it.error));
        let limit = trouble.and_then(|it| it.limit.as_deref());
        let has_other = call.attributes().is_some_and(|it| it.or.is_some());
        let instead = match trouble {
            Some(it) if made.is_err() && it.is_for_good() && has_other => Some(Instead::Other),
            trouble => trouble.and_then(|it| it.instead),
        };
        let said_instead = instead.map(Instead::as_str);
        let is_changed = match made {
            Ok((_, trouble)) => trouble.is_some(),
            Err(_) => instead == Some(Instead::Other),
        };
        match (made, trouble) {
            (Ok(_), None) => tracing::info!(
                event = "owed_made",
                owed,
                update_id,
                method,
                kind,
                attempt,
                late_ms,
                "an owed call was made"
            ),
            _ if is_changed => tracing::warn!(
                event = "reply_changed",
                owed,
                update_id,
                method,
                kind,
                attempt,
                late_ms,
                limit,
                error,
                said_instead,
                "a reply was sent in another way"
            ),
            _ => tracing::error!(
                event = "reply_unsent",
                owed,
                update_id,
                method,
                kind,
                attempt,
                late_ms,
                limit,
                error,
                "a reply was not sent"
            ),
        }
    }
}

fn chat_of(call: &Call) -> Option<i64> {
    call.params().get("chat_id").and_then(Value::as_i64)
}
