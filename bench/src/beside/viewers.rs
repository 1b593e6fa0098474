//! People who look live at the admin page: each a browser that reads server-sent events.

use std::{
    io,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Client;
use tokio::{runtime::Runtime, task::JoinSet};

use crate::{
    telegram::{FIRST_USER, Telegram},
    world::World,
};

/// What the browsers of this run show: the word of a session.
const WORD: &str = "5e55104ab0e5e55104ab0e5e55104ab0e5e55104ab0e5e55104ab0e5e5510400";

/// After that a process that is to tell of its updates has heard that somebody looks.
const HEARD: Duration = Duration::from_secs(1);

/// Those who look.
pub(super) struct Viewers {
    runtime: Runtime,
    reading: JoinSet<Result<(), String>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    seen: AtomicU64,
    lost: AtomicU64,
}

pub(super) fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.port())
}

impl Viewers {
    /// So many, who look from now on.
    pub(super) fn look(count: usize, port: u16, world: &World) -> Result<Self, String> {
        let (bot, _) = Telegram::TOKEN.split_once(':').unwrap_or_default();
        world.execute(&format!(
            "INSERT INTO admin_sessions (hash, bot_id, user_id, created_at, expires_at) \
             VALUES (sha256('{WORD}'), {bot}, {FIRST_USER}, now(), now() + interval '1 hour') \
             ON CONFLICT DO NOTHING"
        ))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let mut viewers = Self {
            runtime,
            reading: JoinSet::new(),
            counts: Arc::default(),
        };
        for _ in 0..count {
            let reads = read(port, viewers.counts.clone());
            viewers.reading.spawn_on(reads, viewers.runtime.handle());
        }
        let begun = Instant::now();
        while begun.elapsed() < HEARD {
            viewers.check()?;
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(viewers)
    }

    /// An error if one of them sees nothing any more.
    fn check(&mut self) -> Result<(), String> {
        match self.reading.try_join_next() {
            None => Ok(()),
            Some(Ok(Err(problem))) => Err(format!("a viewer: {problem}")),
            Some(Ok(Ok(()))) => Err("a viewer: the stream ended".into()),
            Some(Err(error)) => Err(error.to_string()),
        }
    }

    /// They go; gives how many lines all of them saw, and of how many they were told that they were lost.
    pub(super) fn leave(mut self) -> Result<(u64, u64), String> {
        self.check()?;
        self.runtime.shutdown_background();
        let [seen, lost] = [&self.counts.seen, &self.counts.lost];
        Ok((seen.load(Ordering::Relaxed), lost.load(Ordering::Relaxed)))
    }
}

/// Looks until the runtime ends.
async fn read(port: u16, counts: Arc<Counts>) -> Result<(), String> {
    let words = |error: reqwest::Error| error.to_string();
    let url = format!("http://127.0.0.1:{port}/admin/tail/stream");
    let cookie = format!("ostankino_admin={WORD}");
    let asking = Client::new().get(url).header("cookie", cookie).send();
    let mut answer = asking.await.and_then(reqwest::Response::error_for_status);
    let answer = answer.as_mut().map_err(|error| error.to_string())?;
    let mut left = Vec::new();
    let mut is_loss = false;
    while let Some(chunk) = answer.chunk().await.map_err(words)? {
        left.extend_from_slice(&chunk);
        while let Some(end) = memchr::memchr(b'\n', &left) {
            let line: Vec<u8> = left.drain(..=end).collect();
            match &line[..end] {
                b"event: line" => {
                    counts.seen.fetch_add(1, Ordering::Relaxed);
                }
                b"event: lost" => is_loss = true,
                data => {
                    let number = data.strip_prefix(b"data: ").filter(|_| is_loss);
                    let number = number.and_then(|text| std::str::from_utf8(text).ok());
                    if let Some(number) = number.and_then(|text| text.parse().ok()) {
                        counts.lost.fetch_add(number, Ordering::Relaxed);
                        is_loss = false;
                    }
                }
            }
        }
    }
    Ok(())
}
