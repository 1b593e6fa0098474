//! A proxy of a test's own, HTTP or SOCKS5: whatever it is asked for, it leads to one server.

use std::{
    io::{Error, Result},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::encoding::base64;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How it is set up.
#[derive(Clone)]
pub(crate) struct Setup {
    is_socks: bool,
    login: Option<(&'static str, &'static str)>,
    /// Of the proxy itself: `https://`.
    outer: Option<TlsAcceptor>,
    /// Of the server that it leads to.
    inner: Option<TlsAcceptor>,
    target: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Runs as long as the runtime of its test.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Setup {
    pub(crate) fn http(target: SocketAddr) -> Self {
        Self {
            is_socks: false,
            login: None,
            outer: None,
            inner: None,
            target,
            asked: Arc::default(),
        }
    }

    pub(crate) fn socks(target: SocketAddr) -> Self {
        Self {
            is_socks: true,
            ..Self::http(target)
        }
    }

    /// Only this user may pass.
    pub(crate) fn login(mut self, user: &'static str, password: &'static str) -> Self {
        self.login = Some((user, password));
        self
    }

    /// It is spoken to over TLS.
    pub(crate) fn over_tls(mut self, acceptor: TlsAcceptor) -> Self {
        self.outer = Some(acceptor);
        self
    }

    /// The server behind it is spoken to over TLS, of which it knows nothing itself.
    pub(crate) fn with_tls(mut self, acceptor: TlsAcceptor) -> Self {
        self.inner = Some(acceptor);
        self
    }

    pub(crate) async fn start(self) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let proxy = Proxy {
            address: listener.local_addr().expect("bound"),
            asked: self.asked.clone(),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let setup = self.clone();
                // How a client leaves is its own affair.
                tokio::spawn(async move { setup.serve(stream).await.unwrap_or_default() });
            }
        });
        proxy
    }

    async fn serve(self, stream: TcpStream) -> Result<()> {
        let mut stream: Box<dyn Stream> = match &self.outer {
            Some(acceptor) => Box::new(acceptor.accept(stream).await?),
            None => Box::new(stream),
        };
        let head = match self.is_socks {
            true => self.greet(&mut stream).await?,
            false => self.head(&mut stream).await?,
        };
        let mut server = TcpStream::connect(self.target).await?;
        server.write_all(&head).await?;
        if let Some(acceptor) = &self.inner {
            stream = Box::new(acceptor.accept(stream).await?);
        }
        copy_bidirectional(&mut stream, &mut server).await.map(drop)
    }

    fn asked(&self, what: impl Into<String>) {
        self.asked.lock().expect("no panic").push(what.into());
    }

    /// Gives what belongs to the server: the request itself, unless a tunnel is asked for.
    async fn head(&self, stream: &mut Box<dyn Stream>) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let known = self.login.is_none_or(|(user, password)| {
            let login = base64(format!("{user}:{password}").as_bytes());
            let header = format!("proxy-authorization: basic {login}").to_lowercase();
            text.to_lowercase().contains(&header)
        });
        if !known {
            let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).await?;
            return Err(Error::other("a stranger"));
        }
        let line = text.lines().next().unwrap_or_default();
        self.asked(line);
        if line.starts_with("CONNECT ") {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            head.clear();
        }
        Ok(head)
    }

    /// RFC 1928 and 1929.
    async fn greet(&self, stream: &mut Box<dyn Stream>) -> Result<Vec<u8>> {
        stream.read_u8().await?;
        sized(stream).await?;
        let method = if self.login.is_some() { 2 } else { 0 };
        stream.write_all(&[5, method]).await?;
        if let Some((user, password)) = self.login {
            stream.read_u8().await?;
            let given = (sized(stream).await?, sized(stream).await?);
            let known = given == (user.into(), password.into());
            stream.write_all(&[1, u8::from(!known)]).await?;
            if !known {
                return Err(Error::other("a stranger"));
            }
        }
        let mut request = [0; 4];
        stream.read_exact(&mut request).await?;
        let host = match request[3] {
            1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
            3 => String::from_utf8_lossy(&sized(stream).await?).into_owned(),
            _ => return Err(Error::other("another kind of address")),
        };
        stream.read_u16().await?;
        self.asked(host);
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        Ok(Vec::new())
    }
}

/// Bytes behind their number.
async fn sized(stream: &mut Box<dyn Stream>) -> Result<Vec<u8>> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

impl Proxy {
    /// What it was asked for so far: a line of a request, or a host.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}
