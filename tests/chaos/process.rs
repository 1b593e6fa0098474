//! A process of the bot: started again whenever it ends, until it is told to stop.

use std::{
    env,
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{bot::ROLE, fleet::LONG_SILENCE};

/// How often a process is looked at, and how long it stays away after its end.
const GLANCE: Duration = Duration::from_millis(10);
const PAUSE: Duration = Duration::from_millis(50);

/// See the [module](self). It is killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    index: usize,
    logs: PathBuf,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    child: Option<Child>,
    starts: u32,
    /// It is being killed: its end is no surprise.
    is_doomed: bool,
    is_stopping: bool,
    /// How it ended without being killed.
    surprises: Vec<String>,
}

impl Process {
    pub(crate) fn new(index: usize, logs: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            index,
            logs,
            now: Mutex::default(),
        })
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// Runs it again and again with these variables. Its exit code after [`stop`](Self::stop).
    pub(crate) async fn keep_running(self: Arc<Self>, environment: Vec<(String, String)>) -> i32 {
        loop {
            if self.lock().is_stopping {
                return 0;
            }
            self.start(&environment);
            let status = loop {
                tokio::time::sleep(GLANCE).await;
                if let Some(status) = self.has_ended() {
                    break status;
                }
            };
            if self.is_over(status) {
                return status.code().unwrap_or(-1);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether that end was the last one.
    fn is_over(&self, status: ExitStatus) -> bool {
        let mut now = self.lock();
        let was_doomed = std::mem::take(&mut now.is_doomed);
        if !was_doomed && !now.is_stopping {
            now.surprises.push(status.to_string());
        }
        now.is_stopping
    }

    fn start(&self, environment: &[(String, String)]) {
        let mut now = self.lock();
        now.starts += 1;
        let log = File::create(self.log(now.starts)).expect("a log");
        let errors = log.try_clone().expect("a second handle");
        let child = Command::new(env::current_exe().expect("it is known"))
            .env(ROLE, self.index.to_string())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn();
        now.child = Some(child.expect("it starts"));
    }

    fn has_ended(&self) -> Option<ExitStatus> {
        let mut now = self.lock();
        let status = now.child.as_mut()?.try_wait().expect("it is our child")?;
        now.child = None;
        Some(status)
    }

    /// Kills it, at once.
    pub(crate) fn kill(&self) {
        let mut now = self.lock();
        if let Some(child) = &mut now.child {
            // It may have ended a moment ago.
            let _ = child.kill();
            now.is_doomed = true;
        }
    }

    /// Sends a signal: `TERM`, `STOP`, `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        if let Some(child) = &self.lock().child {
            // A builtin of the shell: no package must be installed for it.
            let _ = Command::new("sh")
                .args(["-c", &format!("kill -{name} {}", child.id())])
                .status();
        }
    }

    /// It stands still for long, and goes on as if nothing had happened.
    pub(crate) async fn freeze(&self) {
        self.signal("STOP");
        tokio::time::sleep(LONG_SILENCE).await;
        self.signal("CONT");
    }

    /// Sends it a signal that ends it; it is not started again.
    pub(crate) fn end(&self, signal: &str) {
        self.lock().is_stopping = true;
        self.signal(signal);
    }

    /// How many seats it said last that it owns.
    pub(crate) fn owned(&self) -> usize {
        let path = self.log(self.lock().starts);
        let log = fs::read_to_string(path).unwrap_or_default();
        let said = log.lines().rev().find_map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).ok()?;
            record["owned"].as_u64()
        });
        said.map_or(0, |owned| usize::try_from(owned).expect("few"))
    }

    /// Whether the bot runs, by its log.
    pub(crate) fn is_running(&self) -> bool {
        let now = self.lock();
        now.child.is_some()
            && fs::read_to_string(self.log(now.starts))
                .is_ok_and(|log| log.contains("the bot is running"))
    }

    /// How often it was started, and how it ended without being killed.
    pub(crate) fn history(&self) -> (u32, Vec<String>) {
        let now = self.lock();
        (now.starts, now.surprises.clone())
    }

    /// Each life has a log of its own.
    fn log(&self, life: u32) -> PathBuf {
        self.logs.join(format!("process-{}-{life}.log", self.index))
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
