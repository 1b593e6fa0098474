//! The arguments of every bot's program: without any it runs, with them an operator looks after it.

mod configuration;
mod connect;
mod dead_letters;
mod failure;
mod jobs;
mod json;
mod leaders;
mod mail;
mod output;
mod owed;
mod own;
mod program;
#[cfg(feature = "web")]
mod ready;
mod rows;
mod status;
mod timers;
mod users;

use std::{io, process::ExitCode};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::own::CommandContext;
pub use self::program::Program;
use self::{failure::Failure, own::OwnCommand};
use crate::{
    Config,
    app::{AppBuilder, process},
    config::{Problems, TelemetryConfig},
    program::name,
    telemetry,
};

/// Runs a bot as its `main`: does what the arguments of the process say.
///
/// Without arguments that is the service: it reads the configuration, sets up the logs, runs what
/// `compose` makes until SIGTERM or SIGINT, and closes everything. A second signal ends the process
/// at once. The commands `config check`, `migrate`, `status` and `dead-letters` are there for an operator, and
/// `--help` tells about them. The program is called as its file; [`Program`] gives it a version.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use ostankino::{App, Router};
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     let router = Router::new().command("start", || async { "Здравствуйте!" });
///     ostankino::serve(|config| App::builder(config).router(router)).await
/// }
/// ```
pub async fn serve(compose: impl FnOnce(Config) -> AppBuilder) -> ExitCode {
    Program::new().serve(compose).await
}

