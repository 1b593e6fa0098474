//! A service as a child process: its log, signals to it, its exit code.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::{sync::watch, task::JoinHandle};

use super::{DEADLINE, Logs};

/// A program and its variables.
pub(crate) struct ServiceSetup {
    command: Command,
}

/// What a program left behind that came to its end by itself.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A running program; killed when dropped.
pub(crate) struct Service {
    pub(crate) logs: Logs,
    pid: u32,
    ended: watch::Receiver<Option<i32>>,
    stderr: Arc<Mutex<String>>,
}

impl ServiceSetup {
    pub(super) fn new(path: &str) -> Self {
        let mut command = Command::new(path);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self { command }
    }

    /// Sets `OSTANKINO__<key>`.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.command.env(format!("OSTANKINO__{key}"), value);
        self
    }

    /// Sets a variable by its whole name.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// Runs a command of an operator's to its end: `world.service().run("status --json")`.
    pub(crate) async fn run(mut self, arguments: &str) -> Finished {
        self.command.args(arguments.split(' '));
        let running = tokio::task::spawn_blocking(move || self.command.output());
        finished(arguments, running).await
    }

    /// The same, where the command reads what it is given on standard input.
    pub(crate) async fn run_with(mut self, arguments: &str, input: &str) -> Finished {
        self.command
            .args(arguments.split(' '))
            .stdin(Stdio::piped());
        let input = input.to_owned();
        let running = tokio::task::spawn_blocking(move || {
            let mut child = self.command.spawn()?;
            let mut stdin = child.stdin.take().expect("piped");
            // One that fails at once reads nothing.
            let _ = stdin.write_all(input.as_bytes());
            drop(stdin);
            child.wait_with_output()
        });
        finished(arguments, running).await
    }

    /// Starts the program and waits until it runs.
    pub(crate) async fn start(self) -> Service {
        let service = self.spawn();
        service.logs.wait_for("running").await;
        service
    }

    /// Starts the program.
    pub(crate) fn spawn(mut self) -> Service {
        let mut child = self.command.spawn().expect("the program is built");
        let (logs, stderr) = (Logs::default(), Arc::new(Mutex::new(String::new())));
        let (ending, ended) = watch::channel(None);
        let (pid, records, errors) = (child.id(), logs.clone(), stderr.clone());
        std::thread::spawn(move || follow(&mut child, &records, &errors, &ending));
        Service {
            logs,
            pid,
            ended,
            stderr,
        }
    }
}

async fn finished(arguments: &str, running: JoinHandle<io::Result<Output>>) -> Finished {
    let output = tokio::time::timeout(DEADLINE, running)
        .await
        .unwrap_or_else(|_| panic!("{arguments} does not end"));
    let output = output
        .expect("not cancelled")
        .expect("the program is built");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Finished {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn follow(
    child: &mut Child,
    logs: &Logs,
    errors: &Mutex<String>,
    ending: &watch::Sender<Option<i32>>,
) {
    let mut stderr = child.stderr.take().expect("piped");
    let stdout = BufReader::new(child.stdout.take().expect("piped"));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            eprint!("{text}");
            *errors.lock().unwrap_or_else(PoisonError::into_inner) = text;
        });
        for line in stdout.lines().map_while(Result::ok) {
            logs.push_line(&line);
        }
    });
    let status = child.wait().expect("it is our child");
    ending.send_replace(Some(status.code().unwrap_or(-1)));
}

impl Service {
    /// Sends a signal: `TERM`, `INT`, `KILL`, `STOP`, `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        if self.ended.borrow().is_none() {
            // A builtin of the shell: no package must be installed for it.
            let _ = Command::new("sh")
                .args(["-c", &format!("kill -{name} {}", self.pid)])
                .status();
        }
    }

    /// Waits for the end; gives the exit code, -1 after a signal.
    pub(crate) async fn ended(&self) -> i32 {
        let mut ended = self.ended.clone();
        let code = tokio::time::timeout(DEADLINE, ended.wait_for(Option::is_some)).await;
        let code = code.unwrap_or_else(|_| panic!("it does not end:\n{}", self.log()));
        code.expect("its thread tells").expect("just checked")
    }

    /// Waits for the end with that exit code; one that ends otherwise says by its log why.
    pub(crate) async fn ends_with(&self, code: i32) {
        let ended = self.ended().await;
        assert_eq!(ended, code, "it ended otherwise:\n{}", self.log());
    }

    /// Stops it as an operator does: it ends in order.
    pub(crate) async fn stop(&self) {
        self.signal("TERM");
        self.ends_with(0).await;
    }

    fn log(&self) -> String {
        let records = self.logs.records();
        let mut lines: Vec<_> = records.iter().map(Value::to_string).collect();
        lines.push(self.stderr());
        lines.join("\n")
    }

    /// What it wrote to standard error; whole only after its end.
    pub(crate) fn stderr(&self) -> String {
        self.stderr
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.signal("KILL");
    }
}
