//! The bot under test, as a process: handlers that count, so that what was done twice or not at
//! all can be told from the counts.

use std::{env, fmt::Display, process::ExitCode, time::Duration};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Text as SqlText},
};
use diesel_async::RunQueryDsl;
use ostankino::{
    App, Call, DbSession, DialogueState, Error, Event, Fired, Fsm, Reply, Result, Router, Text,
    Timers, Update, User,
};
use ostankino_dialogs::{DialogSet, RouterExt};
use serde::{Deserialize, Serialize};

use crate::{dialog, ledger::Kind};

/// The variable that makes this program a bot.
pub(crate) const ROLE: &str = "CHAOS_ROLE";

/// The variable with the time, in ms, that slow handlers take: longer than the lease.
pub(crate) const SLOW_MS: &str = "CHAOS_SLOW_MS";

/// The destiny of dialogues without a database.
pub(crate) const SOLO: &str = "solo";

/// What the handlers write to.
pub(crate) const TABLES: &str = "
    CREATE TABLE chaos_counts (user_id BIGINT, kind TEXT, n BIGINT NOT NULL, PRIMARY KEY (user_id, kind));
    CREATE TABLE chaos_log (
        id BIGSERIAL PRIMARY KEY, update_id BIGINT NOT NULL, user_id BIGINT NOT NULL,
        kind TEXT NOT NULL, seen BIGINT, became BIGINT NOT NULL
    );
    CREATE TABLE chaos_reminders (id BIGSERIAL PRIMARY KEY, cause BIGINT NOT NULL);";

/// Begins what the bot owes for an update, before the update's id.
pub(crate) const OWED: &str = "‡";

/// The name of a message.
pub(crate) const NOTE: &str = "note";

/// What is to happen once, some time after that update.
#[derive(Debug, Deserialize, Serialize)]
struct Remind {
    cause: i64,
}

impl Event for Remind {
    const NAME: &'static str = "chaos.remind";
}

/// A dialogue that goes along with a counter in the database.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Step {
    pub(crate) n: i64,
}

impl DialogueState for Step {
    const NAME: &'static str = "chaos.step";
}

/// A dialogue of its own: it remembers which updates moved it.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Solo {
    pub(crate) updates: Vec<i64>,
}

impl DialogueState for Solo {
    const NAME: &'static str = "chaos.solo";
}

/// Runs until it is told to stop.
pub(crate) fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(ostankino::serve(|config| {
        App::builder(config).router(router())
    }))
}

fn router() -> Router {
    Router::new()
        .command("start", start)
        .command(Kind::Count.name(), count)
        .command(Kind::Step.name(), step)
        .command(Kind::Solo.name(), solo)
        .command(Kind::GroupStep.name(), group_step)
        .command(Kind::Maybe.name(), maybe)
        .command(Kind::Remind.name(), remind)
        .command(Kind::Note.name(), note)
        .event::<Remind, _>(reminded)
        .command(Kind::Say.name(), say)
        .callback(Kind::Press.name(), press)
        .command(Kind::Dialog.name(), dialog::begin)
        .dialogs(DialogSet::new().with(dialog::dialog()))
}

async fn start() -> Reply {
    Reply::text("✓").button("Жми", Kind::Press.name())
}

async fn count(update: Update, user: User, text: Text, db: DbSession) -> Result<Reply> {
    let n = paced(
        &update,
        &text,
        apply(&db, &update, &user, Kind::Count, None),
    )
    .await?;
    // People press what the bot just said.
    let reply = Reply::text(answer(&update, Kind::Count, n));
    Ok(reply.button("Жми", Kind::Press.name()))
}

async fn step(update: Update, user: User, text: Text, fsm: Fsm, db: DbSession) -> Result<String> {
    let made = advance(&update, &user, &text, &fsm, &db, Kind::Step);
    made.await
}

async fn group_step(
    update: Update,
    user: User,
    text: Text,
    fsm: Fsm,
    db: DbSession,
) -> Result<String> {
    let made = advance(&update, &user, &text, &fsm, &db, Kind::GroupStep);
    made.await
}

async fn advance(
    update: &Update,
    user: &User,
    text: &str,
    fsm: &Fsm,
    db: &DbSession,
    kind: Kind,
) -> Result<String> {
    let seen = fsm.data::<Step>().await?.map_or(0, |step| step.n);
    let applying = apply(db, update, user, kind, Some(seen));
    let n = paced(update, text, applying).await?;
    fsm.set(Step { n: seen + 1 })?;
    Ok(answer(update, kind, n))
}

/// How many steps somebody made, read past the session and the dialogue, as of another system.
async fn steps(user: &User) -> Result<i64> {
    let url = env::var("OSTANKINO__DATABASE__URL").unwrap_or_default();
    let read = async {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
        let reading = async {
            let sql = "SELECT n FROM chaos_counts WHERE user_id = $1 AND kind = $2";
            let row = client
                .query_opt(sql, &[&user.id, &Kind::Step.name()])
                .await?;
            Ok(Some(row.map_or(0, |row| row.get(0))))
        };
        tokio::select! {
            read = reading => read,
            closed = connection => closed.map(|()| None),
        }
    };
    let read = read
        .await
        .map_err(|error: tokio_postgres::Error| Error::context("no steps", error));
    read?.ok_or_else(|| Error::message("no steps: the connection was closed"))
}

