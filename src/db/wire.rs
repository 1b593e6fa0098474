//! Reads along what PostgreSQL answers: puts the SQLSTATE of an error before its words, where diesel
//! keeps it, and learns that a connection is of no use any more. And sends a `BEGIN` along with the
//! first statement after it, which saves a round trip. It looks at nothing but the heads of messages,
//! into errors, and at the answer to that `BEGIN`.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};
use tokio_util::either::Either;

use super::sqlstate::Meaning;

/// What is known of a connection, and told it, beside diesel. A clone shares it.
#[derive(Clone, Debug, Default)]
pub(super) struct SideChannel(Arc<Marks>);

#[derive(Debug, Default)]
struct Marks {
    is_spent: AtomicBool,
    is_to_begin: AtomicBool,
}

impl SideChannel {
    /// Whether an error said that the connection is of no use any more.
    pub(super) fn is_spent(&self) -> bool {
        self.0.is_spent.load(Ordering::Relaxed)
    }

    /// Has a transaction begin before the next statement. Nothing may be under way.
    pub(super) fn begin(&self) {
        self.0.is_to_begin.store(true, Ordering::Release);
    }
}

/// A connection in plain text.
#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: S,
    heads: Heads,
    /// A message that is looked into, and has not come to its end yet.
    taken: Option<BytesMut>,
    /// What came with it, to be handed out before more is read.
    held: BytesMut,
    /// What goes out before all else.
    ahead: &'static [u8],
    begun: Begun,
    side: SideChannel,
}

/// A simple query: its type, its length, `BEGIN`.
const BEGIN: &[u8] = b"Q\0\0\0\x0aBEGIN\0";

/// How far the answer to a `BEGIN` has come that nobody else knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    /// There is none.
    No,
    /// To come is that it is done. An error instead is told to whoever sent the statement after it: it
    /// is one that ends the connection.
    Complete,
    /// To come is that the server is ready for more.
    Ready,
}

impl Begun {
    /// The type of the message that is not handed on.
    fn awaited(self) -> Option<u8> {
        match self {
            Self::No => None,
            Self::Complete => Some(b'C'),
            Self::Ready => Some(b'Z'),
        }
    }
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, side: SideChannel) -> Self {
        Self {
            stream,
            heads: Heads::default(),
            taken: None,
            held: BytesMut::new(),
            ahead: &[],
            begun: Begun::No,
            side,
        }
    }

    /// Takes what came from a message on that is looked into; what is between them stays as it is.
    fn hold(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let Some(message) = &mut self.taken else {
                let passed = self.heads.pass(bytes, self.begun.awaited());
                self.held.extend_from_slice(&bytes[..passed]);
                bytes = &bytes[passed..];
                if !bytes.is_empty() {
                    self.taken = Some(BytesMut::new());
                }
                continue;
            };
            let wanted = match message.first_chunk::<HEAD>() {
                Some(head) => HEAD + body_length(head),
                None => HEAD,
            };
            let taken = bytes.len().min(wanted - message.len());
            message.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            let is_whole = message
                .first_chunk::<HEAD>()
                .is_some_and(|head| message.len() == HEAD + body_length(head));
            if is_whole && let Some(message) = self.taken.take() {
                self.look_into(&message);
            }
        }
    }

    fn look_into(&mut self, message: &[u8]) {
        match (message[0], self.begun) {
            (b'E', _) => self.tell(message),
            (b'C', Begun::Complete) if message[HEAD..] == *b"BEGIN\0" => self.begun = Begun::Ready,
            (b'Z', Begun::Ready) => self.begun = Begun::No,
            // The answer to something before it.
            _ => self.held.extend_from_slice(message),
        }
    }

    /// Hands on a whole error with its code before its words.
    fn tell(&mut self, error: &[u8]) {
        let body = &error[HEAD..];
        let told = field(body, b'C')
            .zip(field(body, b'M'))
            .and_then(|(code, words)| {
                let code = body[code].to_vec();
                let is_spent = Meaning::of_code(str::from_utf8(&code).ok()?).ends_connection;
                if is_spent {
                    self.side.0.is_spent.store(true, Ordering::Relaxed);
                }
                let longer = u32::try_from(error.len() - 1 + code.len() + 2).ok()?;
                Some((code, words.start, longer))
            });
        let Some((code, begin, length)) = told else {
            return self.held.extend_from_slice(error);
        };
        self.held.extend_from_slice(b"E");
        self.held.extend_from_slice(&length.to_be_bytes());
        self.held.extend_from_slice(&body[..begin]);
        self.held.extend_from_slice(&code);
        self.held.extend_from_slice(b": ");
        self.held.extend_from_slice(&body[begin..]);
    }
}

