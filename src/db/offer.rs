//! TLS as it is offered to PostgreSQL: with `sslmode=prefer` the server decides, and whether it
//! took the offer is worth knowing.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio_postgres::{
    Socket,
    tls::{MakeTlsConnect, TlsConnect},
};
use tokio_postgres_rustls::MakeRustlsConnect;

type Inner = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;

/// rustls, and a flag that is set as soon as the server agrees to it.
pub(super) struct Offer {
    inner: MakeRustlsConnect,
    taken: Arc<AtomicBool>,
}

impl Offer {
    pub(super) fn new(inner: MakeRustlsConnect, taken: Arc<AtomicBool>) -> Self {
        Self { inner, taken }
    }
}

impl MakeTlsConnect<Socket> for Offer {
    type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
    type TlsConnect = Offered;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Offered, Self::Error> {
        // One for each server of the list: only the last one counts.
        self.taken.store(false, Ordering::Relaxed);
        Ok(Offered {
            inner: MakeTlsConnect::<Socket>::make_tls_connect(&mut self.inner, domain)?,
            taken: self.taken.clone(),
        })
    }
}

/// The offer to one server.
pub(super) struct Offered {
    inner: Inner,
    taken: Arc<AtomicBool>,
}

impl TlsConnect<Socket> for Offered {
    type Stream = <Inner as TlsConnect<Socket>>::Stream;
    type Error = <Inner as TlsConnect<Socket>>::Error;
    type Future = <Inner as TlsConnect<Socket>>::Future;

    fn connect(self, stream: Socket) -> Self::Future {
        self.taken.store(true, Ordering::Relaxed);
        self.inner.connect(stream)
    }
}
