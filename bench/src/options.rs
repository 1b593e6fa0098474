//! The arguments of `bench`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// How much a bot on ostankino handles and at what cost, beside a peer and beside the limits.
#[derive(Debug, Parser)]
#[command(name = "bench", disable_help_subcommand = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: RunOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare instruction counts with the committed ones
    Instructions(InstructionOptions),
    /// Measure the bot with ever more users, updates, partitions, processes, routes, slower handlers
    Growth(GrowthOptions),
    /// Measure a mailing to everybody in a large base
    Mailing(MailingOptions),
    /// Measure what strangers feel of a user who floods, and of people who look live at the admin page
    Beside(BesideOptions),
    /// Be the bare bot: poll and echo, and nothing else (started by a run)
    #[command(hide = true)]
    Bare,
}

/// What is run.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunOptions {
    /// What the bots do with each update
    #[arg(long, value_delimiter = ',', default_value = "echo,fsm,step,write")]
    pub(crate) workload: Vec<Workload>,
    /// Which bots are measured
    #[arg(long, value_delimiter = ',', default_value = "ostankino,teloxide")]
    pub(crate) bot: Vec<Peer>,
    /// Updates a second: `saturation`, or a rate; rates for one workload only (fsm, if it is chosen)
    #[arg(long, value_delimiter = ',', default_value = "saturation,300,1000")]
    pub(crate) pace: Vec<PaceOption>,
    /// Telegram's time for each call, in milliseconds; at saturation only, rates take the first
    #[arg(long, value_delimiter = ',', default_value = "0,50")]
    pub(crate) call_ms: Vec<u64>,
    /// Telegram's time for an answer to getUpdates, in milliseconds
    #[arg(long, default_value_t = 0)]
    pub(crate) poll_ms: u64,
    /// How many users write, at random
    #[arg(long, default_value_t = 3000)]
    pub(crate) users: usize,
    /// How many updates may be fetched and not answered, at saturation
    #[arg(long, default_value_t = 2048, value_name = "UPDATES")]
    pub(crate) in_flight: usize,
    /// Seconds of each measurement; by default what fits into the budget
    #[arg(long)]
    pub(crate) seconds: Option<f64>,
    /// Seconds that all measurements together may take; a tenth later none is begun any more
    #[arg(long, default_value_t = 280.0)]
    pub(crate) budget: f64,
    /// Another revision of the library, built beside this one and measured as well
    #[arg(long, value_name = "REVISION")]
    pub(crate) baseline: Option<String>,
    /// Another build of the bot, measured as well: another profile, allocator or number of threads
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    pub(crate) program: Vec<(String, String)>,
    /// Leave out the limits: the bare bot, JetStream alone, pgbench
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// A variable for the bots on ostankino, such as `OSTANKINO__DELIVERY__PARTITIONS=256`
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) env: Vec<(String, String)>,
    /// Where the figures go as JSON; by default target/bench/result.json
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// What is to grow.
#[derive(Clone, Debug, Args)]
pub(crate) struct GrowthOptions {
    /// Of what there is to be ever more
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "users,backlog,partitions,processes,handler,routes"
    )]
    pub(crate) of: Vec<Axis>,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 4.0)]
    pub(crate) seconds: f64,
    /// The largest value that is measured
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    pub(crate) most: usize,
}

/// The mailing that is measured.
#[derive(Clone, Debug, Args)]
pub(crate) struct MailingOptions {
    /// How many users get it
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) users: usize,
    /// How many processes send it
    #[arg(long, default_value_t = 1)]
    pub(crate) processes: usize,
    /// Telegram's time for each call, in milliseconds
    #[arg(long, default_value_t = 0)]
    pub(crate) call_ms: u64,
    /// A variable for the bot
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) env: Vec<(String, String)>,
}

/// What is felt beside something else.
#[derive(Clone, Debug, Args)]
pub(crate) struct BesideOptions {
    /// Beside what
    #[arg(long, value_delimiter = ',', default_value = "flood,tail")]
    pub(crate) of: Vec<Beside>,
    /// How often each is measured, alone and beside
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 8.0)]
    pub(crate) seconds: f64,
    /// Updates a second that viewers look at
    #[arg(long, default_value_t = 5_000.0)]
    pub(crate) rate: f64,
    /// How many look
    #[arg(long, default_value_t = 3)]
    pub(crate) viewers: usize,
    /// How many times the p99 of a round may grow
    #[arg(long, default_value_t = 1.5)]
    pub(crate) most: f64,
    /// A variable for the bot
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) env: Vec<(String, String)>,
}

/// Something that goes on beside the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Beside {
    /// One user sends 1,000 updates a second, and strangers 300
    Flood,
    /// People look live at the admin page
    Tail,
}

/// A thing that there may be much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Axis {
    /// Users in the table, who all write at random
    Users,
    /// Updates that come at once
    Backlog,
    /// `delivery.partitions`
    Partitions,
    /// Processes that share the partitions; peak memory is that of the largest, idle time of all
    Processes,
    /// Milliseconds that the handler waits for something
    Handler,
    /// Routes before the one that is taken
    Routes,
}

/// Where the counts are, and what becomes of them.
#[derive(Clone, Debug, Args)]
pub(crate) struct InstructionOptions {
    /// The folder where gungraun keeps its summaries
    #[arg(long)]
    pub(crate) found: PathBuf,
    /// The committed counts
    #[arg(long)]
    pub(crate) baseline: PathBuf,
    /// The compiler that the counts are of
    #[arg(long)]
    pub(crate) rustc: String,
    /// Write what was found as the new counts
    #[arg(long)]
    pub(crate) accept: bool,
}

/// What a bot does with an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Workload {
    /// The user's row is kept, the text is answered
    Echo,
    /// The same, and the state of the dialogue is read
    Fsm,
    /// The same, and the dialogue is changed
    Step,
    /// The same, by a press of a button of the user's dialog, whose window is edited
    Dialog,
    /// The user's row is kept, one row is updated in the session, the text is answered
    Write,
}

impl Workload {
    /// As the bots are told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Fsm => "fsm",
            Self::Step => "step",
            Self::Dialog => "dialog",
            Self::Write => "write",
        }
    }
}

/// A bot that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// On the production stack of this revision
    Ostankino,
    /// The same bot on teloxide and sqlx
    Teloxide,
}

/// `saturation` or a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PaceOption {
    Saturation,
    Rate(f64),
}

impl std::str::FromStr for PaceOption {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "saturation" {
            return Ok(Self::Saturation);
        }
        let rate = text
            .parse()
            .ok()
            .filter(|rate: &f64| *rate >= 1.0 && rate.is_finite());
        rate.map(Self::Rate)
            .ok_or("neither `saturation` nor a rate of 1 or more")
    }
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("it has no `=`")?;
    Ok((name.into(), value.into()))
}
