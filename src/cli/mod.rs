//! The arguments of every bot's program: without any it runs, with them an operator looks after it.

mod arguments;
mod bots;
mod chosen;
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

use self::arguments::{
    BotCommand, Command, ConfigCommand, DeadLetters, Form, JobsCommand, List, NewBot, OwedCommand,
    Parsed, Selection, TimersCommand, UsersCommand, is_command, parse,
};
pub use self::own::CommandContext;
pub use self::program::Program;
use self::{
    chosen::{Scope, composed},
    failure::Failure,
    own::OwnCommand,
};
#[cfg(feature = "admin")]
pub(crate) use self::{json::pretty, mail::time, output::bytes};
use crate::{
    Bots, Config,
    app::process,
    config::{Problems, TelemetryConfig},
    program::name,
    telemetry,
};

/// Runs a bot as its `main`: does what the arguments of the process say.
///
/// Without arguments that is the service: it reads the configuration, sets up the logs, runs what
/// `compose` makes, a bot or several ([`Bots`]), until SIGTERM or SIGINT, and closes everything. A second signal ends the process
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
pub async fn serve<B: Into<Bots>>(compose: impl FnOnce(Config) -> B) -> ExitCode {
    Program::new().serve(compose).await
}

/// Does what the arguments of the process say.
async fn run<B: Into<Bots>>(
    program: &Program,
    own: Vec<OwnCommand>,
    compose: impl FnOnce(Config) -> B,
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
        Parsed::Own(called, bot, arguments) => {
            let command = own.into_iter().find(|command| command.name == called);
            let command = command.expect("it was parsed as one of these");
            if !command.is_configured() {
                let done = command.run(arguments, Config::default()).await;
                return done.unwrap_or_else(|error| {
                    eprintln!("{}: {}", name(), error.chain());
                    ExitCode::FAILURE
                });
            }
            let of_bot = Scope::Bot(bot.as_deref());
            return operate(of_bot, Config::check, async |config| {
                Ok(command.run(arguments, config.clone()).await?)
            })
            .await;
        }
    };
    let of_bot = Scope::Bot(arguments.bot.as_deref());
    match arguments.command {
        None if arguments.bot.is_some() => failed(&Failure::new(
            "--bot is for commands: without one, all bots of the configuration run",
        )),
        None => process::run(program, compose).await,
        Some(Command::Config {
            command: ConfigCommand::Check(form),
        }) => configuration::check(form.json, compose).unwrap_or_else(|failure| failed(&failure)),
        Some(Command::Migrate) => process::migrate(program, compose).await,
        Some(Command::Status(form)) => {
            operate(of_bot, both, async |config| {
                status::run(config, form.json).await
            })
            .await
        }
        #[cfg(feature = "web")]
        Some(Command::Ready(form)) => {
            let check = |config: &Config, problems: &mut Problems| config.web.check(problems);
            operate(Scope::Process, check, async |config| {
                ready::run(config, form.json).await
            })
            .await
        }
        Some(Command::Bot { command }) => {
            let check = |config: &Config, problems: &mut Problems| {
                both(config, problems);
                config.must_have_fleet(problems);
            };
            operate(Scope::Process, check, async |config| {
                let composed = || {
                    let bots: Bots = compose(config.clone()).into();
                    Ok(bots.composed().map(drop)?)
                };
                bots::run(config, command, composed).await
            })
            .await
        }
        Some(Command::Owed { command }) => {
            let check = |config: &Config, problems: &mut Problems| config.database.check(problems);
            operate(of_bot, check, async |config| {
                owed::run(config, command).await
            })
            .await
        }
        Some(Command::Timers { command }) => {
            operate(of_bot, only_database, async |config| {
                timers::run(config, command).await
            })
            .await
        }
        Some(Command::Jobs { command }) => {
            operate(of_bot, only_database, async |config| {
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
            operate(of_bot, check, async |config| {
                let declared = || Ok(composed(config, compose)?.declared_mailings());
                mail::run(config, command, declared).await
            })
            .await
        }
        Some(Command::Users { command }) => {
            let check = |config: &Config, problems: &mut Problems| {
                both(config, problems);
                config.telegram.check(problems);
            };
            operate(of_bot, check, async |config| {
                let declared = || Ok(composed(config, compose)?.declared_personal_data());
                users::run(config, command, declared).await
            })
            .await
        }
        Some(Command::DeadLetters { command }) => {
            // Letters of all bots lie together; whether an update was applied its own tables say.
            let (scope, check) = match command {
                DeadLetters::Replay(_) => (of_bot, both as fn(&_, &mut _)),
                _ => (Scope::Process, only_nats as fn(&_, &mut _)),
            };
            operate(scope, check, async |config| {
                dead_letters::run(config, command).await
            })
            .await
        }
    }
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
    scope: Scope<'_>,
    check: impl Fn(&Config, &mut Problems),
    command: impl AsyncFnOnce(&Config) -> Result<ExitCode, Failure>,
) -> ExitCode {
    let done = async {
        let config = Config::load_with(|config, problems| match scope.of(config) {
            Ok(config) => check(&config, problems),
            // Which bot it is about is told below, and nothing else matters before.
            Err(_) => chosen::check_table(config, problems),
        })?;
        log_warnings(&config.telemetry)?;
        let config = match scope.of(&config) {
            Ok(config) => config,
            Err(told) => {
                let config = scope.find(&config, told).await?;
                let mut problems = Problems::default();
                check(&config, &mut problems);
                problems.result().map(|()| config)?
            }
        };
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
