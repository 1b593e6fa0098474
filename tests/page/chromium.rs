//! Chromium and chromedriver as processes of these tests alone, which leave nothing behind, however the tests end.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
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

/// Runs the driver as a process group of its own until its standard input ends, as it does when the tests are gone; then the
/// driver goes with all its browsers, and their profile.
const KEEPER: &str = r#"set -m
"$1" --port=0 </dev/null &
cat >/dev/null
kill -KILL -- -$!
wait
rm -rf "$2""#;

/// A chromedriver on a free port; it and its browsers are killed when dropped, or when this process ends.
pub(crate) struct Chromedriver {
    pub(crate) url: String,
    keeper: Child,
    profile: PathBuf,
}

impl Chromedriver {
    /// Starts one, or says why it ended.
    pub(crate) fn start() -> Result<Self, String> {
        let program = env::var("OSTANKINO_TEST_CHROMEDRIVER").unwrap_or("chromedriver".into());
        let profile =
            env::temp_dir().join(format!("ostankino-chromium-{:016x}", fastrand::u64(..)));
        fs::create_dir(&profile).expect("a new folder");
        let spawned = Command::new("bash")
            .args(["-c", KEEPER, "chromium", &program])
            .arg(&profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut keeper = spawned.expect("bash is there");
        let mut stdout = BufReader::new(keeper.stdout.take().expect("piped"));
        let mut said = String::new();
        let port = loop {
            let before = said.len();
            let read = stdout.read_line(&mut said).expect("its words are UTF-8");
            if read == 0 {
                let mut why = String::new();
                let stderr = keeper.stderr.take().expect("piped");
                // The keeper itself goes on until it is told to end.
                drop(keeper.stdin.take());
                let _ = BufReader::new(stderr).read_to_string(&mut why);
                let _ = keeper.wait();
                return Err(format!(
                    "{program} ended at once (`make test-page` installs it): {said}{why}"
                ));
            }
            if let Some((_, port)) = said[before..]
                .trim_end()
                .split_once("successfully on port ")
            {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // A full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            keeper,
            profile,
        })
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
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
