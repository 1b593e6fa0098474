//! The bot that `make bench` measures: every text is answered with itself, after the work that
//! `BENCH_WORKLOAD` names. It uses only what the documentation shows, so that it also builds with
//! an earlier revision of the library, to be measured beside this one.
#![expect(
    clippy::disallowed_methods,
    reason = "the workload is the benchmark's variable, not the service's configuration"
)]

use std::{env, process::ExitCode, sync::OnceLock, time::Duration};

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use ostankino::{
    App, DbSession, DialogueState, Fsm, Reply, Result, Router, Text, Update, User, db::Cached,
};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows,
};
use serde::{Deserialize, Serialize};

diesel::table! {
    /// One row for each user of the benchmark, made before the bot starts.
    counters (user_id) {
        /// Whose row.
        user_id -> BigInt,
        /// How many updates of theirs were handled.
        count -> BigInt,
    }
}

/// How often the user has written: a dialogue that changes with each update.
#[derive(Serialize, Deserialize)]
struct Steps {
    count: u64,
}

impl DialogueState for Steps {
    const NAME: &'static str = "bench.steps";
}

#[tokio::main]
async fn main() -> ExitCode {
    let workload = env::var("BENCH_WORKLOAD").unwrap_or_default();
    let start = || async { "Здравствуйте!" };
    let mut router = Router::new().command("start", start);
    for number in 1..number("BENCH_ROUTES") {
        router = router.command(format!("command_{number}").leak(), start);
    }
    let pause = number("BENCH_HANDLER_MS");
    PAUSE.get_or_init(|| (pause > 0).then(|| Duration::from_millis(pause)));
    let router = match &*workload {
        "echo" => router.text(echo),
        // The router reads the state to tell whether the first of the two is meant.
        "fsm" => router.state::<Steps, _>(start).text(echo),
        "step" => router.text(step),
        "dialog" => router.text(open).dialogs(DialogSet::new().with(board())),
        "write" => router.text(write),
        _ => {
            eprintln!("BENCH_WORKLOAD is echo, fsm, step, dialog or write, not {workload:?}");
            return ExitCode::FAILURE;
        }
    };
    ostankino::serve(|config| App::builder(config).router(router)).await
}

/// How long the handlers of `echo` and `fsm` wait for something.
static PAUSE: OnceLock<Option<Duration>> = OnceLock::new();

fn number(variable: &str) -> u64 {
    let value = env::var(variable).ok();
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}

async fn echo(Text(text): Text) -> String {
    if let Some(Some(pause)) = PAUSE.get() {
        tokio::time::sleep(*pause).await;
    }
    text
}

async fn step(fsm: Fsm, Text(text): Text) -> Result<String> {
    let before = fsm.data::<Steps>().await?;
    let count = before.map_or(0, |steps| steps.count) + 1;
    fsm.set(Steps { count })?;
    Ok(text)
}

windows! { Board { Only } }

/// What the window of the workload `dialog` shows: the text or the press that it answers.
#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "board", windows = Board)]
struct Shown {
    last: String,
    count: i64,
}

fn board() -> Dialog<Shown> {
    Dialog::<Shown>::new().window(Board::Only, |w| {
        w.text(|v| format!("{} — {}", v.data.last, v.data.count));
        w.button("more", |v| format!("Ещё {}", v.data.count), more);
        w.counter("count", field!(count), 0..=1_000_000);
    })
}

async fn open(dialogs: Dialogs, Text(last): Text) -> Result<Reply> {
    dialogs.start(Shown { last, count: 0 }).await
}

async fn more(Data(shown): Data<Shown>, update: Update) -> Turn<Shown> {
    let press = update
        .callback_query()
        .map(|query| format!("#{} ", query.id));
    Turn::stay().with(Shown {
        last: press.unwrap_or_default(),
        count: shown.count + 1,
    })
}

async fn write(db: DbSession, user: User, Text(text): Text) -> Result<String> {
    let row = counters::table.find(user.id);
    let update = diesel::update(row).set(counters::count.eq(counters::count + 1));
    Cached(update).execute(&mut *db.conn().await?).await?;
    Ok(text)
}
