//! How the program that is built on the library is called, and which version of it runs: what it
//! says of itself in its help, in its messages and in its log.

use std::{env, path::Path, process::ExitCode};

use super::own::{CommandContext, OwnCommand};
use crate::{Bots, Config, Result, program, telemetry};

/// The version of the library.
const LIBRARY: &str = env!("CARGO_PKG_VERSION");

/// The program of a bot: its name and version. [`serve`](crate::serve) is enough for one that does
/// not tell its version.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use ostankino::{App, Program, Router};
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     let router = Router::new().command("start", || async { "Здравствуйте!" });
///     let program = Program::new().version(env!("CARGO_PKG_VERSION"));
///     program.serve(|config| App::builder(config).router(router)).await
/// }
/// ```
#[derive(Debug)]
#[must_use = "a program does nothing until `serve` is called"]
pub struct Program {
    name: String,
    version: Option<String>,
    pub(super) commands: Vec<OwnCommand>,
}

impl Program {
    /// A program that is called as the file it was started from, and tells only the library's version.
    #[expect(
        clippy::new_without_default,
        reason = "it looks at the arguments of the process"
    )]
    pub fn new() -> Self {
        let file = env::args_os().next();
        let name = file.as_deref().map(Path::new).and_then(Path::file_name);
        let name = name.and_then(|name| name.to_str()).unwrap_or("ostankino");
        Self {
            name: name.to_owned(),
            version: None,
            commands: Vec::new(),
        }
    }

    /// Another name than that of the file.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The version that `--version` tells, and the log: `env!("CARGO_PKG_VERSION")`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// A command of the bot's own, beside `migrate`, `status` and `dead-letters`: its name, what the help
    /// says of it, and what it does. Its error is told on standard error, and ends the process with 1.
    ///
    /// ```no_run
    /// use ostankino::{CommandContext, Program, Result, users};
    ///
    /// async fn count(context: CommandContext) -> Result<()> {
    ///     let session = context.database.session();
    ///     let counts = users::count(&mut *session.conn().await?).await?;
    ///     println!("{}", counts.users);
    ///     session.commit().await
    /// }
    ///
    /// let program = Program::new().command("count-users", "Print how many users there are", count);
    /// # drop(program);
    /// ```
    ///
    /// # Panics
    ///
    /// If there is such a command already.
    #[track_caller]
    pub fn command<F>(
        mut self,
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(CommandContext) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.is_new(name);
        self.commands.push(OwnCommand::new(name, about, run));
        self
    }

    /// A command that needs no configuration, such as one that prints what the program is made of: its name, what the help says of it, and what it
    /// does with what follows its name.
    ///
    /// # Panics
    ///
    /// If there is such a command already.
    #[track_caller]
    pub fn command_alone(
        mut self,
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(Vec<String>) -> Result<()> + Send + 'static,
    ) -> Self {
        self.is_new(name);
        self.commands.push(OwnCommand::alone(name, about, run));
        self
    }

    #[track_caller]
    fn is_new(&self, name: &str) {
        let is_new =
            self.commands.iter().all(|command| command.name != name) && !super::is_command(name);
        assert!(is_new, "there is a command `{name}` already");
    }

    /// Does what the arguments of the process say; see [`serve`](crate::serve).
    pub async fn serve<B: Into<Bots>>(mut self, compose: impl FnOnce(Config) -> B) -> ExitCode {
        program::is_called(&self.name);
        let commands = std::mem::take(&mut self.commands);
        let code = super::run(&self, commands, compose).await;
        telemetry::close();
        code
    }

    /// What follows the name in the answer to `--version`.
    pub(crate) fn versions(&self) -> String {
        match &self.version {
            Some(own) if self.name == "ostankino" => own.clone(),
            Some(own) => format!("{own} (ostankino {LIBRARY})"),
            None => format!("(ostankino {LIBRARY})"),
        }
    }

    pub(crate) fn record_start(&self, environment: &str) {
        tracing::info!(
            event = "starting",
            program = self.name,
            version = self.version,
            ostankino = LIBRARY,
            environment,
            "starting"
        );
    }
}
