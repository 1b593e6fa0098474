//! Every metric there is. `docs/monitoring.md` tells of the same, and a test compares both with what a bot at work shows.

/// One metric.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// The labels, none of which has a value for each user; `bot` is there in a process of several bots only.
    pub(super) labels: &'static [&'static str],
    pub(super) help: &'static str,
}

/// How it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

use Kind::{Counter, Gauge, Histogram};

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind,
        labels,
        help,
    }
}

impl Metric {
    /// Tells the recorder of it; one without labels is there from the beginning.
    pub(super) fn describe(&self) {
        let Self {
            name, kind, help, ..
        } = *self;
        let is_single = self.labels.is_empty();
        match kind {
            Counter => {
                metrics::describe_counter!(name, help);
                if is_single {
                    metrics::counter!(name).increment(0);
                }
            }
            Gauge => metrics::describe_gauge!(name, help),
            Histogram => metrics::describe_histogram!(name, help),
        }
    }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Metric] = &[
    // Updates, from Telegram to the answer.
    metric("ostankino_polls_total", Counter, &["outcome"], "Polls: answered, empty, failed, conflict."),
    metric("ostankino_poll_seconds", Histogram, &[], "How long getUpdates took, which Telegram holds while there is nothing."),
    metric("ostankino_polled_updates_total", Counter, &[], "Updates that getUpdates gave."),
    metric("ostankino_store_seconds", Histogram, &[], "How long an answer of getUpdates took to be stored in the queue."),
    metric("ostankino_flood_dropped_total", Counter, &[], "Updates of users who send too much, which were dropped."),
    metric("ostankino_polling", Gauge, &["bot"], "1 if this process polls."),
    metric("ostankino_poll_age_seconds", Gauge, &["bot"], "How long ago Telegram answered the last poll; 0 in a process that does not poll."),
    metric("ostankino_webhook_requests_total", Counter, &["outcome"], "Requests to the webhook: stored, flood (dropped); full, away, stopping, of which Telegram posts the update again; forged, not_found, method, too_large, slow, broken."),
    metric("ostankino_webhook_seconds", Histogram, &[], "How long a request of Telegram's took, with the update stored or not."),
    metric("ostankino_webhook_kept", Gauge, &["bot"], "1 if this process looks after the webhook."),
    metric("ostankino_webhook_age_seconds", Gauge, &["bot"], "How long ago Telegram told of the webhook; 0 in a process that does not look after it."),
    metric("ostankino_webhook_pending", Gauge, &["bot"], "Updates that Telegram keeps, by what it told last; 0 in a process that does not look after the webhook."),
    metric("ostankino_webhook_failing", Gauge, &["bot"], "1 if Telegram cannot deliver updates, or the webhook cannot be set; 0 in a process that does not look after it."),
    metric("ostankino_partitions", Gauge, &["bot"], "Parts of the queue that belong to this process."),
    metric("ostankino_partitions_orphaned", Gauge, &["bot"], "Parts of the queue that belong to no process."),
    metric("ostankino_queue_batches", Gauge, &[], "Batches in the queue, those in work among them; of the bot, not of the process."),
    metric("ostankino_queue_oldest_seconds", Gauge, &[], "How long the oldest batch has been in the queue; of the bot."),
    metric("ostankino_queue_used_ratio", Gauge, &[], "How much of nats.stream_max_mb is used, 0 to 1; of the bot."),
    metric("ostankino_queue_wait_seconds", Histogram, &[], "From the storing of an update to the beginning of its first attempt."),
    metric("ostankino_answer_seconds", Histogram, &[], "From the second in which a message was sent, by Telegram's clock, to the end of its first attempt."),
    metric("ostankino_in_flight", Gauge, &[], "Updates that are being handled in this process."),
    metric("ostankino_updates_total", Counter, &["kind", "route", "outcome"], "Attempts at updates that ended: ok, refused, failed, unsent, retry."),
    metric("ostankino_update_seconds", Histogram, &["kind"], "How long an attempt took, replies included."),
    metric("ostankino_errors_total", Counter, &["error_kind"], "Attempts that failed, by the kind of the error."),
    metric("ostankino_express_waiting", Gauge, &["lane"], "Updates of an express lane that wait or are in work; of the bot."),
    metric("ostankino_express_wait_seconds", Histogram, &["lane"], "From the storing of an express update to the beginning of its attempt."),
    metric("ostankino_express_expired_total", Counter, &["kind"], "Express updates that nobody waited for any more."),
    metric("ostankino_dead_letters_total", Counter, &[], "Updates that this process set aside as dead letters."),
    metric("ostankino_dead_letters", Gauge, &[], "Dead letters there are; of the bots under nats.prefix."),
    // Calls to Telegram.
    metric("ostankino_calls_total", Counter, &["method", "code"], "Calls of the Bot API, each try, by the code of the answer; network where there was none."),
    metric("ostankino_call_seconds", Histogram, &["method"], "How long a try took."),
    metric("ostankino_retry_after_seconds_total", Counter, &["method"], "The seconds that 429s asked to wait."),
    // PostgreSQL.
    metric("ostankino_sessions_total", Counter, &["end"], "Sessions of handlers: commit, rollback, failed."),
    metric("ostankino_pool_wait_seconds", Histogram, &[], "How long a session waited for a connection."),
    metric("ostankino_pool_connections", Gauge, &["state"], "Connections of the pool: idle, used."),
    metric("ostankino_tracking_rows", Histogram, &[], "Users whom one statement of the tracking wrote."),
    metric("ostankino_tracking_seconds", Histogram, &[], "How long such a statement took."),
    metric("ostankino_users_active", Gauge, &["bot"], "Users who have not blocked the bot, as PostgreSQL estimated when it looked at the table last; of the bot."),
    // Dialogues and dialogs.
    metric("ostankino_dialogue_operations_total", Counter, &["operation", "outcome"], "Reads and writes of dialogues: ok, conflict, failed."),
    metric("ostankino_dialog_presses_total", Counter, &["dialog", "outcome"], "Presses of buttons of dialogs: of the window that is open, a late second click (late), of a window that was left (old), of a dialog that is closed."),
    // What is done later.
    metric("ostankino_timers_fired_total", Counter, &[], "Timers that this process fired."),
    metric("ostankino_timer_lag_seconds", Gauge, &["bot"], "How long the first timer that is due has been due; of the bot."),
    metric("ostankino_jobs_waiting", Gauge, &["bot"], "Jobs that nobody runs yet, up to 10,000; of the bot."),
    metric("ostankino_job_seconds", Histogram, &["job", "outcome"], "How long an attempt at a job took: ended, retried, given_back, lost."),
    metric("ostankino_owed_calls", Gauge, &["bot"], "Calls that are made later, up to 10,000; of the bot."),
    metric("ostankino_owed_oldest_seconds", Gauge, &["bot"], "How long the oldest of them has waited; of the bot."),
    metric("ostankino_mailings_running", Gauge, &["bot"], "Mailings under way; of the bot."),
    metric("ostankino_mailing_recipients_total", Counter, &["outcome"], "What became of recipients of mailings: sent, blocked, failed, unknown, skipped, queued (again), unsent."),
    // The rest.
    metric("ostankino_servers_well", Gauge, &["server"], "1 if the server answered when it was asked last."),
    metric("ostankino_trace_spans_total", Counter, &["outcome"], "Spans of traces that ended: exported, failed (the collector did not take them), dropped (no room while it is slow). Of programs that export."),
    metric("ostankino_bot_running", Gauge, &["bot"], "1 if the bot runs in this process, 0 while it starts and once it stopped."),
    metric("ostankino_maintenance", Gauge, &["bot"], "1 while people are told to come later, as an owner asked."),
    metric("ostankino_build_info", Gauge, &["version"], "1; of the library."),
];
