//! The servers of a run, and what is found in them at its end.

use std::{collections::HashMap, net::SocketAddr};

use async_nats::jetstream::{self, kv::Operation};
use futures_util::TryStreamExt;
use ostankino::{
    DialogueState,
    dialogue::{DEFAULT_DESTINY, KeyBuilder, Scope},
};
use serde_json::Value;
use telegram_emulator::Emulator;
use tokio::sync::Mutex;
use tokio_postgres::Client;

use crate::{
    bot::{NOTE, SOLO, Solo, Step},
    ledger::Kind,
    support::{
        DEADLINE, PREFIX,
        servers::{Nats, Postgres, connect},
    },
};

/// PostgreSQL and nats-server of the run's own, and a local Telegram.
pub(crate) struct Stores {
    pub(crate) postgres: Mutex<Postgres>,
    pub(crate) nats: Mutex<Nats>,
    pub(crate) tg: Emulator,
    pub(crate) postgres_address: SocketAddr,
    pub(crate) nats_address: SocketAddr,
    pub(crate) postgres_url: String,
    pub(crate) nats_url: String,
}

/// A row of the log: what a handler did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Applied {
    pub(crate) update_id: i64,
    pub(crate) user: i64,
    /// The dialogue's number before; only of steps.
    pub(crate) seen: Option<i64>,
    /// The database's number after.
    pub(crate) became: i64,
}

/// A mailing as the tables have it.
#[derive(Clone, Debug)]
pub(crate) struct Mailing {
    /// Its number by its title.
    pub(crate) number: u32,
    /// What is counted of it, by name.
    pub(crate) sums: Vec<(String, i64)>,
    /// Who was claimed, and what became of them.
    pub(crate) rows: Vec<(i64, String)>,
}

impl Stores {
    pub(crate) async fn start() -> Self {
        let tg = Emulator::builder()
            .deadline(DEADLINE)
            .keep_calls(false)
            .start();
        let (postgres, nats, tg) = tokio::join!(Postgres::start(), Nats::start(), tg);
        let (postgres_url, nats_url) = (postgres.url(), nats.url());
        Self {
            postgres_address: address(&postgres_url),
            nats_address: address(&nats_url),
            postgres: Mutex::new(postgres),
            nats: Mutex::new(nats),
            tg: tg.expect("a free port"),
            postgres_url,
            nats_url,
        }
    }

    // === PostgreSQL ===

    pub(crate) async fn database(&self) -> Client {
        connect(&self.postgres_url).await
    }

    /// What the handlers did, in their order.
    pub(crate) async fn log(&self) -> Vec<Applied> {
        let sql = "SELECT update_id, user_id, seen, became FROM chaos_log ORDER BY id";
        let rows = self.database().await.query(sql, &[]).await;
        let rows = rows.expect("the table is there").into_iter();
        rows.map(|row| Applied {
            update_id: row.get(0),
            user: row.get(1),
            seen: row.get(2),
            became: row.get(3),
        })
        .collect()
    }

    /// Of each update that asked for a timer, how often that happened.
    pub(crate) async fn reminders(&self) -> Vec<(i64, i64)> {
        let sql = "SELECT update_id, (SELECT count(*) FROM chaos_reminders WHERE cause = update_id) \
                   FROM chaos_log WHERE kind = $1";
        let kind = Kind::Remind.name();
        let rows = self.database().await.query(sql, &[&kind]).await;
        let rows = rows.expect("the tables are there").into_iter();
        rows.map(|row| (row.get(0), row.get(1))).collect()
    }

    /// How often a timer happened for which nobody asked.
    pub(crate) async fn unasked_reminders(&self) -> i64 {
        let sql = "SELECT count(*) FROM chaos_reminders \
                   WHERE cause NOT IN (SELECT update_id FROM chaos_log)";
        let row = self.database().await.query_one(sql, &[]).await;
        row.expect("the tables are there").get(0)
    }

    /// How many timers are still to come.
    pub(crate) async fn timers(&self) -> i64 {
        let sql = "SELECT count(*) FROM timers WHERE fired_at IS NULL";
        let row = self.database().await.query_one(sql, &[]).await;
        row.expect("the table is there").get(0)
    }

    /// How many calls are still owed.
    pub(crate) async fn owed(&self) -> i64 {
        let sql = "SELECT count(*) FROM owed_calls";
        let row = self.database().await.query_one(sql, &[]).await;
        row.expect("the table is there").get(0)
    }

    /// Of each chat the message that has the name of the bot's, and the last update that edited it.
    pub(crate) async fn noted(&self) -> Vec<(i64, Option<i64>, i64)> {
        let sql = "SELECT user_id, (SELECT message_id FROM noted_messages \
                   WHERE chat_id = user_id AND name = $2), max(update_id) \
                   FROM chaos_log WHERE kind = $1 GROUP BY user_id";
        let rows = self.database().await;
        let rows = rows.query(sql, &[&Kind::Note.name(), &NOTE]).await;
        let rows = rows.expect("the tables are there").into_iter();
        rows.map(|row| (row.get(0), row.get(1), row.get(2)))
            .collect()
    }

    /// The counter of that kind of each user.
    pub(crate) async fn counts(&self, kind: Kind) -> HashMap<i64, i64> {
        let sql = "SELECT user_id, n FROM chaos_counts WHERE kind = $1";
        let rows = self.database().await.query(sql, &[&kind.name()]).await;
        let rows = rows.expect("the table is there").into_iter();
        rows.map(|row| (row.get(0), row.get(1))).collect()
    }

