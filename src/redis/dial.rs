//! Makes a connection to Redis, with TLS where the URL says so, and looks whether we may use it.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use ostankino_tls::{self as tls, Distrust};
use redis::{
    AsyncConnectionConfig, ErrorKind, RedisConnectionInfo, RedisError as Refused, ServerErrorKind,
    aio::MultiplexedConnection,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, pki_types::ServerName},
};

use super::RedisError;
use crate::config::{RedisConfig, RedisUrl};

/// A connection, and what must be polled for it to work; that ends with it.
pub(super) type Dialled = (MultiplexedConnection, BoxFuture<'static, ()>);

/// How to reach the server.
pub(super) struct Target {
    url: RedisUrl,
    info: RedisConnectionInfo,
    tls: Option<Arc<ClientConfig>>,
    timeout: Duration,
}

impl Target {
    /// `None` where there is no Redis.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration.
    pub(super) fn of(config: &RedisConfig) -> Result<Option<Self>, RedisError> {
        let advice = "correct it (OSTANKINO__REDIS__URL)";
        let target = config.target();
        let Some(url) =
            target.map_err(|problem| RedisError::fatal(format!("redis.url {problem}"), advice))?
        else {
            return Ok(None);
        };
        let tls = match url.is_encrypted {
            true => Some(tls::client_config_of(&config.tls()).map_err(|error| {
                let advice = "correct redis.root_certificate_file, or the file";
                RedisError::fatal(crate::chain(&error), advice)
            })?),
            false => None,
        };
        let mut info = RedisConnectionInfo::default()
            .set_db(url.database.into())
            .set_lib_name("ostankino", env!("CARGO_PKG_VERSION"));
        if let Some(user) = &url.user {
            info = info.set_username(user);
        }
        if let Some(password) = &url.password {
            info = info.set_password(password);
        }
        Ok(Some(Self {
            url,
            info,
            tls: tls.map(Arc::new),
            timeout: config.request_timeout(),
        }))
    }

    /// Whether what is sent can be read on the way.
    pub(super) fn is_in_the_open(&self) -> bool {
        !self.url.is_encrypted && !self.url.is_local()
    }

    /// Connects, and asks for a sign of life.
    ///
    /// # Errors
    ///
    /// The server is away, or takes us amiss.
    pub(super) async fn dial(&self) -> Result<Dialled, RedisError> {
        // Finding the host, connecting, TLS and the first answers have the time of one command each.
        match timeout(self.timeout * 4, self.connect()).await {
            Ok(connected) => connected,
            Err(_) => Err(RedisError::passing("it does not answer in time")),
        }
    }

    async fn connect(&self) -> Result<Dialled, RedisError> {
        let RedisUrl { host, port, .. } = &self.url;
        let stream = TcpStream::connect((host.as_str(), *port)).await;
        let stream = stream.map_err(|error| RedisError::passing(error.to_string()))?;
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return self.greet(stream).await;
        };
        let name = ServerName::try_from(host.clone()).map_err(|_| {
            let advice = "write the host as the server's certificate does (OSTANKINO__REDIS__URL)";
            RedisError::fatal(
                "redis.url names no host that a certificate can be for",
                advice,
            )
        })?;
        let connecting = TlsConnector::from(tls.clone()).connect(name, stream).await;
        self.greet(connecting.map_err(|error| distrusted(&error))?)
            .await
    }

    async fn greet<S>(&self, stream: S) -> Result<Dialled, RedisError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(self.timeout));
        let made = MultiplexedConnection::new_with_config(&self.info, stream, config).await;
        let (mut connection, driver) = made.map_err(|error| refused(&error))?;
        let mut driver: BoxFuture<'static, ()> = Box::pin(driver);
        let ping = redis::cmd("PING");
        let asked = tokio::select! {
            asked = ping.query_async::<()>(&mut connection) => asked,
            () = &mut driver => return Err(RedisError::passing("it closed the connection")),
        };
        asked.map_err(|error| refused(&error))?;
        Ok((connection, driver))
    }
}

/// What TLS has against it.
fn distrusted(error: &(dyn std::error::Error + 'static)) -> RedisError {
    let advice = match tls::distrust(error) {
        None => return RedisError::passing(crate::chain(error)),
        Some(Distrust::Issuer) => {
            "name the file with the certificate of the server's authority as \
             redis.root_certificate_file"
        }
        Some(Distrust::Name) => "write the host in redis.url as the server's certificate does",
        Some(Distrust::Other) => "give the server another certificate",
        Some(Distrust::Ours) => "have the server ask for no certificate of ours",
    };
    RedisError::fatal(crate::chain(error), advice)
}

/// What the server has against us.
fn refused(error: &Refused) -> RedisError {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::AuthenticationFailed => RedisError::fatal(
            "Redis refuses the user and password",
            "correct them in redis.url (OSTANKINO__REDIS__URL)",
        ),
        _ if error.code() == Some("NOAUTH") => RedisError::fatal(
            "Redis refuses who names no user",
            "write the password into redis.url (OSTANKINO__REDIS__URL): redis://:password@host",
        ),
        ErrorKind::Server(ServerErrorKind::NoPerm) => RedisError::fatal(
            format!("Redis does not let this user in: {text}"),
            "let it read and write keys that begin with nats.prefix, and run PING and EVAL",
        ),
        // Other answers of this kind may pass: that it has too many clients.
        ErrorKind::Server(ServerErrorKind::ResponseError) if text.contains("database") => {
            RedisError::fatal(
                text,
                "correct the number behind the host in redis.url (OSTANKINO__REDIS__URL)",
            )
        }
        _ => RedisError::passing(text),
    }
}
