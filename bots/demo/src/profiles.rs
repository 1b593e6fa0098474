//! The table `profiles`: what users told in the /form dialogue.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, dsl::now};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};

use ostankino::{
    DbSession, Result,
    db::{Cached, storable},
};

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

/// What is kept of a user, for whoever asks for it.
pub(crate) async fn export(user_id: i64, db: DbSession) -> Result<Value> {
    let profile = profiles::table
        .find(user_id)
        .select((profiles::name, profiles::age));
    let found: Option<(String, i16)> = Cached(profile)
        .get_result(&mut *db.conn().await?)
        .await
        .optional()?;
    Ok(found.map_or(
        Value::Null,
        |(name, age)| json!({ "name": name, "age": age }),
    ))
}

/// Forgets a user.
pub(crate) async fn erase(user_id: i64, db: DbSession) -> Result<()> {
    let delete = diesel::delete(profiles::table.find(user_id));
    delete.execute(&mut *db.conn().await?).await?;
    Ok(())
}
