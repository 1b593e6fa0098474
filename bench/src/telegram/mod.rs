//! A Bot API server that only delivers updates made before and takes calls: the load of the
//! benchmark. It runs in a thread of its own, so that this process's CPU time is what it costs.

mod http;
mod ledger;
mod methods;
mod supply;
mod updates;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::net::TcpListener;

pub(crate) use self::{
    ledger::{Account, Faults},
    supply::{Pace, Supply},
    updates::FIRST_USER,
};

/// How long Telegram takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delays {
    /// For each call but `getUpdates`: from its arrival to its answer.
    pub(crate) call: Duration,
    /// For each answer to `getUpdates`, once there are updates.
    pub(crate) poll: Duration,
}

impl Delays {
    /// From milliseconds.
    pub(crate) fn from_millis(call: u64, poll: u64) -> Self {
        Self {
            call: Duration::from_millis(call),
            poll: Duration::from_millis(poll),
        }
    }
}

/// A running server. It ends with the process.
#[derive(Debug)]
pub(crate) struct Telegram {
    address: SocketAddr,
    /// What it delivers, and what became of it.
    pub(crate) supply: Arc<Supply>,
}

impl Telegram {
    /// The token it knows its bot by; it takes any.
    pub(crate) const TOKEN: &str = "7000000001:bench-0123456789-bench-0123456789-b";

    /// Starts a server on a free port, which at saturation has that many updates unanswered at most.
    pub(crate) fn start(delays: Delays, window: usize) -> io::Result<Self> {
        let supply = Arc::new(Supply::new(window));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let served = supply.clone();
        std::thread::Builder::new()
            .name("telegram".into())
            .spawn(move || runtime.block_on(http::serve(listener, served, delays)))?;
        Ok(Self { address, supply })
    }

    /// What a bot is to be told as the address of the Bot API.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

#[cfg(test)]
mod tests;
