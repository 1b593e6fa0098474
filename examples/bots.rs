//! Two bots in one process: each has its own token, routes, texts and tables, and what befalls one leaves the other alone. They are
//! configured by `[bots.shop]` and `[bots.help]`, or by `OSTANKINO__BOTS__SHOP__TOKEN` and `OSTANKINO__BOTS__HELP__TOKEN`.

use std::process::ExitCode;

use ostankino::{App, AppBuilder, Bots, Config, DbSession, Result, Router, User, users};

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::serve(|config| Bots::of(config).bot("shop", shop).bot("help", help)).await
}

fn shop(config: Config) -> AppBuilder {
    let router = Router::new()
        .command("start", || async {
            "Это магазин. Сколько нас: /count"
        })
        .command("count", count);
    App::builder(config).router(router)
}

fn help(config: Config) -> AppBuilder {
    let router = Router::new()
        .command("start", async |user: User| {
            format!("Это помощь. Что случилось, {}?", user.first_name)
        })
        .command("count", count);
    App::builder(config).router(router)
}

/// The users of this bot alone: each has tables of its own.
async fn count(db: DbSession) -> Result<String> {
    let counted = users::count(&mut *db.conn().await?).await?;
    Ok(format!("Нас {}", counted.users))
}
