//! Commands of a bot's own, beside those that every bot has.

use std::{fmt, process::ExitCode};

use futures_util::future::BoxFuture;

use crate::{Bot, Config, Result, db::Database};

/// What a command of a bot's own is given.
#[derive(Debug)]
#[non_exhaustive]
pub struct CommandContext {
    /// What follows the command's name, as it was written.
    pub arguments: Vec<String>,
    /// The configuration.
    pub config: Config,
    /// The client of the Bot API; nothing was sent yet.
    pub bot: Bot,
    /// The database; no connection was made yet.
    pub database: Database,
}

/// A command of a bot's own.
pub(super) struct OwnCommand {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    run: Box<Run>,
}

type Run = dyn FnOnce(CommandContext) -> BoxFuture<'static, Result<()>> + Send;

impl OwnCommand {
    pub(super) fn new<F>(
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(CommandContext) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self {
            name,
            about,
            run: Box::new(|context| Box::pin(run(context))),
        }
    }

    /// As clap knows it: what follows is the command's own.
    pub(super) fn declaration(&self) -> clap::Command {
        let arguments = clap::Arg::new("arguments")
            .num_args(0..)
            .trailing_var_arg(true)
            .allow_hyphen_values(true);
        clap::Command::new(self.name)
            .about(self.about)
            .arg(arguments)
    }

    pub(super) async fn run(self, arguments: Vec<String>, config: Config) -> Result<ExitCode> {
        let context = CommandContext {
            arguments,
            bot: Bot::new(&config.telegram),
            database: Database::new(&config.database),
            config,
        };
        (self.run)(context).await.map(|()| ExitCode::SUCCESS)
    }
}

impl fmt::Debug for OwnCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
