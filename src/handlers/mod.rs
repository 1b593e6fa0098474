//! What the bundled bot does: a router a file, merged here in the order they are tried.

mod admin;
mod commands;
mod dialogues;

use std::sync::Arc;

use crate::{Router, config::BotConfig};

/// The routes of the bundled bot.
pub fn router(config: &BotConfig) -> Router {
    let admins = Arc::from(config.admin_ids.as_slice());
    Router::new()
        // Commands come first: they are heard in the middle of a dialogue, too.
        .merge(commands::router())
        .merge(admin::router(admins))
        .merge(dialogues::router())
        .merge(commands::unknown())
}

/// The commands that Telegram shows in the menu of the bundled bot.
pub const MENU: [(&str, &str); 4] = [
    ("start", "Начать"),
    ("form", "Заполнить анкету"),
    ("cancel", "Прервать диалог"),
    ("help", "Что умеет бот"),
];
