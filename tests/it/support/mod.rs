//! What the library's own tests have beside the world that `ostankino-test` makes for each test: programs as
//! processes, and faults.
//!
//! ```ignore
//! let world = World::new().await;
//! let service = world.service().start().await;      // the real binary, as a process
//! let alice = world.tg.person("Алиса");
//! alice.says("/start");
//! assert!(alice.next_message().await.text.contains("Алиса"));
//! assert!(world.user(alice.id()).await.expect("a row").is_active);
//! service.stop().await;
//! ```
//!
//! - [`World::service`]: the bundled bot as a child process; its log as records, signals, exit code.
//! - [`World::app`]: a bot with handlers of the test's own, in a thread with a runtime of its own.
//! - [`logs`]: logs that are waited for, or that break.
//! - [`balancer`]: a balancer before several processes.
//! - [`certificates`]: an authority of the test's own, for servers that speak TLS.
//! - [`collector`]: a collector of traces that takes, refuses or hangs.
//! - [`panel`]: the admin page as a browser has it.
//! - [`program`]: a bot with handlers of the test's own, as a child process; [`notes`] of what it handles.
//! - [`proxy`]: a proxy of the test's own, before any server.
//! - [`tap`]: a way to nats-server that keeps what is asked for.
//! - [`hole`]: a way to PostgreSQL that can fall silent.
//! - [`servers`]: a PostgreSQL and a nats-server of the test's own, to stop, kill and start again.
//!
//! Everything waits for an event, with a deadline. Dropping the world checks that no connection was
//! left in a transaction, and removes what it made.

pub(crate) mod balancer;
pub(crate) mod certificates;
pub(crate) mod collector;
pub(crate) mod encoding;
mod folder;
pub(crate) mod gateway;
pub(crate) mod hole;
pub(crate) mod logs;
pub(crate) mod migrations;
pub(crate) mod notes;
pub(crate) mod panel;
mod people;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod servers;
mod service;
pub(crate) mod tap;
mod world;

pub(crate) use folder::Folder;
pub(crate) use ostankino_test::{DEADLINE, Logs, TestApp};
pub(crate) use service::{Finished, Service, ServiceSetup};
pub(crate) use world::World;

/// The apology, exactly.
pub(crate) const APOLOGY: &str = "Что-то пошло не так";

/// A client of ports that speak no TLS: it does not read the system's certificates, for which a debug build takes 20 ms.
pub(crate) fn without_tls() -> reqwest::ClientBuilder {
    reqwest::Client::builder().tls_certs_only([])
}
