//! Why a command failed, in one line, with what to change where that is known.

use std::{error::Error as StdError, fmt};

use crate::{
    chain,
    config::ConfigError,
    db::{ConnectError, MigrationError, sqlstate},
    nats::NatsError,
    redis::RedisError,
    telegram::internal::sources,
    telemetry::FilterError,
};

/// The command cannot go on; its text is for the operator.
#[derive(Debug)]
pub(super) struct Failure(String);

impl Failure {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn explain(error: &(dyn StdError + 'static)) -> Self {
        Self::with_advice(chain(error), sources(error).find_map(advice))
    }

    fn with_advice(mut text: String, advice: Option<String>) -> Self {
        if let Some(advice) = advice {
            text.push_str(": ");
            text.push_str(&advice);
        }
        Self(text)
    }
}

fn advice(error: &(dyn StdError + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<NatsError>() {
        return error.advice().map(str::to_owned);
    }
    if let Some(error) = error.downcast_ref::<RedisError>() {
        return error.advice().map(str::to_owned);
    }
    if let Some(error) = error.downcast_ref::<ConnectError>() {
        return error.advice().map(str::to_owned);
    }
    if let Some(error) = error.downcast_ref::<MigrationError>() {
        return Some(error.advice().to_owned());
    }
    let code = sqlstate(error.downcast_ref()?)?;
    // A table, or a column, that is not there.
    matches!(code, "42P01" | "42703")
        .then(|| "bring the schema up to date with the command `migrate`".into())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::with_advice(error.chain(), error.sources().find_map(advice))
    }
}

macro_rules! explained {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::explain(&error)
            }
        }
    )*};
}

explained!(
    ConfigError,
    ConnectError,
    FilterError,
    NatsError,
    RedisError
);
