//! Reads along what PostgreSQL answers: puts the SQLSTATE of an error before its words, where diesel
//! keeps it, and learns that a connection is of no use any more. It looks at nothing but the heads
//! of messages, and into errors.

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

/// Whether an error said that the connection is of no use any more. A clone shares it.
#[derive(Clone, Debug, Default)]
pub(super) struct Spent(Arc<AtomicBool>);

impl Spent {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection in plain text: what comes is read along, what goes out is not touched.
#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: S,
    heads: Heads,
    /// An error that has not come to its end yet.
    error: Option<BytesMut>,
    /// What came with an error, to be handed out before more is read.
    held: BytesMut,
    spent: Spent,
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, spent: Spent) -> Self {
        Self {
            stream,
            heads: Heads::default(),
            error: None,
            held: BytesMut::new(),
            spent,
        }
    }

    /// Takes what came from an error on: whole errors are rewritten, all else stays as it is.
    fn hold(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let Some(error) = &mut self.error else {
                let passed = self.heads.pass(bytes);
                self.held.extend_from_slice(&bytes[..passed]);
                bytes = &bytes[passed..];
                if !bytes.is_empty() {
                    self.error = Some(BytesMut::new());
                }
                continue;
            };
            let wanted = match error.first_chunk::<HEAD>() {
                Some(head) => HEAD + body_length(head),
                None => HEAD,
            };
            let taken = bytes.len().min(wanted - error.len());
            error.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            let is_whole = error
                .first_chunk::<HEAD>()
                .is_some_and(|head| error.len() == HEAD + body_length(head));
            if is_whole && let Some(error) = self.error.take() {
                self.tell(&error);
            }
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
                    self.spent.0.store(true, Ordering::Relaxed);
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
    /// How many of these bytes come before an error.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            if self.body > 0 {
                let passed = self.body.min(bytes.len() - at);
                self.body -= passed;
                at += passed;
                continue;
            }
            if self.come == 0 && bytes[at] == b'E' {
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
            let passed = match this.error {
                None => this.heads.pass(come),
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
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
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
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).expect("a short one");
        [&[kind], &length.to_be_bytes()[..], body].concat()
    }

    /// Arrives in pieces of that many bytes.
    async fn arrives(bytes: &[u8], piece: usize) -> (Vec<u8>, bool) {
        let mut stream = tokio_test_pieces(bytes, piece);
        let spent = Spent::default();
        let mut wire = Wire::new(&mut stream, spent.clone());
        let mut read = Vec::new();
        wire.read_to_end(&mut read).await.expect("it is read");
        (read, spent.is_set())
    }

    struct Pieces<'a>(&'a [u8], usize);

    fn tokio_test_pieces(bytes: &[u8], piece: usize) -> Pieces<'_> {
        Pieces(bytes, piece)
    }

    impl AsyncRead for Pieces<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let length = self.1.min(self.0.len()).min(buf.remaining());
            let (now, later) = self.0.split_at(length);
            buf.put_slice(now);
            self.0 = later;
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn an_error_gets_its_code_before_its_words_however_it_arrives() {
        let row = message(b'D', b"EEEEE\0E\0");
        let error = message(
            b'E',
            b"S\xd0\x9e\0C57P01\0M\xd0\xba\xd0\xbe\xd0\xbd\xd0\xb5\xd1\x86\0\0",
        );
        let ready = message(b'Z', b"E");
        let told = message(
            b'E',
            b"S\xd0\x9e\0C57P01\0M57P01: \xd0\xba\xd0\xbe\xd0\xbd\xd0\xb5\xd1\x86\0\0",
        );
        let sent = [&*row, &*error, &*ready, &*row, &*error, &*row].concat();
        let expected = [&*row, &*told, &*ready, &*row, &*told, &*row].concat();
        for piece in 1..=sent.len() {
            let (read, is_spent) = arrives(&sent, piece).await;
            assert_eq!(read, expected, "in pieces of {piece}");
            assert!(is_spent);
        }
    }

    #[tokio::test]
    async fn what_is_no_error_or_an_odd_one_passes_as_it_is() {
        for body in [
            &b"\0"[..],
            b"",
            b"M",
            b"Mno code\0\0",
            b"C23505\0\0",
            b"C\xff\0Mx\0\0",
        ] {
            let sent = [message(b'1', b""), message(b'E', body), message(b'Z', b"I")].concat();
            for piece in 1..=sent.len() {
                let (read, is_spent) = arrives(&sent, piece).await;
                assert_eq!((read, is_spent), (sent.clone(), false));
            }
        }
    }
}
