//! How somebody comes in and stays: links that are followed once, and sessions. Of the words by which they are known the database has the
//! hashes alone.

use std::fmt::Write as _;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac, rand,
};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Error, Result,
    db::{Cached, Database, failed, to_pg},
};

/// How long a link can be followed.
const LINK: SignedDuration = SignedDuration::from_mins(5);

/// How long somebody stays.
pub(super) const SESSION: SignedDuration = SignedDuration::from_hours(12);

/// A word that nobody can guess: 32 bytes, in hex digits.
pub(super) struct Word(String);

impl Word {
    fn new() -> Result<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| Error::message("the system gives no random bytes"))?;
        Ok(Self(hex(&bytes)))
    }

    /// One that somebody shows; none if it cannot be one.
    pub(super) fn shown(text: &str) -> Option<Self> {
        let is_one = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> Vec<u8> {
        digest(&SHA256, self.0.as_bytes()).as_ref().to_vec()
    }

    /// What forms carry, so that only pages of this session can send them.
    pub(super) fn csrf(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        hex(hmac::sign(&key, b"form").as_ref())
    }
}

/// Makes a link of that user's; those before are worth nothing any more.
pub(super) async fn give(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    user: i64,
    now: Timestamp,
) -> Result<Word> {
    let word = Word::new()?;
    let forget = sql_query("DELETE FROM admin_links WHERE bot_id = $1 AND user_id = $2")
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(user);
    let forgotten = Cached(forget).execute(connection).await;
    forgotten.map_err(failed)?;
    let keep = sql_query(
        "INSERT INTO admin_links (hash, bot_id, user_id, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind::<Bytea, _>(word.hash())
    .bind::<BigInt, _>(bot_id)
    .bind::<BigInt, _>(user)
    .bind::<Timestamptz, _>(to_pg(now + LINK));
    let kept = Cached(keep).execute(connection).await;
    kept.map_err(failed)?;
    Ok(word)
}

/// Uses a link up; says whether it was good.
pub(super) async fn follow(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    user: i64,
    word: &Word,
    now: Timestamp,
) -> Result<bool> {
    let follow = sql_query(
        "DELETE FROM admin_links WHERE hash = $1 AND bot_id = $2 AND user_id = $3 AND expires_at > $4",
    )
    .bind::<Bytea, _>(word.hash())
    .bind::<BigInt, _>(bot_id)
    .bind::<BigInt, _>(user)
    .bind::<Timestamptz, _>(to_pg(now));
    let followed = Cached(follow).execute(connection).await;
    Ok(followed.map_err(failed)? == 1)
}

/// Lets that user in.
pub(super) async fn begin(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    user: i64,
    now: Timestamp,
) -> Result<Word> {
    let word = Word::new()?;
    let keep = sql_query(
        "INSERT INTO admin_sessions (hash, bot_id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind::<Bytea, _>(word.hash())
    .bind::<BigInt, _>(bot_id)
    .bind::<BigInt, _>(user)
    .bind::<Timestamptz, _>(to_pg(now))
    .bind::<Timestamptz, _>(to_pg(now + SESSION));
    let kept = Cached(keep).execute(connection).await;
    kept.map_err(failed)?;
    Ok(word)
}

/// Who is in.
#[derive(Debug, QueryableByName)]
pub(super) struct Known {
    #[diesel(sql_type = BigInt)]
    pub(super) user_id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) fullname: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) language: Option<String>,
}

/// Whose session it is.
pub(super) async fn find(
    database: &Database,
    bot_id: i64,
    word: &Word,
    now: Timestamp,
) -> Result<Option<Known>> {
    let find = sql_query(
        "SELECT s.user_id, u.fullname, coalesce(u.locale, u.language) AS language \
         FROM admin_sessions AS s LEFT JOIN users AS u ON u.id = s.user_id \
         WHERE s.hash = $1 AND s.bot_id = $2 AND s.expires_at > $3",
    )
    .bind::<Bytea, _>(word.hash())
    .bind::<BigInt, _>(bot_id)
    .bind::<Timestamptz, _>(to_pg(now));
    let found = database.run(|connection| {
        async move { Cached(find).get_result(connection).await.optional() }.boxed()
    });
    found.await
}

/// Ends a session.
pub(super) async fn end(connection: &mut AsyncPgConnection, word: &Word) -> Result<()> {
    let end = sql_query("DELETE FROM admin_sessions WHERE hash = $1").bind::<Bytea, _>(word.hash());
    let ended = Cached(end).execute(connection).await;
    ended.map(drop).map_err(failed)
}

/// Forgets what is over; says how many there were.
pub(super) async fn purge(database: &Database, now: Timestamp, limit: u32) -> Result<usize> {
    let mut rows = 0;
    for table in ["admin_links", "admin_sessions"] {
        let purge = sql_query(format!(
            "DELETE FROM {table} WHERE hash IN (SELECT hash FROM {table} WHERE expires_at <= $1 LIMIT $2)"
        ))
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<Integer, _>(i32::try_from(limit).unwrap_or(i32::MAX));
        rows += database
            .run(|connection| Cached(purge).execute(connection).boxed())
            .await?;
    }
    Ok(rows)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Into a text it cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_and_tell_nothing_of_what_is_made_of_them() {
        let (one, other) = (Word::new().expect("bytes"), Word::new().expect("bytes"));
        assert_ne!(one.as_str(), other.as_str());
        assert_ne!(one.csrf(), other.csrf());
        assert_eq!(one.csrf(), Word::shown(one.as_str()).expect("one").csrf());
        assert!(!one.csrf().contains(one.as_str()) && one.csrf().len() == 64);
        for text in ["", "x", &"g".repeat(64), &"a".repeat(65)] {
            assert!(Word::shown(text).is_none(), "{text}");
        }
    }
}
