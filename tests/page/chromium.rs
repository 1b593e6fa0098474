//! Chromium and chromedriver as processes of a test's own, which leave nothing behind.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, DesiredCapabilities};

/// What keeps Chromium to itself: no network of its own, no questions, no graphics card.
const ARGUMENTS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--lang=ru",
    "--force-color-profile=srgb",
];

/// A chromedriver on a free port; it and its browsers are killed when dropped.
pub(crate) struct Chromedriver {
    pub(crate) url: String,
    child: Child,
    // Kept open: a closed pipe would end it.
    _stdout: BufReader<ChildStdout>,
    profile: PathBuf,
}

impl Chromedriver {
    pub(crate) fn start() -> Self {
        let program = env::var("OSTANKINO_TEST_CHROMEDRIVER").unwrap_or("chromedriver".into());
        let spawned = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // One group with its browsers, to end them all.
            .process_group(0)
            .spawn();
        let mut child = spawned.unwrap_or_else(|error| {
            panic!(
                "cannot start {program} ({error}): run this by `make test-page`, which installs it"
            )
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        let port = loop {
            line.clear();
            let read = stdout.read_line(&mut line).expect("its words are UTF-8");
            assert!(read > 0, "chromedriver ended at once");
            if let Some((_, port)) = line.trim_end().split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let profile =
            env::temp_dir().join(format!("ostankino-chromium-{:016x}", fastrand::u64(..)));
        fs::create_dir(&profile).expect("a new folder");
        Self {
            url: format!("http://127.0.0.1:{port}"),
            child,
            _stdout: stdout,
            profile,
        }
    }

    /// What its browser shall be.
    pub(crate) fn capabilities(&self) -> ChromeCapabilities {
        let mut wanted = DesiredCapabilities::chrome();
        let profile = format!("--user-data-dir={}", self.profile.display());
        for argument in ARGUMENTS.into_iter().chain([profile.as_str()]) {
            wanted.add_arg(argument).expect("a string");
        }
        if let Ok(path) = env::var("OSTANKINO_TEST_CHROMIUM") {
            wanted.set_binary(&path).expect("a string");
        }
        wanted
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let group = format!("kill -KILL -{}", self.child.id());
        let _ = Command::new("sh").args(["-c", &group]).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}
