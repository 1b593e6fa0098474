//! `[web]`: the port at which an operator asks after the process.

use std::net::SocketAddr;

use serde::Deserialize;

use super::Problems;

/// `[web]`: health, readiness and metrics over HTTP. Nobody is asked for a password: let nobody but your own servers reach the port.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// The address and port to listen at, as `127.0.0.1:8080`, or `0.0.0.0:8080` for all addresses of the machine; empty: no port is opened.
    pub listen: String,
}

impl WebConfig {
    /// Where to listen; `None` for nowhere. What is no address is told by [`check`](Self::check).
    #[cfg(feature = "web")]
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.listen.trim().parse().ok()
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        let listen = self.listen.trim();
        let is_address = || listen.parse::<SocketAddr>().is_ok();
        problems.must(listen.is_empty() || is_address(), || {
            format!(
                "web.listen is \"{listen}\": write an address and a port, as 127.0.0.1:8080 or [::]:8080"
            )
        });
        problems.must(listen.is_empty() || cfg!(feature = "web"), || {
            "web.listen is set, and this program was built without the feature `web`".into()
        });
    }
}
