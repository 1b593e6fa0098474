//! Which handler gets an update: routers merged of parts, a gate before one of them, filters, a layer, and what no
//! route takes. `docs/handlers.md` explains each.
//!
//! ```sh
//! scripts/services up && eval "$(scripts/services env)"
//! OSTANKINO__TELEGRAM__TOKEN=123456:… OSTANKINO__ROUTING__ADMIN_IDS=7 cargo run --example routing
//! ```

use std::{process::ExitCode, time::Duration};

use ostankino::{
    App, CommandArgs, Html, Reply, Router, Text, User,
    filter::{command, from, media, private, regex},
    html,
    layers::TypingLayer,
    reply::ReplyKeyboard,
};
use serde::Deserialize;

/// `[routing]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Routing {
    #[serde(deserialize_with = "ostankino::config::user_ids")]
    admin_ids: Vec<i64>,
}

const RULES: &str = "📜 Правила";

/// For everybody, in private chats.
fn visitors() -> Router {
    Router::new()
        .command("start", start)
        .text_is(RULES, || async {
            "Правило одно: вежливость."
        })
        .on(regex(r"(?i)^заказ №?\d+$"), order)
        .on(media(), || async { "Красиво!" })
}

async fn start(user: User) -> Reply {
    let greeting = html!("Здравствуйте, <b>{}</b>!", user.first_name);
    Reply::text(greeting).keyboard(ReplyKeyboard::new().row([RULES]))
}

async fn order(text: Text) -> Html {
    html!("Ищу {}…", text.to_lowercase())
}

/// To others these commands do not exist.
fn admins(ids: &[i64]) -> Router {
    Router::new()
        .on(command("ban") & from(ids), ban)
        .layer(TypingLayer::after(Duration::from_secs(1)))
}

async fn ban(CommandArgs(name): CommandArgs) -> String {
    format!("Больше не пишет: {name}")
}

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::serve(|config| {
        let routing: Routing = config.section("routing");
        let router = Router::new()
            // First: what passes a gate stays behind it, whether a route there takes it or not.
            .merge(admins(&routing.admin_ids))
            .nest(private(), visitors())
            .fallback(|| async { Reply::none() });
        App::builder(config)
            .router(router)
            .menu([("start", "Начать")])
    })
    .await
}
