//! What a bot does beside its handlers: a section of its own in the configuration, a value that all of it
//! shares, work in the background, and a command for whoever looks after it.
//!
//! `[greeting] text` in the files of `config/`, or `OSTANKINO__GREETING__TEXT`, says how it greets;
//! `beside_handlers greeted` prints how many it greeted so far.

use std::{process::ExitCode, time::Duration};

use ostankino::{
    App, CommandContext, Context, DbSession, Program, Result, Router, State, User, users,
};
use serde::Deserialize;

/// `[greeting]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Greeting {
    text: String,
}

impl Default for Greeting {
    fn default() -> Self {
        Self {
            text: "Здравствуйте".into(),
        }
    }
}

async fn start(State(greeting): State<Greeting>, user: User, db: DbSession) -> Result<String> {
    let number = users::count(&mut *db.conn().await?).await?.users;
    let (greeting, name) = (greeting.text, user.first_name);
    Ok(format!("{greeting}, {name}! Вас уже {number}."))
}

/// Every hour until the end.
async fn report(context: Context) -> Result<()> {
    let greeting: Greeting = context.state()?;
    loop {
        let session = context.database().session();
        let users = users::count(&mut *session.conn().await?).await?.users;
        session.commit().await?;
        tracing::info!(users, greeting = greeting.text, "so many were greeted");
        tokio::select! {
            () = context.stopped() => return Ok(()),
            () = tokio::time::sleep(Duration::from_secs(3_600)) => {}
        }
    }
}

async fn greeted(context: CommandContext) -> Result<()> {
    let session = context.database.session();
    let users = users::count(&mut *session.conn().await?).await?.users;
    println!("{users}");
    session.commit().await
}

#[tokio::main]
async fn main() -> ExitCode {
    Program::new()
        .command("greeted", "Print how many people were greeted", greeted)
        .serve(|config| {
            let greeting: Greeting = config.section("greeting");
            App::builder(config)
                .state(greeting)
                .task("report", report)
                .router(Router::new().command("start", start))
        })
        .await
}
