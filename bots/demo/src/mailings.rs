//! What administrators choose among when they write to all users by /mail.

use std::time::Duration;

use diesel::{QueryDsl, dsl::sql, sql_types::Bool};
use ostankino::mailings::Mailings;

use crate::Texts;

/// Who is new.
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

pub(super) fn mailings() -> Mailings {
    Mailings::new()
        .segment("week", |users, now| {
            // A time that this program wrote itself: nothing to escape.
            let since = now - WEEK;
            users.filter(sql::<Bool>(&format!("created_at > '{since}'")))
        })
        .called(Texts::segment_week_plain)
        .category("updates")
        .called(Texts::category_updates_plain)
}
