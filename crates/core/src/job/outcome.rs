//! How a job ended, as arguments of the handlers of that.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::Job;
use crate::{Error, FromRequest, Request, Result};

/// What a job gave, as an argument of the handler of [`Router::done`](crate::Router::done).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done<J: Job>(pub J::Output);

/// A job that came to nothing, as an argument of the handler of [`Router::failed`](crate::Router::failed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed<J> {
    /// The job.
    pub job: J,
    /// Why.
    pub why: Why,
}

/// Why a job came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// Each attempt failed, took too long, or ended its process: the log tells how.
    Failed,
    /// It returned [`Error::User`]: these words, as HTML.
    Refused(String),
    /// The user stopped it, or an operator did.
    Cancelled,
}

/// The name of the event of what a job gave.
#[must_use]
pub fn done_name(job: &str) -> String {
    format!("done.{job}")
}

/// The name of the event of one that came to nothing.
#[must_use]
pub fn failed_name(job: &str) -> String {
    format!("failed.{job}")
}

/// The data of that event.
#[must_use]
pub fn failed_data(job: &Value, why: &Why) -> Value {
    json!({"job": job, "why": why})
}

impl<J: Job> FromRequest for Done<J> {
    async fn from_request(request: &Request) -> Result<Self> {
        data(request, &done_name(J::NAME), J::NAME).map(Self)
    }
}

impl<J: Job> FromRequest for Failed<J> {
    async fn from_request(request: &Request) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(bound(deserialize = "J: DeserializeOwned"))]
        struct Data<J> {
            job: J,
            why: Why,
        }
        let Data { job, why } = data(request, &failed_name(J::NAME), J::NAME)?;
        Ok(Self { job, why })
    }
}

fn data<T: DeserializeOwned>(request: &Request, name: &str, part: &'static str) -> Result<T> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: DeserializeOwned"))]
    struct Payload<T> {
        data: T,
    }
    let event = request.update.event();
    if event.is_none_or(|event| event.name != name) {
        return Err(Error::Mismatch("result of that job"));
    }
    let payload = request.update.payload::<Payload<T>>();
    Ok(payload
        .map_err(|source| Error::Payload { part, source })?
        .data)
}
