//! Following the clock of a local Telegram: a process under test shows the time that the test chose.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::{Clock, moved::Moved};
use crate::Config;

/// For how long a question for the next move is held.
const HOLD: Duration = Duration::from_secs(60);

/// After how long one who answers is asked again after a failure: Telegram may be down, and that may be the test.
const AGAIN: Duration = Duration::from_millis(50);

impl Clock {
    /// The clock of a process with that configuration: the machine's, or the one that a test has it follow. As long as that does
    /// not answer, it is the machine's.
    pub(crate) async fn of(config: &Config) -> Self {
        match &config.test_clock {
            None => Self::system(),
            Some(url) => Self::follow(url).await,
        }
    }

    /// The clock of a command with that configuration: it ends before anybody moves a clock, and nobody shall wait for it.
    #[cfg(feature = "cli")]
    pub(crate) async fn of_command(config: &Config) -> Self {
        let Some(url) = &config.test_clock else {
            return Self::system();
        };
        let ahead = Leader::at(url, None).ask(None).await;
        let (_, moved) = watch::channel(ahead.unwrap_or_default());
        Self {
            moved: Some(Moved::led_by(moved, None)),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the task ends with the last clone of the clock"
    )]
    async fn follow(url: &str) -> Self {
        let name = format!("{}-{:x}", std::process::id(), fastrand::u32(..));
        let leader = Leader::at(url, Some(name));
        let ahead = leader.ask(None).await.ok();
        let (hands, moved) = watch::channel(ahead.unwrap_or_default());
        let following = tokio::task::spawn(leader.lead(hands, ahead));
        let led = Arc::new(AbortOnDropHandle::new(following));
        let moved = Moved::led_by(moved, Some(led));
        Self { moved: Some(moved) }
    }
}

/// Whose clock is followed.
struct Leader {
    client: reqwest::Client,
    url: String,
    /// Of this process, so that one who moves the clock can wait for it.
    name: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    result: Shown,
}

#[derive(Deserialize)]
struct Shown {
    ahead_ms: i64,
}

impl Leader {
    #[expect(
        clippy::disallowed_methods,
        reason = "the client speaks with a test, not with Telegram"
    )]
    fn at(url: &str, name: Option<String>) -> Self {
        // The clock is asked without TLS: the system's certificates would cost each start 20 ms of CPU in a debug build.
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_backend_preconfigured(ostankino_tls::client_config(false))
            .build();
        Self {
            client: client.expect("a client without certificates of its own"),
            url: url.to_owned(),
            name,
        }
    }

    /// Moves the hands whenever the leader's are moved.
    async fn lead(self, hands: watch::Sender<SignedDuration>, mut known: Option<SignedDuration>) {
        loop {
            match self.ask(known).await {
                Ok(ahead) => {
                    hands.send_replace(ahead);
                    known = Some(ahead);
                }
                // It was not moved meanwhile, which is told as an error.
                Err(error) if error.status().is_some_and(|status| status == 408) => {}
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    /// How far it is ahead of the machine's clock: other than what is known, if anything is.
    async fn ask(&self, known: Option<SignedDuration>) -> reqwest::Result<SignedDuration> {
        let mut query = vec![("timeout_ms", HOLD.as_millis().to_string())];
        query.extend(self.name.clone().map(|name| ("follower", name)));
        query.extend(known.map(|known| ("unless", known.as_millis().to_string())));
        let query: String = query
            .into_iter()
            .map(|(name, value)| format!("{name}={value}&"))
            .collect();
        let asked = self.client.get(format!("{}?{query}", self.url));
        let asked = asked.timeout(HOLD + Duration::from_secs(10)).send();
        let answer: Answer = asked.await?.error_for_status()?.json().await?;
        Ok(SignedDuration::from_millis(answer.result.ahead_ms))
    }
}
