//! The most and the least of every number of the configuration, and which of them must fit together.
//! Within these bounds no sum of durations can overflow, and no server refuses a setting of ours.

use std::ops::RangeInclusive;

use super::{
    Config, DatabaseConfig, DeliveryConfig, FsmConfig, LimitsConfig, NatsConfig, RedisConfig,
    RepliesConfig, TelegramConfig, problems::Problems,
};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// A key, its value, and what it may be.
type Bound = (&'static str, u64, RangeInclusive<u64>);

pub(super) fn check(problems: &mut Problems, bounds: impl IntoIterator<Item = Bound>) {
    for (key, value, allowed) in bounds {
        problems.must(allowed.contains(&value), || {
            let (least, most) = allowed.into_inner();
            format!("{key} is {value}: it must be {least} to {most}")
        });
    }
}

pub(super) fn telegram(c: &TelegramConfig, problems: &mut Problems) {
    check(
        problems,
        [
            ("telegram.poll_timeout_s", c.poll_timeout_s, 0..=50),
            ("telegram.webhook_check_s", c.webhook_check_s, 1..=3_600),
            (
                "telegram.request_timeout_ms",
                c.request_timeout_ms,
                1..=10 * MINUTE_MS,
            ),
            (
                "telegram.max_connections",
                c.max_connections.into(),
                // The Bot API server refuses more of one bot, with a 429.
                1..=1_000,
            ),
            ("telegram.max_retries", c.max_retries.into(), 0..=100),
            ("telegram.max_retry_after_s", c.max_retry_after_s, 0..=3600),
        ],
    );
}

pub(super) fn database(c: &DatabaseConfig, problems: &mut Problems) {
    // 0 would mean "no limit" to PostgreSQL, and "at once" to us.
    let limit = || 1..=HOUR_MS;
    check(
        problems,
        [
            ("database.pool_size", c.pool_size.into(), 1..=10_000),
            (
                "database.connect_timeout_ms",
                c.connect_timeout_ms,
                1..=10 * MINUTE_MS,
            ),
            (
                "database.statement_timeout_ms",
                c.statement_timeout_ms,
                limit(),
            ),
            ("database.lock_timeout_ms", c.lock_timeout_ms, limit()),
            (
                "database.idle_in_transaction_timeout_ms",
                c.idle_in_transaction_timeout_ms,
                limit(),
            ),
        ],
    );
}

pub(super) fn nats(c: &NatsConfig, problems: &mut Problems) {
    check(
        problems,
        [
            (
                "nats.request_timeout_ms",
                c.request_timeout_ms,
                1..=10 * MINUTE_MS,
            ),
            // A TiB.
            ("nats.stream_max_mb", c.stream_max_mb, 1..=1 << 20),
            ("nats.files_max_mb", c.files_max_mb, 1..=1 << 20),
        ],
    );
}

pub(super) fn redis(c: &RedisConfig, problems: &mut Problems) {
    let timeout = c.request_timeout_ms;
    check(
        problems,
        [("redis.request_timeout_ms", timeout, 1..=10 * MINUTE_MS)],
    );
}

pub(super) fn delivery(c: &DeliveryConfig, problems: &mut Problems) {
    check(
        problems,
        [
            ("delivery.partitions", c.partitions.into(), 1..=1024),
            (
                "delivery.handler_timeout_ms",
                c.handler_timeout_ms,
                1..=HOUR_MS,
            ),
            (
                "delivery.max_in_flight",
                c.max_in_flight as u64,
                1..=100_000,
            ),
            (
                "delivery.shutdown_grace_ms",
                c.shutdown_grace_ms,
                0..=HOUR_MS,
            ),
            (
                "delivery.max_deliveries",
                c.max_deliveries.into(),
                1..=1_000,
            ),
            // The queue knows for ten minutes which updates it has: whoever polls next must be quicker.
            ("delivery.lease_ms", c.lease_ms, 1_000..=5 * MINUTE_MS),
            // Telegram may give an update again for a day.
            ("delivery.inbox_days", c.inbox_days.into(), 2..=3_650),
        ],
    );
}

pub(super) fn limits(c: &LimitsConfig, problems: &mut Problems) {
    check(
        problems,
        [
            ("limits.calls_per_s", c.calls_per_s.into(), 1..=10_000),
            (
                "limits.chat_calls_per_s",
                c.chat_calls_per_s.into(),
                1..=1_000,
            ),
            (
                "limits.group_calls_per_min",
                c.group_calls_per_min.into(),
                1..=10_000,
            ),
        ],
    );
}

pub(super) fn replies(c: &RepliesConfig, problems: &mut Problems) {
    check(
        problems,
        [
            ("replies.owed_hours", c.owed_hours.into(), 1..=8_760),
            ("replies.note_days", c.note_days.into(), 1..=3_650),
        ],
    );
}

pub(super) fn fsm(c: &FsmConfig, problems: &mut Problems) {
    check(problems, [("fsm.ttl_days", c.ttl_days, 1..=3_650)]);
}

/// What must fit together.
pub(super) fn together(c: &Config, problems: &mut Problems) {
    let handler = c.delivery.handler_timeout_ms;
    let idle = c.database.idle_in_transaction_timeout_ms;
    problems.must(idle > handler, || {
        format!(
            "database.idle_in_transaction_timeout_ms is {idle} and delivery.handler_timeout_ms is \
             {handler}: the first must be longer, or PostgreSQL ends the transaction of a handler \
             that is still at work"
        )
    });
    let connect = c.database.connect_timeout_ms;
    problems.must(connect < handler, || {
        format!(
            "database.connect_timeout_ms is {connect} and delivery.handler_timeout_ms is {handler}: \
             the first must be shorter, or a PostgreSQL that is away looks like a slow handler"
        )
    });
    let request = c.nats.request_timeout_ms;
    problems.must(request < handler, || {
        format!(
            "nats.request_timeout_ms is {request} and delivery.handler_timeout_ms is {handler}: the \
             first must be shorter, or a NATS that is away looks like a slow handler"
        )
    });
}
