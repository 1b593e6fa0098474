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
    run: Run,
}

/// What it does: with the configuration, or with nothing but its arguments.
enum Run {
    Configured(Box<Configured>),
    Alone(Box<Alone>),
}

type Alone = dyn FnOnce(Vec<String>) -> Result<()> + Send;

type Configured = dyn FnOnce(CommandContext) -> BoxFuture<'static, Result<()>> + Send;

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
            run: Run::Configured(Box::new(|context| Box::pin(run(context)))),
        }
    }

    /// One that needs no configuration.
    pub(super) fn alone(
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(Vec<String>) -> Result<()> + Send + 'static,
    ) -> Self {
        let run = Run::Alone(Box::new(run));
        Self { name, about, run }
    }

    /// Whether it needs the configuration.
    pub(super) fn is_configured(&self) -> bool {
        matches!(self.run, Run::Configured(_))
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

    /// Runs it with the configuration, or with that of nobody where it needs none.
    pub(super) async fn run(self, arguments: Vec<String>, config: Config) -> Result<ExitCode> {
        let run = match self.run {
            Run::Configured(run) => run,
            Run::Alone(run) => return run(arguments).map(|()| ExitCode::SUCCESS),
        };
        let context = CommandContext {
            arguments,
            bot: Bot::new(&config.telegram),
            database: Database::new(&config.database),
            config,
        };
        run(context).await.map(|()| ExitCode::SUCCESS)
    }
}

impl fmt::Debug for OwnCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
