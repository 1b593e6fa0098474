//! What an operator asks a process over HTTP: whether it lives, whether it is ready, and its metrics. No port is open unless `web.listen` names
//! one.

#[cfg(feature = "admin")]
pub(crate) mod admin;
mod endpoint;
mod gauges;
mod log;
mod prometheus;
mod readiness;
mod routes;
mod several;
mod stage;
mod table;

pub(crate) use endpoint::Endpoint;
pub(crate) use stage::{Fleet, Servers, Sources, Stage, Trouble};
