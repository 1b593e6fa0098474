//! A bot as somebody else writes it, on what the packages publish: people order tea. It has a table, a dialogue, and an HTTP
//! client of its own. (Cargo unifies the features of a crate, so what the library asks of reqwest is asked for here too.)

mod order;
mod orders;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::{App, AppBuilder, Config, Result, Router, State};

pub use orders::{Order, of as orders_of};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Asks the shop's other service whether it is well.
async fn health(State(client): State<reqwest::Client>) -> Result<String> {
    let answer = client.get("http://127.0.0.1:8080/health").send().await;
    Ok(answer?.status().to_string())
}

/// The routes of the bot.
pub fn router() -> Router {
    Router::new()
        .command("health", health)
        .merge(order::router())
}

/// The bot.
pub fn compose(config: Config) -> AppBuilder {
    App::builder(config)
        .migrations(MIGRATIONS)
        .state(reqwest::Client::default())
        .router(router())
}
