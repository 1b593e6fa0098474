//! The bundled bot: a router a file, merged here in the order they are tried. It uses what any bot on
//! the library may use, and nothing else.

mod admin;
mod commands;
mod config;
mod dialogues;
pub mod profiles;
mod reminders;
mod report;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::{App, AppBuilder, Config, Router};

pub use config::BotConfig;

/// The tables of this bot.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The bot as the service runs it.
pub fn compose(config: Config) -> AppBuilder {
    let bot: BotConfig = config.section("bot");
    App::builder(config)
        .migrations(MIGRATIONS)
        .router(router(&bot))
        .menu(MENU)
}

/// The routes of the bundled bot.
pub fn router(config: &BotConfig) -> Router {
    let admins = Arc::from(config.admin_ids.as_slice());
    Router::new()
        // Commands come first: they are heard in the middle of a dialogue, too.
        .merge(commands::router())
        .merge(reminders::router())
        .merge(report::router())
        .merge(admin::router(admins))
        .merge(dialogues::router())
        .merge(commands::unknown())
}

/// The commands that Telegram shows in the menu of the bundled bot.
pub const MENU: [(&str, &str); 6] = [
    ("start", "Начать"),
    ("form", "Заполнить анкету"),
    ("remind", "Напомнить о чём-нибудь"),
    ("report", "Написать отчёт"),
    ("cancel", "Прервать диалог"),
    ("help", "Что умеет бот"),
];
