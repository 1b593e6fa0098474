//! The CPU time that all who take part have used, and the machine as a whole.

use std::time::{Duration, Instant};

use crate::{
    bot::Bot,
    process,
    servers::{ServerCpu, Servers},
};

/// CPU times so far.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) bot: Duration,
    pub(crate) servers: ServerCpu,
    pub(crate) generator: Duration,
    machine: Duration,
    at: Instant,
}

impl Spent {
    pub(crate) fn now(bot: &Bot, servers: &Servers) -> Result<Self, String> {
        Ok(Self {
            bot: bot.cpu()?,
            servers: servers.cpu(),
            generator: process::own_cpu().map_err(|error| error.to_string())?,
            machine: process::machine_cpu().map_err(|error| error.to_string())?,
            at: Instant::now(),
        })
    }

    /// Per cent of the cores that were busy with neither the bot nor its servers nor this process.
    pub(crate) fn others_since(&self, before: &Self) -> f64 {
        let servers = self.servers.since(before.servers);
        let known = [
            Some(self.bot.saturating_sub(before.bot)),
            servers.postgres,
            servers.nats,
            Some(self.generator.saturating_sub(before.generator)),
        ];
        let known: Duration = known.into_iter().flatten().sum();
        let machine = self.machine.saturating_sub(before.machine);
        let cores = std::thread::available_parallelism().map_or(1, Into::into);
        let all = self.at.duration_since(before.at).as_secs_f64() * cores as f64;
        machine.saturating_sub(known).as_secs_f64() / all.max(1e-9) * 100.0
    }
}
