//! A bot under test as a process: how it is told where it is, started and stopped.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    options::Workload, process, programs, servers::Servers, telegram::Telegram, world::World,
};

/// A program that is measured.
#[derive(Clone, Debug)]
pub(crate) struct Contender {
    /// As the tables name it.
    pub(crate) name: String,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    /// Variables beyond those that all get.
    pub(crate) variables: Vec<(String, String)>,
}

/// A running bot, of one process or several; killed when dropped.
#[derive(Debug)]
pub(crate) struct Bot {
    children: Vec<Child>,
    log: PathBuf,
}

impl Contender {
    /// Starts it. Its log goes to a file, as a container's does: reading it here would cost CPU.
    pub(crate) fn start(
        &self,
        processes: usize,
        workload: Workload,
        telegram: &Telegram,
        servers: &Servers,
        world: &World,
    ) -> Result<Bot, String> {
        let folder = programs::work_folder()?;
        let log = folder.join(format!("{}-{}.log", self.name, workload.name()));
        let failed = |error: io::Error| format!("{} cannot be started: {error}", self.name);
        let output = File::create(&log).map_err(failed)?;
        let mut command = self.prepared(&folder, workload, telegram, servers, world);
        command
            .stderr(output.try_clone().map_err(failed)?)
            .stdout(output);
        let mut bot = Bot {
            children: Vec::new(),
            log,
        };
        for _ in 0..processes {
            bot.children.push(command.spawn().map_err(failed)?);
        }
        Ok(bot)
    }

    /// Runs one of its commands, beside the bot.
    pub(crate) fn command(
        &self,
        arguments: &[&str],
        workload: Workload,
        telegram: &Telegram,
        servers: &Servers,
        world: &World,
    ) -> Result<(), String> {
        let folder = programs::work_folder()?;
        let mut command = self.prepared(&folder, workload, telegram, servers, world);
        let ended = command.args(arguments).output();
        let ended = ended.map_err(|error| format!("{} cannot be started: {error}", self.name))?;
        let told = String::from_utf8_lossy(&ended.stderr);
        let failed = || format!("{} {} fails: {told}", self.name, arguments.join(" "));
        ended.status.success().then_some(()).ok_or_else(failed)
    }

    fn prepared(
        &self,
        folder: &Path,
        workload: Workload,
        telegram: &Telegram,
        servers: &Servers,
        world: &World,
    ) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .env("BENCH_WORKLOAD", workload.name())
            .env("BENCH_TOKEN", Telegram::TOKEN)
            .env("BENCH_API_URL", telegram.url())
            .env("BENCH_DATABASE_URL", &world.database_url)
            .env("BENCH_NATS_URL", &servers.nats_url)
            .env("BENCH_PREFIX", &world.name)
            // As in production: without the developer's files and variables.
            .env_remove("RUST_BACKTRACE")
            .env("OSTANKINO_ENV", "production")
            .env("OSTANKINO_CONFIG_DIR", folder)
            .env("OSTANKINO__TELEGRAM__TOKEN", Telegram::TOKEN)
            .env("OSTANKINO__TELEGRAM__API_URL", telegram.url())
            .env("OSTANKINO__DATABASE__URL", &world.database_url)
            .env("OSTANKINO__NATS__URLS", &servers.nats_url)
            .env("OSTANKINO__NATS__PREFIX", &world.name)
            .env("OSTANKINO__TELEMETRY__FORMAT", "json")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Bot {
    /// An error if it runs no more.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        for child in &mut self.children {
            match child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => {
                    return Err(self.complain(&format!("the bot has ended with {status}")));
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    /// Of all its processes.
    pub(crate) fn cpu(&self) -> Result<Duration, String> {
        let spent = self.children.iter().map(|child| process::cpu(child.id()));
        spent.sum::<io::Result<_>>().map_err(|_| self.ended())
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What its largest process holds now.
    pub(crate) fn memory(&self) -> Result<u64, String> {
        let held = self
            .children
            .iter()
            .map(|child| process::memory(child.id()));
        let held: io::Result<Vec<_>> = held.collect();
        let held = held.map_err(|_| self.ended())?;
        Ok(held.into_iter().max().unwrap_or_default())
    }

    /// Of its largest process.
    pub(crate) fn peak_memory(&self) -> Result<u64, String> {
        let mut most = 0;
        for child in &self.children {
            let peak = process::peak_memory(child.id()).map_err(|_| self.ended())?;
            most = most.max(peak);
        }
        Ok(most)
    }

    /// What to say of a bot that does not do what it should.
    pub(crate) fn complain(&self, problem: &str) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        // A record with a backtrace is longer than anybody reads here.
        let tail: Vec<String> = lines[lines.len().saturating_sub(5)..]
            .iter()
            .map(|line| line.chars().take(300).collect())
            .collect();
        let tail = tail.join("\n");
        format!(
            "{problem}; its log, {}, ends with:\n{tail}",
            self.log.display()
        )
    }

    fn ended(&self) -> String {
        self.complain("the bot has ended")
    }

    /// Ends it in an orderly way; says how long that took, or that it had to be killed.
    pub(crate) fn stop(mut self, limit: Duration) -> Result<Duration, String> {
        let begun = Instant::now();
        let pids = self.children.iter().map(|child| child.id().to_string());
        let told = Command::new("kill").arg("-TERM").args(pids).status();
        told.map_err(|error| format!("kill cannot be run: {error}"))?;
        while begun.elapsed() < limit {
            let mut running = 0;
            for child in &mut self.children {
                let ended = child.try_wait().map_err(|error| error.to_string())?;
                running += usize::from(ended.is_none());
            }
            if running == 0 {
                remove(&self.log);
                return Ok(begun.elapsed());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(self.complain("the bot does not stop"))
    }
}

/// A log of a run that went well is of no more use, and large.
fn remove(log: &Path) {
    let _ = fs::remove_file(log);
}

impl Drop for Bot {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
