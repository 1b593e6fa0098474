//! Reads along what PostgreSQL answers: puts the SQLSTATE of an error before its words, where diesel
//! keeps it, and learns that a connection is of no use any more. And sends a `BEGIN` along with the
//! first statement of a transaction, a `COMMIT` along with the last one, and the schema of a bot along with
//! its first statement on a connection that another bot had, which saves a round trip each. It looks at nothing but the heads of messages, into errors, and at the answers to those.

mod heads;
mod side;

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};
use tokio_util::either::Either;

use self::heads::{HEAD, Heads, Trail, body_length, field};
pub(super) use self::side::{SideChannel, quoted, set_schema};
use super::sqlstate::Meaning;

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
    ahead: Bytes,
    /// What goes out after the statement that was written last.
    behind: &'static [u8],
    /// What was sent.
    trail: Trail,
    /// What is to come that is not handed on, in its order.
    hidden: VecDeque<Hidden>,
    side: SideChannel,
}

/// A simple query: its type, its length, `BEGIN`.
const BEGIN: &[u8] = b"Q\0\0\0\x0aBEGIN\0";

const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// A message that is not handed on: nobody else knows what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hidden {
    /// That the schema is set.
    Set,
    /// That the transaction has begun. An error instead is told to whoever sent the statement after it:
    /// it is one that ends the connection.
    Begun,
    /// That the server is ready for more.
    AheadReady,
    /// That it is ready after the last statement, for the how many-th time since it is there: whoever
    /// sent that waits for the end of the transaction, and takes that one's for it.
    LastReady(u64),
    /// How the transaction ended. An error instead is told to whoever sent the last statement.
    Ended,
}

impl Hidden {
    /// Its type.
    fn kind(self) -> u8 {
        match self {
            Self::Set | Self::Begun | Self::Ended => b'C',
            Self::AheadReady | Self::LastReady(_) => b'Z',
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
            ahead: Bytes::new(),
            behind: &[],
            trail: Trail::new(),
            hidden: VecDeque::new(),
            side,
        }
    }

    fn awaited(&self) -> Option<u8> {
        self.hidden.front().map(|hidden| hidden.kind())
    }

    /// Takes what came from a message on that is looked into; what is between them stays as it is.
    fn hold(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let awaited = self.awaited();
            let Some(message) = &mut self.taken else {
                let passed = self.heads.pass(bytes, awaited);
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
        if let (b'Z', Some(status)) = (message[0], message.get(HEAD)) {
            self.heads.ready(*status);
        }
        match (message[0], self.hidden.front()) {
            (b'E', hidden) => {
                if hidden == Some(&Hidden::Ended) {
                    self.hidden.pop_front();
                }
                return self.tell(message);
            }
            (b'C', Some(Hidden::Set)) if message[HEAD..] == *b"SET\0" => {}
            (b'C', Some(Hidden::Begun)) if message[HEAD..] == *b"BEGIN\0" => {}
            // Else "ROLLBACK", after an error that was told.
            (b'C', Some(Hidden::Ended)) if message[HEAD..] == *b"COMMIT\0" => self.side.committed(),
            (b'C', Some(Hidden::Ended)) => {}
            (b'Z', Some(Hidden::AheadReady)) => {}
            (b'Z', Some(Hidden::LastReady(time))) if *time == self.heads.readies => {}
            // The answer to something before it.
            _ => return self.held.extend_from_slice(message),
        }
        self.hidden.pop_front();
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
                    self.side.spent();
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
                None => {
                    let awaited = this.awaited();
                    this.heads.pass(come, awaited)
                }
                Some(_) => 0,
            };
            if passed == come.len() {
                this.side.ready(this.heads.status);
                return Poll::Ready(Ok(()));
            }
            this.hold(&come[passed..]);
            this.side.ready(this.heads.status);
            buf.set_filled(before + passed);
            if passed > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// Writes some of the bytes, with what goes before and after them: in one packet, where the stream
    /// can. Gives how many of the bytes.
    fn poll_write_with(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut trail = self.trail;
            // What makes the connection has other messages.
            let is_made = self.heads.readies > 0;
            let is_to_commit = is_made && self.side.is_to_commit();
            let end = is_made.then(|| trail.pass(bytes, is_to_commit)).flatten();
            let (own, behind) = match end {
                Some(end) => (&bytes[..end], COMMIT),
                None => (bytes, &[][..]),
            };
            let stream = Pin::new(&mut self.stream);
            let written = ready!(match self.ahead.is_empty() && behind.is_empty() {
                true => stream.poll_write(cx, own),
                false => {
                    let parts = [&*self.ahead, own, behind].map(io::IoSlice::new);
                    stream.poll_write_vectored(cx, &parts)
                }
            })?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_ahead = written.min(self.ahead.len());
            let of_own = (written - of_ahead).min(own.len());
            self.ahead.advance(of_ahead);
            if of_own == own.len() {
                self.trail = trail;
            } else if is_made {
                self.trail.pass(&own[..of_own], false);
            }
            if end == Some(of_own) {
                self.behind = &behind[written - of_ahead - of_own..];
                let last = Hidden::LastReady(self.trail.asked);
                self.hidden.extend([last, Hidden::Ended]);
                self.trail.asked += 1;
                self.side.commit_sent();
            }
            if of_own > 0 {
                return Poll::Ready(Ok(of_own));
            }
        }
    }

    fn poll_write_behind(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.behind.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, self.behind))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.behind = &self.behind[written..];
        }
        Poll::Ready(Ok(()))
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
        ready!(this.poll_write_behind(cx))?;
        if let Some(set) = this.side.take_schema() {
            this.ahead = set;
            this.trail.asked += 1;
            this.hidden.extend([Hidden::Set, Hidden::AheadReady]);
        }
        if this.side.take_begin() {
            this.ahead = match this.ahead.is_empty() {
                true => Bytes::from_static(BEGIN),
                false => [&this.ahead, BEGIN].concat().into(),
            };
            this.trail.asked += 1;
            this.hidden.extend([Hidden::Begun, Hidden::AheadReady]);
        }
        match parts.iter().find(|part| !part.is_empty()) {
            Some(part) => this.poll_write_with(cx, part),
            None => Poll::Ready(Ok(0)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_behind(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_behind(cx))?;
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
