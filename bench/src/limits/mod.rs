//! What nothing built on these parts can exceed, measured in the same run: the same HTTP client with
//! nothing around it, JetStream with batches alone, PostgreSQL with the same SQL.

pub(crate) mod bare;
mod jetstream;
mod pgbench;

use serde::Serialize;

pub(crate) use self::{
    jetstream::jetstream,
    pgbench::{PGBENCH_RUNS, pgbench},
};

/// One limit. Times of the CPU are microseconds a unit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Limit {
    pub(crate) what: String,
    /// What is counted: updates, rows, transactions.
    pub(crate) unit: &'static str,
    pub(crate) per_s: f64,
    pub(crate) own_cpu_us: Option<f64>,
    pub(crate) nats_cpu_us: Option<f64>,
    pub(crate) postgres_cpu_us: Option<f64>,
}
