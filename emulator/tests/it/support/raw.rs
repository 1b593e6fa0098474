//! A bare TCP connection, for what an HTTP client would hide.

use std::{io, net::SocketAddr};

use tokio::net::TcpStream;

/// A connection to the emulator.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn send(&self, text: &str) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            self.0.writable().await.unwrap();
            match self.0.try_write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("cannot write: {error}"),
            }
        }
    }

    /// Reads once: some text, `""` at the end of the connection, or its error.
    pub(crate) async fn receive(&self) -> io::Result<String> {
        let mut buffer = [0; 4096];
        loop {
            self.0.readable().await?;
            match self.0.try_read(&mut buffer) {
                Ok(count) => return Ok(String::from_utf8_lossy(&buffer[..count]).into_owned()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}