/// Refuses without a trace, or counts: that depends on what the update before did.
async fn maybe(update: Update, user: User, db: DbSession) -> Result<String> {
    if steps(&user).await? % 2 == 0 {
        let refusal = format!("✗ {} {}", update.id, Kind::Maybe.name());
        return Err(Error::user(refusal));
    }
    let n = apply(&db, &update, &user, Kind::Maybe, None).await?;
    Ok(answer(&update, Kind::Maybe, n))
}

async fn solo(update: Update, text: Text, fsm: Fsm) -> Result<String> {
    let fsm = fsm.destiny(SOLO)?;
    let mut solo: Solo = paced(&update, &text, fsm.data()).await?.unwrap_or_default();
    solo.updates.push(update.id);
    let n = solo.updates.len();
    fsm.set(solo)?;
    Ok(answer(&update, Kind::Solo, n))
}

/// Asks for a timer, at once or in a moment, together with what it counts.
async fn remind(update: Update, user: User, db: DbSession, timers: Timers) -> Result<String> {
    let after = Duration::from_millis(500 * update.id.unsigned_abs().rem_euclid(4));
    let cause = update.id;
    timers.after(after).event(&Remind { cause }).await?;
    let n = apply(&db, &update, &user, Kind::Remind, None).await?;
    Ok(answer(&update, Kind::Remind, n))
}

/// What it owes is no answer to anything that people sent.
async fn reminded(Fired(Remind { cause }): Fired<Remind>, db: DbSession) -> Result<Reply> {
    let noted =
        sql_query("INSERT INTO chaos_reminders (cause) VALUES ($1)").bind::<BigInt, _>(cause);
    noted.execute(&mut *db.conn().await?).await?;
    let told = Call::new("sendMessage").param("text", format!("{OWED}{cause}"));
    Ok(Reply::must(told))
}

/// Edits the one message of that name in the chat.
async fn note(update: Update, user: User, db: DbSession) -> Result<Reply> {
    let n = apply(&db, &update, &user, Kind::Note, None).await?;
    Ok(Reply::edit_noted(NOTE, answer(&update, Kind::Note, n)))
}

async fn say(update: Update) -> String {
    answer(&update, Kind::Say, 0)
}

async fn press(update: Update, user: User, db: DbSession) -> Result<Reply> {
    let n = apply(&db, &update, &user, Kind::Press, None).await?;
    Ok(Reply::toast("✓").and(Reply::text(answer(&update, Kind::Press, n))))
}

/// By the update's id the checks know which update this answers.
fn answer(update: &Update, kind: Kind, n: impl Display) -> String {
    format!("✓ {} {} {n}", update.id, kind.name())
}

#[derive(QueryableByName)]
struct Became {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Counts, and notes the update in the log: both in the session's transaction.
pub(crate) async fn apply(
    db: &DbSession,
    update: &Update,
    user: &User,
    kind: Kind,
    seen: Option<i64>,
) -> Result<i64> {
    let mut connection = db.conn().await?;
    let counted = sql_query(
        "INSERT INTO chaos_counts VALUES ($1, $2, 1) \
         ON CONFLICT (user_id, kind) DO UPDATE SET n = chaos_counts.n + 1 RETURNING n",
    )
    .bind::<BigInt, _>(user.id)
    .bind::<SqlText, _>(kind.name());
    let Became { n } = counted.get_result(&mut *connection).await?;
    let noted = sql_query(
        "INSERT INTO chaos_log (update_id, user_id, kind, seen, became) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind::<BigInt, _>(update.id)
    .bind::<BigInt, _>(user.id)
    .bind::<SqlText, _>(kind.name())
    .bind::<Nullable<BigInt>, _>(seen)
    .bind::<BigInt, _>(n);
    noted.execute(&mut *connection).await?;
    Ok(n)
}

/// Takes longer than the lease, or for ever, if the text says so: before or after the work, waiting or
/// keeping the thread.
async fn paced<T>(update: &Update, text: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let is_first = update.id % 2 == 0;
    if is_first {
        dawdle(text).await;
    }
    let done = work.await?;
    if !is_first {
        dawdle(text).await;
    }
    Ok(done)
}

async fn dawdle(text: &str) {
    let slow = env::var(SLOW_MS).ok().and_then(|value| value.parse().ok());
    let long = Duration::from_millis(slow.unwrap_or(1_900));
    if text.ends_with("slow") {
        tokio::time::sleep(long).await;
    } else if text.ends_with("hang") {
        std::future::pending::<()>().await;
    } else if text.ends_with("block") {
        std::thread::sleep(long);
    }
}
