//! The arguments of a bot's program: which commands there are, and what follows them.

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{mail, own::OwnCommand, program::Program};
use crate::{config::Intake, program::name};

/// Every program tells of itself by its own name.
pub(super) fn parse(
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
        let bot = matches.get_one::<String>("bot").cloned();
        let arguments = matches.get_many("arguments").into_iter().flatten().cloned();
        return Ok(Parsed::Own(command.name, bot, arguments.collect()));
    }
    let ours = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok(Parsed::Ours(ours))
}

/// A command of ours, or of the bot's own with the bot that it is about and what follows its name.
pub(super) enum Parsed {
    Ours(Arguments),
    Own(&'static str, Option<String>, Vec<String>),
}

/// Whether every program has a command of that name.
pub(super) fn is_command(name: &str) -> bool {
    Arguments::command()
        .get_subcommands()
        .any(|command| command.get_name() == name)
}

#[derive(Debug, Parser)]
#[command(
    version,
    about = "A Telegram bot: fetches updates, stores them, and handles them",
    long_about = "A Telegram bot: fetches updates, stores them, and handles them.\n\n\
                  Without a command it does so until SIGTERM or SIGINT; of several bots it runs all.",
    after_help = "The configuration is read from config/*.toml and from variables \
                  OSTANKINO__SECTION__KEY; secrets also from files, OSTANKINO__SECTION__KEY_FILE.\n\
                  Exit codes: 0 done, 1 it failed or something is away, 2 unknown arguments.",
    disable_help_subcommand = true
)]
pub(super) struct Arguments {
    /// The bot that the command is about, if the configuration has several
    #[arg(long, value_name = "NAME", global = true)]
    pub(super) bot: Option<String>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
    /// Look after bots that are added while the processes run
    ///
    /// Those of the sections [bots.NAME] are none of them.
    #[command(disable_help_subcommand = true)]
    Bot {
        #[command(subcommand)]
        command: BotCommand,
    },
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
pub(super) enum ConfigCommand {
    /// Tell what is wrong with it; if nothing is, print each key, its value and where that came from
    ///
    /// Secrets are masked. No server is asked.
    Check(Form),
}

#[derive(Debug, Subcommand)]
pub(super) enum BotCommand {
    /// Add a bot, and have all processes run it: its token is read from standard input
    Add(NewBot),
    /// List the bots that were added, with what is to be
    ///
    /// How each does in a process tells `/readyz` of that.
    List(Form),
    /// Have a bot run, also one that stopped by itself, once that is mended
    Start {
        /// Its name, from `list`
        name: String,
    },
    /// Have a bot end in all processes, after what it has in hand
    Stop {
        /// Its name, from `list`
        name: String,
    },
    /// Forget a bot that is stopped; its tables stay
    Remove {
        /// Its name, from `list`
        name: String,
    },
    /// Give a bot another token, which is read from standard input
    Token {
        /// Its name, from `list`
        name: String,
        /// The file that holds the token, instead of standard input
        #[arg(long, value_name = "PATH")]
        token_file: Option<PathBuf>,
    },
    /// Encrypt by `fleet.key` what is encrypted by `fleet.previous_key`
    Rekey,
}

#[derive(Debug, Args)]
pub(super) struct NewBot {
    /// Under which it is known: lower-case letters, digits and single `_`
    pub(super) name: String,
    /// The schema of PostgreSQL for its tables, created if it is not there; the name if none is given
    #[arg(long)]
    pub(super) schema: Option<String>,
    /// Into how many parts its queue is split: so many processes can work for it at once
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) partitions: u16,
    /// How its updates come, polling or webhook; as `telegram.intake` says if it is not given
    #[arg(long, value_parser = |name: &str| Intake::try_from(name.to_owned()))]
    pub(super) intake: Option<Intake>,
    /// The file that holds the token, instead of standard input
    #[arg(long, value_name = "PATH")]
    pub(super) token_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum OwedCommand {
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
pub(super) enum TimersCommand {
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
pub(super) enum JobsCommand {
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
pub(super) enum UsersCommand {
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
pub(super) struct ListOfUser {
    /// Only those of this user
    #[arg(long, value_name = "ID")]
    pub(super) user: Option<i64>,
    /// How many at the most
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) limit: u32,
    #[command(flatten)]
    pub(super) form: Form,
}

#[derive(Debug, Subcommand)]
pub(super) enum DeadLetters {
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
pub(super) struct Form {
    /// Print JSON for programs, one object a line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// How many at the most
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) limit: u32,
    /// Only those with a higher number than this one: the next page
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub(super) after: u64,
    #[command(flatten)]
    pub(super) form: Form,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Selection {
    /// The numbers, from `list`
    #[arg(value_name = "NUMBER")]
    pub(super) numbers: Vec<u64>,
    /// All that are there now
    #[arg(long)]
    pub(super) all: bool,
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
