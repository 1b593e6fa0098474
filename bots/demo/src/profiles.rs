//! The table `profiles`: what users told in the /form dialogue.

use diesel::{ExpressionMethods, QueryResult, dsl::now};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use ostankino::db::{Cached, storable};

diesel::table! {
    /// What a user told the bot in the /form dialogue.
    profiles (user_id) {
        /// Whose profile it is.
        user_id -> BigInt,
        /// As given in the dialogue.
        name -> Text,
        /// In years.
        age -> SmallInt,
        /// First saved.
        created_at -> Timestamptz,
        /// Last saved.
        updated_at -> Timestamptz,
    }
}

/// Saves a user's profile, in place of an earlier one. The user's row must exist.
///
/// # Errors
///
/// The query failed.
pub async fn save(
    connection: &mut AsyncPgConnection,
    user_id: i64,
    name: &str,
    age: i16,
) -> QueryResult<()> {
    let name = storable(name);
    let upsert = diesel::insert_into(profiles::table)
        .values((
            profiles::user_id.eq(user_id),
            profiles::name.eq(&name),
            profiles::age.eq(age),
        ))
        .on_conflict(profiles::user_id)
        .do_update()
        .set((
            profiles::name.eq(&name),
            profiles::age.eq(age),
            profiles::updated_at.eq(now),
        ));
    Cached(upsert).execute(connection).await.map(drop)
}
