//! The bot of ../bot as one would write it with teloxide and sqlx: a transaction for each update
//! that upserts its user, the dialogue in NATS KV, one line of JSON for the log.

use std::{env, error::Error, sync::Arc, time::Instant};

use async_nats::jetstream::{self, kv};
use serde_json::json;
use sqlx::{PgPool, postgres::PgPoolOptions};
use teloxide::{adaptors::DefaultParseMode, prelude::*, types::ParseMode, utils::html};

type Bot = DefaultParseMode<teloxide::Bot>;
type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

const USERS: &str = "CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, username text, \
     fullname text NOT NULL, language text, is_active bool NOT NULL DEFAULT true, \
     created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())";

const UPSERT: &str = "INSERT INTO users (id, username, fullname, language) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (id) DO UPDATE SET username = excluded.username, fullname = excluded.fullname, \
     language = coalesce(excluded.language, users.language), is_active = true, updated_at = now()";

const COUNT: &str = "UPDATE counters SET count = count + 1 WHERE user_id = $1";

#[derive(Clone, Copy, PartialEq)]
enum Workload {
    Echo,
    Fsm,
    Step,
    Write,
}

struct App {
    workload: Workload,
    pool: PgPool,
    dialogues: kv::Store,
}

#[tokio::main]
async fn main() -> Outcome {
    tracing_subscriber::fmt().json().flatten_event(true).init();
    let workload = match &*env::var("BENCH_WORKLOAD")? {
        "echo" => Workload::Echo,
        "fsm" => Workload::Fsm,
        "step" => Workload::Step,
        "write" => Workload::Write,
        other => return Err(format!("an unknown workload: {other}").into()),
    };
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .connect(&env::var("BENCH_DATABASE_URL")?)
        .await?;
    sqlx::query(USERS).execute(&pool).await?;
    let nats = async_nats::connect(env::var("BENCH_NATS_URL")?).await?;
    let bucket = kv::Config {
        bucket: format!("{}_peer", env::var("BENCH_PREFIX")?),
        history: 1,
        ..kv::Config::default()
    };
    let dialogues = jetstream::new(nats).create_key_value(bucket).await?;
    let app = Arc::new(App {
        workload,
        pool,
        dialogues,
    });
    let bot = teloxide::Bot::new(env::var("BENCH_TOKEN")?)
        .set_api_url(env::var("BENCH_API_URL")?.parse()?)
        .parse_mode(ParseMode::Html);
    let handler = Update::filter_message().branch(Message::filter_text().endpoint(answer));
    Dispatcher::builder(bot, handler)
        .dependencies(dptree::deps![app])
        .default_handler(|_| async {})
        .build()
        .dispatch()
        .await;
    Ok(())
}

async fn answer(
    bot: Bot,
    update: Update,
    message: Message,
    text: String,
    app: Arc<App>,
) -> Outcome {
    let begun = Instant::now();
    let user = message.from.as_ref().ok_or("from nobody")?;
    let id = i64::try_from(user.id.0)?;
    let mut transaction = app.pool.begin().await?;
    sqlx::query(UPSERT)
        .bind(id)
        .bind(user.username.as_deref())
        .bind(user.full_name())
        .bind(user.language_code.as_deref())
        .execute(&mut *transaction)
        .await?;
    if app.workload == Workload::Write {
        sqlx::query(COUNT)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    dialogue(&app, id, message.chat.id).await?;
    bot.send_message(message.chat.id, html::escape(&text))
        .await?;
    tracing::info!(
        update_id = update.id.0,
        kind = "message",
        user_id = id,
        chat_id = message.chat.id.0,
        outcome = "ok",
        route = "text",
        duration_ms = u64::try_from(begun.elapsed().as_millis())?,
        "update handled"
    );
    Ok(())
}

/// Reads the dialogue, and takes it a step further, where the workload does so.
async fn dialogue(app: &App, user: i64, chat: ChatId) -> Outcome {
    if !matches!(app.workload, Workload::Fsm | Workload::Step) {
        return Ok(());
    }
    let key = format!("{user}.{chat}");
    let stored = app.dialogues.get(&*key).await?;
    if app.workload == Workload::Step {
        let stored: serde_json::Value = match stored {
            Some(stored) => serde_json::from_slice(&stored)?,
            None => json!({"state": "bench.steps", "count": 0}),
        };
        let count = stored["count"].as_u64().unwrap_or_default() + 1;
        let next = json!({"state": "bench.steps", "count": count}).to_string();
        app.dialogues.put(key, next.into()).await?;
    }
    Ok(())
}
