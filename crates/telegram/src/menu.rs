//! The menu of commands that Telegram shows, brought up to date beside polling: a convenience that
//! nobody waits for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ApiError, Bot, Call};
use crate::{backoff::Backoff, chain};

/// The commands of the bot's menu, and whether Telegram is known to have them.
#[derive(Debug)]
pub struct Menu {
    bot: Bot,
    commands: Vec<Command>,
    is_shown: bool,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Command {
    command: String,
    description: String,
}

impl Menu {
    /// The menu of that bot: names without slash, descriptions. Without any, what the bot has stays.
    #[must_use]
    pub fn new(bot: Bot, commands: Vec<(String, String)>) -> Self {
        let commands = commands.into_iter().map(|(command, description)| Command {
            command,
            description,
        });
        Self {
            bot,
            commands: commands.collect(),
            is_shown: false,
        }
    }

    /// Has Telegram show it, trying again as long as it takes; done at once if it is known to do so.
    /// May be dropped at any moment and begun again.
    pub async fn show(&mut self) {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
        let mut is_told = false;
        while !self.is_shown && !self.commands.is_empty() {
            let error = match self.bring_up_to_date().await {
                Ok(()) => {
                    self.is_shown = true;
                    return;
                }
                Err(error) => error,
            };
            // What is no use to repeat is not repeated.
            self.is_shown = !error.is_transient();
            let wait = backoff.next().max(error.retry_after().unwrap_or_default());
            let again_ms = error.is_transient().then_some(wait.as_millis());
            if is_told {
                tracing::debug!(error = chain(&error), again_ms, "the menu is not set yet");
            } else {
                tracing::warn!(
                    event = "menu_failed",
                    error = chain(&error),
                    again_ms,
                    "the menu of commands was not set"
                );
            }
            is_told = true;
            if !self.is_shown {
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Sets the menu if it is another one. Each call is made once: who waits politely is above.
    async fn bring_up_to_date(&self) -> Result<(), ApiError> {
        let shown: Vec<Command> = self.bot.call_once(Call::new("getMyCommands")).await?;
        if shown == self.commands {
            return Ok(());
        }
        let call = Call::new("setMyCommands").param("commands", serde_json::json!(self.commands));
        let _: bool = self.bot.call_once(call).await?;
        tracing::info!(
            event = "menu_set",
            commands = self.commands.len(),
            "the menu of commands is set"
        );
        Ok(())
    }
}
