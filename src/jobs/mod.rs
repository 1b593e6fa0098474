//! Runs jobs: long work that handlers ask for, outside of the order of their user.
//!
//! A job is a row of the table `jobs` until its result is told. Any container claims it by a lease, which it renews while
//! it works; if it dies, another one claims the row. What comes of the job is stored in the row before it is published as
//! an event, and that is applied once.

mod claim;
mod driver;
mod lease;
#[cfg(feature = "cli")]
mod operator;
mod running;
mod stopping;
mod table;
mod telling;

#[cfg(feature = "cli")]
pub(crate) use self::operator::{AllJobs, JobRow};
pub(crate) use self::{
    driver::JobsDriver,
    stopping::{Words, routes},
    table::{JobStore, NewJob},
};
