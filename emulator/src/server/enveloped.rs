//! Answers of the HTTP library itself, to what it cannot read, in Telegram's envelope: it writes bare ones.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The statuses it answers with by itself, and Telegram's words.
const BARE: [(&str, u16, &str); 3] = [
    ("HTTP/1.1 400 ", 400, "Bad Request"),
    ("HTTP/1.1 414 ", 414, "Request-URI Too Long"),
    ("HTTP/1.1 431 ", 431, "Request Header Fields Too Large"),
];

/// A connection on which a bare error gets a body. Answers of ours are never empty errors.
pub(super) struct Enveloped<T> {
    inner: T,
    /// What is still to be written in the place of a bare one.
    rest: Vec<u8>,
}

impl<T> Enveloped<T> {
    pub(super) fn new(inner: T) -> Self {
        Self {
            inner,
            rest: vec![],
        }
    }

    pub(super) fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: AsyncWrite + Unpin> Enveloped<T> {
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(context, &self.rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.rest.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

/// The whole answer for a bare head.
fn envelope(head: &[u8]) -> Option<Vec<u8>> {
    let head = str::from_utf8(head).ok()?;
    let (_, code, words) = BARE.iter().find(|(begin, ..)| head.starts_with(begin))?;
    let (fields, body) = head.split_once("\r\n\r\n")?;
    let is_bare = fields.to_ascii_lowercase().contains("content-length: 0") && body.is_empty();
    let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{words}"}}"#);
    is_bare.then(|| {
        let text = format!(
            "HTTP/1.1 {code} {words}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        text.into_bytes()
    })
}

impl<T: AsyncRead + Unpin> AsyncRead for Enveloped<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Enveloped<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_rest(context))?;
        if let Some(whole) = envelope(bytes) {
            self.rest = whole;
            // The rest goes with the flush that follows.
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_rest(context))?;
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_rest(context))?;
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