    /// Who is known, and whether the bot may write to them.
    pub(crate) async fn users(&self) -> HashMap<i64, bool> {
        let sql = "SELECT id, is_active FROM users";
        let rows = self.database().await.query(sql, &[]).await;
        let rows = rows.expect("the table is there").into_iter();
        rows.map(|row| (row.get(0), row.get(1))).collect()
    }

    /// All mailings.
    pub(crate) async fn mailings(&self) -> Vec<Mailing> {
        const SUMS: [&str; 7] = [
            "claimed", "sent", "blocked", "failed", "unknown", "skipped", "unsent",
        ];
        let sql = format!(
            "SELECT id, title, {} FROM mailings ORDER BY id",
            SUMS.join(", ")
        );
        let database = self.database().await;
        let mut mailings = Vec::new();
        for row in database.query(&sql, &[]).await.expect("the table is there") {
            let of = "SELECT user_id, state FROM mailing_sends WHERE mailing_id = $1";
            let rows = database.query(of, &[&row.get::<_, i64>(0)]).await;
            let rows = rows.expect("the table is there").into_iter();
            let title: String = row.get(1);
            let sums = (2..).zip(SUMS);
            mailings.push(Mailing {
                number: title.parse().expect("they are numbered"),
                sums: sums
                    .map(|(at, name)| (name.to_owned(), row.get(at)))
                    .collect(),
                rows: rows.map(|row| (row.get(0), row.get(1))).collect(),
            });
        }
        mailings
    }

    pub(crate) async fn open_transactions(&self) -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
        let row = self.database().await.query_one(sql, &[]).await;
        row.expect("the query runs").get(0)
    }

    // === NATS ===

    async fn jetstream(&self) -> jetstream::Context {
        let client = async_nats::connect(&self.nats_url).await;
        jetstream::new(client.expect("nats-server answers"))
    }

    /// Updates in the queue, and how many of them are delivered and not acknowledged.
    pub(crate) async fn queue(&self) -> (u64, usize) {
        let jetstream = self.jetstream().await;
        let stream = jetstream.get_stream(format!("{PREFIX}_UPDATES"));
        let mut stream = stream.await.expect("the queue is there");
        let waiting = stream.info().await.expect("an answer").state.messages;
        let consumers: Vec<_> = stream.consumers().try_collect().await.expect("answers");
        let pending = consumers.iter().map(|consumer| consumer.num_ack_pending);
        (waiting, pending.sum())
    }

    /// The updates that were set aside.
    pub(crate) async fn dead_letters(&self) -> Vec<i64> {
        let jetstream = self.jetstream().await;
        let stream = jetstream.get_stream(format!("{PREFIX}_DEAD"));
        let stream = stream.await.expect("the stream is there");
        let mut letters = Vec::new();
        for sequence in 1..=stream.cached_info().state.last_sequence {
            let Ok(message) = stream.get_raw_message(sequence).await else {
                continue;
            };
            let update: Value = serde_json::from_slice(&message.payload).unwrap_or_default();
            letters.extend(update["update_id"].as_i64());
        }
        letters
    }

    /// How many processes hold the seat of the poller; 0 also where there are no seats.
    pub(crate) async fn leases(&self) -> usize {
        let bucket = format!("{PREFIX}_leases");
        let Ok(store) = self.jetstream().await.get_key_value(bucket).await else {
            return 0;
        };
        let keys = store.keys().await.expect("an answer");
        let keys: Vec<_> = keys.try_collect().await.expect("answers");
        keys.iter().filter(|key| key.starts_with("poller.")).count()
    }

    /// The number at which the dialog of a user is.
    pub(crate) async fn dialog(&self, user: i64) -> Option<i64> {
        let jetstream = self.jetstream().await;
        let bucket = jetstream.get_key_value(format!("{PREFIX}_fsm"));
        let store = bucket.await.expect("the bucket is there");
        let key = format!("{}.{user}.{user}._._.default", self.tg.bot_id());
        let record = store.get(key).await.expect("an answer")?;
        let record: Value = serde_json::from_slice(&record).expect("JSON");
        let dialogs = record["d"]["f"].as_array()?;
        dialogs.last()?["x"]["n"].as_i64()
    }

    /// Where the dialogues of a user in a chat stand: the number of steps, and the updates of the solo.
    pub(crate) async fn dialogues(&self, user: i64, chat: i64) -> (i64, Vec<i64>) {
        let jetstream = self.jetstream().await;
        let bucket = jetstream.get_key_value(format!("{PREFIX}_fsm"));
        let store = bucket.await.expect("the bucket is there");
        let scope = Scope {
            bot: self.tg.bot_id(),
            user: Some(user),
            chat: Some(chat),
            ..Scope::default()
        };
        let read = async |destiny, state| {
            let key = KeyBuilder::new().with_destiny(true).build(&scope, destiny);
            let entry = store.entry(key.expect("a key")).await.expect("an answer")?;
            let record: Value = serde_json::from_slice(&entry.value).ok()?;
            let is_there = entry.operation == Operation::Put && record["s"] == state;
            is_there.then(|| record["d"].clone())
        };
        let step = read(DEFAULT_DESTINY, Step::NAME).await;
        let solo = read(SOLO, Solo::NAME).await;
        let step = step.and_then(|data| serde_json::from_value::<Step>(data).ok());
        let solo = solo.and_then(|data| serde_json::from_value::<Solo>(data).ok());
        (
            step.map_or(0, |step| step.n),
            solo.unwrap_or_default().updates,
        )
    }
}

/// The host and port of a URL.
fn address(url: &str) -> SocketAddr {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.parse().expect("an address")
}
