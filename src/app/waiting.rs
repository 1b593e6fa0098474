//! Waits at the start for what is away, with a clear line in the log; what waiting cannot mend ends the
//! process with a message that says what to change.

use std::time::Duration;

use crate::{
    config::{DatabaseConfig, NatsConfig, TelegramConfig},
    telegram::backoff::Backoff,
};

/// The service cannot start; waiting does not help.
#[derive(Debug, thiserror::Error)]
#[error("{problem}: {advice}")]
pub struct StartError {
    problem: String,
    advice: String,
}

impl StartError {
    pub(super) fn of(problem: &str, advice: &dyn ToString) -> Self {
        Self {
            problem: problem.to_owned(),
            advice: advice.to_string(),
        }
    }
}

/// What a step that failed says of itself.
pub(super) enum Failure {
    /// Try again later.
    Passing(String),
    /// Give up.
    Fatal(StartError),
}

impl Failure {
    pub(super) fn new(problem: String, advice: Option<&str>) -> Self {
        match advice {
            Some(advice) => Self::Fatal(StartError {
                problem,
                advice: advice.into(),
            }),
            None => Self::Passing(problem),
        }
    }
}

/// What is waited for: its name, where it is looked for, and the key that says so.
pub(super) struct Awaited {
    what: &'static str,
    address: String,
    key: &'static str,
}

impl Awaited {
    pub(super) fn telegram(config: &TelegramConfig) -> Self {
        Self {
            what: "Telegram",
            address: config.address(),
            key: "telegram.api_url",
        }
    }

    pub(super) fn postgresql(config: &DatabaseConfig) -> Self {
        Self {
            what: "PostgreSQL",
            address: config.address(),
            key: "database.url",
        }
    }

    pub(super) fn nats(what: &'static str, config: &NatsConfig) -> Self {
        Self {
            what,
            address: config.address(),
            key: "nats.urls",
        }
    }
}

/// Repeats `step` until it succeeds or cannot.
pub(super) async fn wait_for<T>(
    awaited: Awaited,
    mut step: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, StartError> {
    let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
    let Awaited { what, address, key } = awaited;
    loop {
        match step().await {
            Ok(value) => return Ok(value),
            Err(Failure::Fatal(error)) => return Err(error),
            Err(Failure::Passing(error)) => {
                let wait = backoff.next();
                let wait_ms = wait.as_millis();
                tracing::warn!(
                    event = "waiting",
                    address,
                    key,
                    error,
                    wait_ms,
                    "waiting for {what}"
                );
                tokio::time::sleep(wait).await;
            }
        }
    }
}