/// Does what the arguments of the process say.
async fn run(
    program: &Program,
    own: Vec<OwnCommand>,
    compose: impl FnOnce(Config) -> AppBuilder,
) -> ExitCode {
    let arguments = match parse(program, &own, std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(told) => {
            // Help and version go to standard output, mistakes to standard error.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    let arguments = match arguments {
        Parsed::Ours(arguments) => arguments,
        Parsed::Own(called, arguments) => {
            let command = own.into_iter().find(|command| command.name == called);
            let command = command.expect("it was parsed as one of these");
            if !command.is_configured() {
                let done = command.run(arguments, Config::default()).await;
                return done.unwrap_or_else(|error| {
                    eprintln!("{}: {}", name(), error.chain());
                    ExitCode::FAILURE
                });
            }
            return operate(Config::check, async |config| {
                Ok(command.run(arguments, config.clone()).await?)
            })
            .await;
        }
    };
    match arguments.command {
        None => process::run(program, compose).await,
        Some(Command::Config {
            command: ConfigCommand::Check(form),
        }) => configuration::check(form.json, compose).unwrap_or_else(|failure| failed(&failure)),
        Some(Command::Migrate) => process::migrate(program, compose).await,
        Some(Command::Status(form)) => {
            operate(both, async |config| status::run(config, form.json).await).await
        }
        #[cfg(feature = "web")]
        Some(Command::Ready(form)) => {
            let check = |config: &Config, problems: &mut Problems| config.web.check(problems);
            operate(check, async |config| ready::run(config, form.json).await).await
        }
        Some(Command::Owed { command }) => {
            let check = |config: &Config, problems: &mut Problems| config.database.check(problems);
            operate(check, async |config| owed::run(config, command).await).await
        }
        Some(Command::Timers { command }) => {
            operate(only_database, async |config| {
                timers::run(config, command).await
            })
            .await
        }
        Some(Command::Jobs { command }) => {
            operate(only_database, async |config| {
                jobs::run(config, command).await
            })
            .await
        }
        Some(Command::Mail { command }) => {
            let is_of_bot = command.is_of_bot();
            let check = |config: &Config, problems: &mut Problems| {
                config.database.check(problems);
                if is_of_bot {
                    config.telegram.check(problems);
                }
            };
            operate(check, async |config| {
                let declared = || compose(config.clone()).declared_mailings();
                mail::run(config, command, declared).await
            })
            .await
        }
        Some(Command::Users { command }) => {
            let check = |config: &Config, problems: &mut Problems| {
                both(config, problems);
                config.telegram.check(problems);
            };
            operate(check, async |config| {
                let declared = || compose(config.clone()).declared_personal_data();
                users::run(config, command, declared).await
            })
            .await
        }
        Some(Command::DeadLetters { command }) => {
            let check = match command {
                DeadLetters::Replay(_) => both,
                _ => only_nats,
            };
            operate(check, async |config| {
                dead_letters::run(config, command).await
            })
            .await
        }
    }
}

/// Every program tells of itself by its own name.
fn parse(
    program: &Program,
    own: &[OwnCommand],
    arguments: impl Iterator<Item = std::ffi::OsString>,
) -> Result<Parsed, clap::Error> {
    // Made once a process, and used until its end.
    let name: &'static str = name();
    let versions: &'static str = program.versions().leak();
    let mut command = Arguments::command()
        .name(name)
        .bin_name(name)
        .version(versions)
        .subcommands(own.iter().map(OwnCommand::declaration));
    let matches = command.try_get_matches_from_mut(arguments)?;
    if let Some((name, matches)) = matches.subcommand()
        && let Some(command) = own.iter().find(|command| command.name == name)
    {
        let arguments = matches.get_many("arguments").into_iter().flatten().cloned();
        return Ok(Parsed::Own(command.name, arguments.collect()));
    }
    let ours = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok(Parsed::Ours(ours))
}

/// A command of ours, or of the bot's own with what follows its name.
enum Parsed {
    Ours(Arguments),
    Own(&'static str, Vec<String>),
}

/// Whether every program has a command of that name.
fn is_command(name: &str) -> bool {
    Arguments::command()
        .get_subcommands()
        .any(|command| command.get_name() == name)
}

#[derive(Debug, Parser)]
#[command(
    version,
    about = "A Telegram bot: fetches updates, stores them, and handles them",
    long_about = "A Telegram bot: fetches updates, stores them, and handles them.\n\n\
                  Without a command it does so until SIGTERM or SIGINT.",
    after_help = "The configuration is read from config/*.toml and from variables \
                  OSTANKINO__SECTION__KEY; secrets also from files, OSTANKINO__SECTION__KEY_FILE.\n\
                  Exit codes: 0 done, 1 it failed or something is away, 2 unknown arguments.",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at the configuration
    #[command(disable_help_subcommand = true)]
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Bring the database's schema up to date, and end
    Migrate,
    /// Tell which servers answer, who polls, and what waits
    Status(Form),
    /// Ask the process of this machine whether it can work, at the port of `web.listen`
    #[cfg(feature = "web")]
    Ready(Form),
    /// Look at calls that are made later, have them made now, or give them up
    #[command(disable_help_subcommand = true)]
    Owed {
        #[command(subcommand)]
        command: OwedCommand,
    },
    /// Look at what is to happen later, cancel it, or have it happen now
    #[command(disable_help_subcommand = true)]
    Timers {
        #[command(subcommand)]
        command: TimersCommand,
    },
    /// Look at long work that is not done yet, or end it
    #[command(disable_help_subcommand = true)]
    Jobs {
        #[command(subcommand)]
        command: JobsCommand,
    },
    /// Hand out all that is kept of a user, or erase it
    #[command(disable_help_subcommand = true)]
    Users {
        #[command(subcommand)]
        command: UsersCommand,
    },
    /// Write to many users: create mailings, look at them, pause, take back
    #[command(disable_help_subcommand = true)]
    Mail {
        #[command(subcommand)]
        command: mail::MailCommand,
    },
    /// Look at updates that were set aside, handle them again, or delete them
    #[command(disable_help_subcommand = true)]
    DeadLetters {
        #[command(subcommand)]
        command: DeadLetters,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Tell what is wrong with it; if nothing is, print each key, its value and where that came from
    ///
    /// Secrets are masked. No server is asked.
    Check(Form),
}

#[derive(Debug, Subcommand)]
enum OwedCommand {
    /// List calls that are made later, the oldest first
    List(List),
    /// Have calls made now, whatever they wait for
    ///
    /// Those of a chat keep their order.
    Retry(Selection),
    /// Give calls up for good, obligations too
    Drop(Selection),
}

#[derive(Debug, Subcommand)]
enum TimersCommand {
    /// List what is still to happen, the first that is due first
    List(ListOfUser),
    /// Cancel timers that are still to come
    Cancel {
        /// The timers' ids, from `list`
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
    /// Have timers be due now
    Fire {
        /// The timers' ids, from `list`
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
}

#[derive(Debug, Subcommand)]
enum JobsCommand {
    /// List jobs that are not done yet, the oldest first
    List(ListOfUser),
    /// End jobs before they are done
    Cancel {
        /// The jobs' ids, from `list`
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
}

#[derive(Debug, Subcommand)]
enum UsersCommand {
    /// Print all that is kept of a user, as JSON (it holds what he wrote)
    Export {
        /// Telegram's id of the user
        id: i64,
    },
    /// Erase all that is kept of a user, in the order of what he does
    ///
    /// A service must run for it. Who writes to the bot afterwards is somebody new. It cannot be undone.
    Erase {
        /// Telegram's id of the user
        id: i64,
    },
}

#[derive(Debug, Args)]
struct ListOfUser {
    /// Only those of this user
    #[arg(long, value_name = "ID")]
    user: Option<i64>,
    /// How many at the most
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Subcommand)]
enum DeadLetters {
    /// List dead letters, the oldest first
    List(List),
    /// Show a dead letter: why it was set aside, and the update (it holds what a user wrote)
    Show {
        /// The letter's number, from `list`
        number: u64,
    },
    /// Give updates to the handlers again, and delete their letters
    ///
    /// An update that was applied already, that has no id, or whose bytes were cut is refused, and
    /// its letter stays. A replay that was interrupted may be repeated.
    Replay(Selection),
    /// Delete dead letters for good
    Purge(Selection),
}

#[derive(Clone, Copy, Debug, Args)]
struct Form {
    /// Print JSON for programs, one object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct List {
    /// How many at the most
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Only those with a higher number than this one: the next page
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    after: u64,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Selection {
    /// The numbers, from `list`
    #[arg(value_name = "NUMBER")]
    numbers: Vec<u64>,
    /// All that are there now
    #[arg(long)]
    all: bool,
}

fn only_database(config: &Config, problems: &mut Problems) {
    config.database.check(problems);
}

fn only_nats(config: &Config, problems: &mut Problems) {
    config.nats.check(problems);
}

fn both(config: &Config, problems: &mut Problems) {
    config.database.check(problems);
    config.nats.check(problems);
}

/// Runs a command of the operator's: what it tells goes to standard output, all else to standard
/// error.
async fn operate(
    check: impl FnOnce(&Config, &mut Problems),
    command: impl AsyncFnOnce(&Config) -> Result<ExitCode, Failure>,
) -> ExitCode {
    let done = async {
        let config = Config::load_with(check)?;
        log_warnings(&config.telemetry)?;
        command(&config).await
    };
    done.await
        .unwrap_or_else(|failure: Failure| failed(&failure))
}

fn failed(failure: &Failure) -> ExitCode {
    eprintln!("{}: {failure}", name());
    ExitCode::FAILURE
}

fn log_warnings(config: &TelemetryConfig) -> Result<(), Failure> {
    let subscriber = telemetry::subscriber(config.format, "warn", io::stderr)?;
    // A program that logs by itself already keeps its own way.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_arguments_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_is_deleted_or_replayed_must_be_said() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' '));
        for command in ["replay", "purge"] {
            for wrong in ["", " --all 3", " x", " -1"] {
                assert!(parse(&format!("bot dead-letters {command}{wrong}")).is_err());
            }
            for right in [" --all", " 3", " 3 4"] {
                assert!(parse(&format!("bot dead-letters {command}{right}")).is_ok());
            }
        }
        assert!(parse("bot dead-letters list --limit 0").is_err());
    }
}
