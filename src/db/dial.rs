//! Dials PostgreSQL so that what it answers is read along, with and without TLS.

use std::{future::Future, pin::Pin, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};
use tokio_postgres::{
    Client, Config, Connection, NoTls, Socket,
    config::{Host, SslMode, SslNegotiation},
    tls::{MakeTlsConnect, TlsConnect},
};
use tokio_util::either::Either;

use super::{
    ConnectError,
    wire::{SideChannel, Wire},
};
use crate::BoxError;

/// What a client asks a server for before TLS begins.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// How long a peer may be silent before the system's kernel asks whether it is there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);

/// How long the kernel waits for an answer before it asks again.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// What tokio-postgres takes unless the URL says otherwise.
const DEFAULT_KEEPALIVE_IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// Lets the kernel find out that a peer is gone: what was sent is acknowledged within `limit`, and a
/// connection without traffic is asked now and then. What the URL says wins.
pub(super) fn watch_peer(server: &mut Config, limit: Duration) {
    if server.get_tcp_user_timeout().is_none() {
        server.tcp_user_timeout(limit);
    }
    if server.get_keepalives_idle() == DEFAULT_KEEPALIVE_IDLE {
        server.keepalives_idle(KEEPALIVE_IDLE);
    }
    if server.get_keepalives_interval().is_none() {
        server.keepalives_interval(KEEPALIVE_INTERVAL);
    }
    if server.get_keepalives_retries().is_none() {
        server.keepalives_retries(3);
    }
}

/// What drives a connection: over TCP, or by a socket file.
pub(super) type Driver<S> = Either<Connection<Socket, Wire<Either<Socket, S>>>, Plain>;

type Dialled<S> = Result<(Client, Driver<S>), tokio_postgres::Error>;

/// Connects, with TLS as the configuration's `ssl_mode` says. What the server, or the way to it, had
/// against it is the inner error.
pub(super) async fn dial<T>(
    server: &Config,
    tls: T,
    side: SideChannel,
) -> Result<Dialled<T::Stream>, ConnectError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Unpin + Send + 'static,
    T::TlsConnect: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let is_socket = |host: &Host| matches!(host, Host::Unix(_));
    if server.get_hosts().iter().any(is_socket) {
        let dialled = dial_unix(server, side).await?;
        return Ok(dialled.map(|(client, driver)| (client, Either::Right(driver))));
    }
    let mut server = server.clone();
    if server.get_hosts().is_empty() {
        // tokio-postgres wants a name for TLS; an address is one.
        for address in server.get_hostaddrs().to_vec() {
            server.host(address.to_string());
        }
    }
    let tls = ReadAlong {
        tls,
        mode: server.get_ssl_mode(),
        negotiation: server.get_ssl_negotiation(),
        side,
    };
    // So that tokio-postgres leaves all of the handshake to us: plain text passes there, too.
    server.ssl_mode(SslMode::Require);
    server.ssl_negotiation(SslNegotiation::Direct);
    let dialled = Box::pin(server.connect(tls)).await;
    Ok(dialled.map(|(client, driver)| (client, Either::Left(driver))))
}

type Plain = Connection<Wire<UnixStream>, <NoTls as MakeTlsConnect<UnixStream>>::Stream>;

/// Connects to the first socket file that answers; there is no TLS on those.
async fn dial_unix(
    server: &Config,
    side: SideChannel,
) -> Result<Result<(Client, Plain), tokio_postgres::Error>, ConnectError> {
    let ports = server.get_ports();
    let mut failure = Err(ConnectError::Hosts);
    for (n, host) in server.get_hosts().iter().enumerate() {
        let Host::Unix(folder) = host else {
            return Err(ConnectError::Hosts);
        };
        let port = ports.get(n).or(ports.first()).unwrap_or(&5432);
        let stream = match UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await {
            Ok(stream) => stream,
            Err(error) => {
                failure = Err(error.into());
                continue;
            }
        };
        let mut plain = server.clone();
        plain.ssl_mode(SslMode::Disable);
        let wire = Wire::new(stream, side.clone());
        match plain.connect_raw(wire, NoTls).await {
            Ok(dialled) => return Ok(Ok(dialled)),
            Err(error) => failure = Ok(Err(error)),
        }
    }
    failure
}

/// Makes streams that are read along, of plain text or inside of TLS.
struct ReadAlong<T> {
    tls: T,
    mode: SslMode,
    negotiation: SslNegotiation,
    side: SideChannel,
}

impl<T> MakeTlsConnect<Socket> for ReadAlong<T>
where
    T: MakeTlsConnect<Socket>,
    T::TlsConnect: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    type Stream = Wire<Either<Socket, T::Stream>>;
    type TlsConnect = ReadAlong<T::TlsConnect>;
    type Error = T::Error;

    fn make_tls_connect(&mut self, name: &str) -> Result<Self::TlsConnect, T::Error> {
        Ok(ReadAlong {
            tls: self.tls.make_tls_connect(name)?,
            mode: self.mode,
            negotiation: self.negotiation,
            side: self.side.clone(),
        })
    }
}

impl<T> TlsConnect<Socket> for ReadAlong<T>
where
    T: TlsConnect<Socket> + Send + 'static,
    T::Future: Send,
{
    type Stream = Wire<Either<Socket, T::Stream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, BoxError>> + Send>>;

    fn connect(self, mut socket: Socket) -> Self::Future {
        Box::pin(async move {
            let has_tls = match (self.mode, self.negotiation) {
                (SslMode::Disable, _) => false,
                (_, SslNegotiation::Direct) => true,
                _ => {
                    socket.write_all(&SSL_REQUEST).await?;
                    socket.read_u8().await? == b'S'
                }
            };
            let stream = if has_tls {
                Either::Right(self.tls.connect(socket).await.map_err(Into::into)?)
            } else if self.mode == SslMode::Require {
                return Err("the server does not support TLS".into());
            } else {
                Either::Left(socket)
            };
            Ok(Wire::new(stream, self.side))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_watches_the_peer_unless_the_url_says_otherwise() {
        let limit = Duration::from_secs(6);
        let mut server: Config = "postgres://a@b/c".parse().expect("a URL");
        watch_peer(&mut server, limit);
        assert_eq!(server.get_tcp_user_timeout(), Some(&limit));
        assert!(server.get_keepalives());
        assert_eq!(server.get_keepalives_idle(), KEEPALIVE_IDLE);
        assert_eq!(server.get_keepalives_interval(), Some(KEEPALIVE_INTERVAL));
        assert_eq!(server.get_keepalives_retries(), Some(3));

        let url = "postgres://a@b/c?tcp_user_timeout=9&keepalives_idle=8&keepalives_interval=7&keepalives_retries=2";
        let mut server: Config = url.parse().expect("a URL");
        watch_peer(&mut server, limit);
        let seconds = Duration::from_secs;
        assert_eq!(server.get_tcp_user_timeout(), Some(&seconds(9)));
        assert_eq!(server.get_keepalives_idle(), seconds(8));
        assert_eq!(server.get_keepalives_interval(), Some(seconds(7)));
        assert_eq!(server.get_keepalives_retries(), Some(2));
    }
}
