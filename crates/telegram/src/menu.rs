//! The menu of commands that Telegram shows, brought up to date beside polling: a convenience that
//! nobody waits for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ApiError, Bot, Call};
use crate::{backoff::Backoff, chain};

/// The menus of a bot, and whether Telegram is known to have them.
#[derive(Debug)]
pub struct Menu {
    bot: Bot,
    menus: Vec<MenuOf>,
    is_shown: bool,
}

/// The commands for some chats, or for users of some language.
#[derive(Clone, Debug)]
pub struct MenuOf {
    scope: MenuScope,
    language: Option<String>,
    commands: Vec<Command>,
}

/// The chats that a menu is for: <https://core.telegram.org/bots/api#botcommandscope>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MenuScope {
    /// Wherever no other menu is.
    #[default]
    Everywhere,
    /// Private chats.
    Private,
    /// Groups and supergroups.
    Groups,
    /// Administrators of groups and supergroups.
    Administrators,
    /// The chat of this id.
    Chat(i64),
    /// The administrators of that chat.
    AdministratorsOf(i64),
    /// One member of a chat.
    Member {
        /// The group.
        chat_id: i64,
        /// Who.
        user_id: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Command {
    command: String,
    description: String,
}

impl MenuScope {
    fn to_json(self) -> Value {
        match self {
            Self::Everywhere => json!({"type": "default"}),
            Self::Private => json!({"type": "all_private_chats"}),
            Self::Groups => json!({"type": "all_group_chats"}),
            Self::Administrators => json!({"type": "all_chat_administrators"}),
            Self::Chat(id) => json!({"type": "chat", "chat_id": id}),
            Self::AdministratorsOf(id) => json!({"type": "chat_administrators", "chat_id": id}),
            Self::Member { chat_id, user_id } => {
                json!({"type": "chat_member", "chat_id": chat_id, "user_id": user_id})
            }
        }
    }
}

impl MenuOf {
    /// The menu of these commands: names without slash, descriptions.
    pub fn new<N: Into<String>, D: Into<String>>(
        scope: MenuScope,
        language: Option<&str>,
        commands: impl IntoIterator<Item = (N, D)>,
    ) -> Self {
        let commands = commands.into_iter().map(|(command, description)| Command {
            command: command.into(),
            description: description.into(),
        });
        Self {
            scope,
            language: language.map(str::to_owned),
            commands: commands.collect(),
        }
    }

    /// Whether it is for these.
    #[must_use]
    pub fn is_for(&self, scope: MenuScope, language: Option<&str>) -> bool {
        self.scope == scope && self.language.as_deref() == language
    }

    fn call(&self, method: &'static str) -> Call {
        let call = Call::new(method).param("scope", self.scope.to_json());
        match &self.language {
            Some(language) => call.param("language_code", language.as_str()),
            None => call,
        }
    }
}

impl Menu {
    /// These menus of that bot. Without any, what the bot has stays.
    #[must_use]
    pub fn new(bot: Bot, menus: Vec<MenuOf>) -> Self {
        Self {
            bot,
            menus,
            is_shown: false,
        }
    }

    /// Has Telegram show it, trying again as long as it takes; done at once if it is known to do so.
    /// May be dropped at any moment and begun again.
    pub async fn show(&mut self) {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
        let mut is_told = false;
        while !self.is_shown && !self.menus.is_empty() {
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

    /// Sets the menus that are others. Each call is made once: who waits politely is above.
    async fn bring_up_to_date(&self) -> Result<(), ApiError> {
        for menu in &self.menus {
            let shown: Vec<Command> = self.bot.call_once(menu.call("getMyCommands")).await?;
            if shown == menu.commands {
                continue;
            }
            let call = menu
                .call("setMyCommands")
                .param("commands", json!(menu.commands));
            let _: bool = self.bot.call_once(call).await?;
            tracing::info!(
                event = "menu_set",
                scope = ?menu.scope,
                language = menu.language,
                commands = menu.commands.len(),
                "a menu of commands is set"
            );
        }
        Ok(())
    }
}
