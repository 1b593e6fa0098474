//! The table `album_parts`: the parts of albums that are not all there yet, in the sessions of their updates.
//!
//! Each part puts off a timer; its event takes them all. Parts and event are handled one after the other, since they are of one
//! lane. A part that comes after the event begins to gather anew, so it is never lost.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::{FutureExt, future::BoxFuture};
use ostankino_core::{
    album::{Gathered, KeepParts, Keeper},
    request::UpdateKey,
};

use crate::{
    DbSession, Error, Event, FromRequest, Request, Result, Router, Timers,
    db::{Cached, Database, Old, failed, to_pg},
    jiff::Timestamp,
};

/// For how long no other part must have come.
const QUIET: Duration = Duration::from_millis(700);

/// For how many days parts are kept whose event cannot be handled.
const DAYS: u32 = 7;

/// Keeps them.
#[derive(Clone, Copy, Debug)]
struct AlbumParts;

/// Whether a router has anything to do with albums.
pub(crate) fn are_taken_by(router: &Router) -> bool {
    router.takes_event(Gathered::NAME)
}

/// What keeps them, for the extensions of requests.
pub(crate) fn keeper() -> Keeper {
    Keeper(Arc::new(AlbumParts))
}

impl KeepParts for AlbumParts {
    fn keep<'a>(&'a self, request: &'a Request, album: &'a str) -> BoxFuture<'a, Result<()>> {
        keep(request, album).boxed()
    }

    fn take<'a>(
        &'a self,
        request: &'a Request,
        album: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Bytes>>> {
        take(request, album).boxed()
    }
}

async fn keep(request: &Request, album: &str) -> Result<()> {
    let timers = Timers::from_request(request).await?;
    let (bot, chat) = of(request)?;
    let message = request
        .update
        .message_id()
        .or(request.update.ephemeral_message_id())
        .ok_or(Error::Mismatch("message"))?;
    let insert = sql_query(
        "INSERT INTO album_parts (bot_id, chat_id, album, message_id, part, kept_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind::<BigInt, _>(bot)
    .bind::<BigInt, _>(chat)
    .bind::<Text, _>(album)
    .bind::<BigInt, _>(message)
    .bind::<Text, _>(String::from_utf8_lossy(request.update.raw()))
    .bind::<Timestamptz, _>(to_pg(timers.now()));
    {
        let session: DbSession = DbSession::from_request(request).await?;
        let connection = &mut *session.conn().await?;
        Cached(insert).execute(connection).await.map_err(failed)?;
    }
    let key = format!("ostankino.album:{chat}:{album}");
    if timers.put_off(&key, QUIET).await? {
        return Ok(());
    }
    let gathered = Gathered {
        album: album.to_owned(),
    };
    timers
        .after(QUIET)
        .key(key)
        .event(&gathered)
        .await
        .map(drop)
}

async fn take(request: &Request, album: &str) -> Result<Vec<Bytes>> {
    #[derive(QueryableByName)]
    struct Part {
        #[diesel(sql_type = BigInt)]
        message_id: i64,
        #[diesel(sql_type = Text)]
        part: String,
    }
    let timers = Timers::from_request(request).await?;
    // From here on a part asks for a timer of its own, although whoever fired this one may not have marked it yet.
    let event = request.update.event().ok_or(Error::Mismatch("event"))?;
    timers.mark_fired(event).await?;
    let (bot, chat) = of(request)?;
    let take = sql_query(
        "DELETE FROM album_parts WHERE bot_id = $1 AND chat_id = $2 AND album = $3 RETURNING message_id, part",
    )
    .bind::<BigInt, _>(bot)
    .bind::<BigInt, _>(chat)
    .bind::<Text, _>(album);
    let session: DbSession = DbSession::from_request(request).await?;
    let connection = &mut *session.conn().await?;
    let mut parts: Vec<Part> = Cached(take).get_results(connection).await.map_err(failed)?;
    parts.sort_by_key(|part| part.message_id);
    Ok(parts.into_iter().map(|part| part.part.into()).collect())
}

/// The bot, and the chat.
fn of(request: &Request) -> Result<(i64, i64)> {
    let chat = request.update.chat_id().ok_or(Error::Mismatch("chat"))?;
    Ok((UpdateKey::of(request).bot_id, chat))
}

/// Forgets up to `limit` parts that nobody took for days; says how many.
pub(crate) async fn purge(database: &Database, now: Timestamp, limit: u32) -> Result<usize> {
    let old = Old {
        table: "album_parts",
        dated: "kept_at",
        days: DAYS,
        now: Some(now),
    };
    database.forget(old, limit).await
}
