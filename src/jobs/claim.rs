//! Which jobs a container claims: the oldest that nobody has, and of each user not more than run at once.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Bool, Integer, Nullable, Text},
};

/// The claim, of a bot, a name, at the most, by a worker, for so many seconds.
///
/// Of a user's jobs only the first that have not come to an end may run, as many as `per_user` says: so nobody overtakes another.
/// The look for the one that stands in the way ends there, however many wait. What came to an end or is cancelled is claimed
/// whatever else waits.
pub(super) const CLAIM: &str = "\
    WITH next AS ( \
        SELECT seq FROM jobs WHERE bot_id = $1 AND name = $2 AND told_at IS NULL \
        AND (leased_until IS NULL OR leased_until < now()) AND run_after <= now() \
        AND (event IS NOT NULL OR cancelled_at IS NOT NULL OR NOT EXISTS ( \
            SELECT FROM jobs earlier WHERE earlier.bot_id = jobs.bot_id AND earlier.name = jobs.name \
            AND earlier.owner = jobs.owner AND earlier.seq < jobs.seq \
            AND earlier.told_at IS NULL AND earlier.event IS NULL \
            ORDER BY earlier.seq OFFSET jobs.per_user - 1 LIMIT 1)) \
        ORDER BY seq LIMIT $3 FOR UPDATE SKIP LOCKED) \
    UPDATE jobs SET worker = $4, leased_until = now() + make_interval(secs => $5), attempts = attempts + 1 \
    FROM next WHERE jobs.seq = next.seq \
    RETURNING jobs.seq, id, once_key, whose, draft_id, data, max_attempts, attempts, worker, event, event_data, \
        cancelled_at IS NOT NULL AS is_cancelled";

/// A job that this container has.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct Claimed {
    #[diesel(sql_type = BigInt)]
    pub(super) seq: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Text)]
    pub(super) once_key: String,
    #[diesel(sql_type = Text)]
    pub(super) whose: String,
    #[diesel(sql_type = BigInt)]
    pub(super) draft_id: i64,
    #[diesel(sql_type = Text)]
    pub(super) data: String,
    #[diesel(sql_type = Integer)]
    pub(super) max_attempts: i32,
    #[diesel(sql_type = Integer)]
    pub(super) attempts: i32,
    /// By which this claim is known: of each another one, so that a process that stood still does not take its own claim from
    /// before for this one.
    #[diesel(sql_type = Text)]
    pub(super) worker: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) event: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) event_data: Option<String>,
    #[diesel(sql_type = Bool)]
    pub(super) is_cancelled: bool,
}
