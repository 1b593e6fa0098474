//! The port of the webhook: taken at the start, so that another program there is told at once, and open only when updates can be taken.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

use crate::{Config, config::Intake};

/// How many connections may wait to be accepted.
const WAITING: u32 = 1024;

/// A port that is not open yet: who comes is turned away, and tries another process.
#[derive(Debug)]
pub(crate) struct Door(TcpSocket);

/// The port cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the port {address} of web.webhook_listen cannot be opened: {source}")]
pub(crate) struct DoorError {
    address: SocketAddr,
    source: io::Error,
}

impl Door {
    /// Takes the port; `None` if no webhook is wanted.
    ///
    /// # Errors
    ///
    /// Another program has the port, or the address is none of this machine's.
    pub(crate) fn take(config: &Config) -> Result<Option<Self>, DoorError> {
        let is_wanted = config.telegram.intake == Intake::Webhook;
        let Some(address) = config.web.webhook_address().filter(|_| is_wanted) else {
            return Ok(None);
        };
        let taken = || {
            let socket = if address.is_ipv4() {
                TcpSocket::new_v4()?
            } else {
                TcpSocket::new_v6()?
            };
            // Connections of the process before may still be on their way out.
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            Ok(socket)
        };
        let socket = taken().map_err(|source| DoorError { address, source })?;
        Ok(Some(Self(socket)))
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// Another program was faster.
    pub(super) fn open(self) -> io::Result<TcpListener> {
        self.0.listen(WAITING)
    }
}