/// The type of a message and its length.
const HEAD: usize = 5;

/// How many bytes follow a head. The length counts itself.
fn body_length(head: &[u8; HEAD]) -> usize {
    let [_, length @ ..] = head;
    usize::try_from(u32::from_be_bytes(*length).saturating_sub(4)).unwrap_or(usize::MAX - HEAD)
}

/// Where the value of a field of an error stands: each is a type, a text and a NUL.
fn field(body: &[u8], kind: u8) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    while let Some(&found) = body.get(at).filter(|kind| **kind != 0) {
        let length = memchr::memchr(0, &body[at + 1..])?;
        if found == kind {
            return Some(at + 1..at + 1 + length);
        }
        at += length + 2;
    }
    None
}

/// Where one message ends and the next begins.
#[derive(Debug, Default)]
struct Heads {
    head: [u8; HEAD],
    /// How much of the head has come.
    come: usize,
    /// How much of the body is still to come.
    body: usize,
}

impl Heads {
    /// How many of these bytes come before an error, or before a message of the type that is awaited.
    fn pass(&mut self, bytes: &[u8], awaited: Option<u8>) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            if self.body > 0 {
                let passed = self.body.min(bytes.len() - at);
                self.body -= passed;
                at += passed;
                continue;
            }
            if self.come == 0 && (bytes[at] == b'E' || Some(bytes[at]) == awaited) {
                break;
            }
            self.head[self.come] = bytes[at];
            self.come += 1;
            at += 1;
            if self.come == HEAD {
                self.body = body_length(&self.head);
                self.come = 0;
            }
        }
        at
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if !this.held.is_empty() {
                let length = this.held.len().min(buf.remaining());
                buf.put_slice(&this.held[..length]);
                this.held.advance(length);
                return Poll::Ready(Ok(()));
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
            let come = &buf.filled()[before..];
            if come.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let passed = match this.taken {
                None => this.heads.pass(come, this.begun.awaited()),
                Some(_) => 0,
            };
            if passed == come.len() {
                return Poll::Ready(Ok(()));
            }
            this.hold(&come[passed..]);
            buf.set_filled(before + passed);
            if passed > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.side.0.is_to_begin.swap(false, Ordering::Acquire) {
            (this.ahead, this.begun) = (BEGIN, Begun::Complete);
        }
        let Some(first) = parts.first().filter(|_| !this.ahead.is_empty()) else {
            return match parts {
                [part] => Pin::new(&mut this.stream).poll_write(cx, part),
                _ => Pin::new(&mut this.stream).poll_write_vectored(cx, parts),
            };
        };
        // In one packet, where the stream can.
        while !this.ahead.is_empty() {
            let both = [io::IoSlice::new(this.ahead), io::IoSlice::new(first)];
            let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, &both))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_first = written.saturating_sub(this.ahead.len());
            this.ahead = &this.ahead[written - of_first..];
            if of_first > 0 {
                return Poll::Ready(Ok(of_first));
            }
        }
        Pin::new(&mut this.stream).poll_write(cx, first)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<P, T> TlsStream for Wire<Either<P, T>>
where
    P: AsyncRead + AsyncWrite + Unpin,
    T: TlsStream + Unpin,
{
    fn channel_binding(&self) -> ChannelBinding {
        match &self.stream {
            Either::Left(_) => ChannelBinding::none(),
            Either::Right(tls) => tls.channel_binding(),
        }
    }
}

#[cfg(test)]
mod tests;
