//! Asks a consumer for batches, many at a time. async-nats has a stream for this, but that one
//! miscounts when a message comes before the record that its request was sent, and then asks for
//! nothing for 15 s.

use std::time::Duration;

use async_nats::{StatusCode, Subscriber, jetstream::Message};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{
    Error, Result,
    nats::{Link, Nats},
};

/// How many batches are asked for at once.
const MANY: usize = 32;

/// How many bytes of them, so that what has come and is not taken yet stays small.
const MUCH: usize = 1024 * 1024;

/// The server forgets a request after this time.
const EXPIRES: Duration = Duration::from_secs(30);

/// How often the server says that a request is still open.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// One open request of a consumer, at the most.
pub(crate) struct Puller {
    nats: Nats,
    link: watch::Receiver<Link>,
    inbox: Subscriber,
    reply: String,
    subject: String,
    request: Bytes,
    /// How many messages a request asks for.
    many: usize,
    /// How many messages may still come by the open request.
    open: usize,
    /// When the open request is known to be lost, without a word of the server.
    silent_at: Instant,
}

impl Puller {
    /// A puller for a consumer that exists. Nothing is asked for yet.
    pub(crate) async fn new(nats: &Nats, stream: &str, consumer: &str) -> Result<Self> {
        Self::of(nats, stream, consumer, MANY).await
    }

    /// One that asks for a message only when the last one was taken: where several processes share a consumer,
    /// one that stands still keeps no more than that from the others.
    pub(crate) async fn one_by_one(nats: &Nats, stream: &str, consumer: &str) -> Result<Self> {
        Self::of(nats, stream, consumer, 1).await
    }

    async fn of(nats: &Nats, stream: &str, consumer: &str, many: usize) -> Result<Self> {
        let mut link = nats.link();
        link.mark_unchanged();
        let reply = nats.client().new_inbox();
        let inbox = nats.within(nats.client().subscribe(reply.clone())).await?;
        let (expires, heartbeat) = (EXPIRES.as_nanos(), HEARTBEAT.as_nanos());
        // Room for the largest message at least: else it would never come.
        let bytes = MUCH.max(nats.max_payload() + 64 * 1024);
        let request = format!(
            r#"{{"batch":{many},"max_bytes":{bytes},"expires":{expires},"idle_heartbeat":{heartbeat}}}"#
        );
        Ok(Self {
            nats: nats.clone(),
            link,
            inbox,
            reply,
            subject: format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"),
            request: request.into(),
            many,
            open: 0,
            silent_at: Instant::now(),
        })
    }

    /// The next batch, whenever it comes; `None` if the connection was made again, or the server fell
    /// silent: by then it may be another queue, so open it again. Dropping the future loses none.
    ///
    /// # Errors
    ///
    /// The consumer is gone, or cannot be asked: make a new puller.
    pub(crate) async fn next(&mut self) -> Result<Option<Message>> {
        loop {
            if self.open == 0 {
                self.ask().await?;
            }
            let came = tokio::select! {
                came = timeout_at(self.silent_at, self.inbox.next()) => came,
                // Requests do not outlive a connection.
                Ok(()) = self.link.changed() => return Ok(None),
            };
            let Ok(came) = came else { return Ok(None) };
            let message =
                came.ok_or_else(|| Error::unavailable("NATS", "the subscription has ended"))?;
            self.silent_at = Instant::now() + 3 * HEARTBEAT;
            match message.status {
                None | Some(StatusCode::OK) => {
                    self.open = self.open.saturating_sub(1);
                    let context = self.nats.jetstream().clone();
                    return Ok(Some(Message { message, context }));
                }
                Some(StatusCode::IDLE_HEARTBEAT) => {}
                // Expired: ask again.
                Some(StatusCode::TIMEOUT) => self.open = 0,
                Some(status) if is_complete(status, message.description.as_deref()) => {
                    // Where all messages have come, the next request is open already.
                    if self.open < self.many {
                        self.open = 0;
                    }
                }
                Some(status) => {
                    let why = message.description.unwrap_or_default();
                    return Err(Error::unavailable(
                        "NATS",
                        format!("the request was refused: {status} {why}"),
                    ));
                }
            }
        }
    }

    async fn ask(&mut self) -> Result<()> {
        let (subject, reply) = (self.subject.clone(), self.reply.clone());
        // Recorded first: whoever drops this future half-way must know that it may be sent.
        (self.open, self.silent_at) = (self.many, Instant::now() + 3 * HEARTBEAT);
        let client = self.nats.client();
        let sent = client.publish_with_reply(subject, reply, self.request.clone());
        self.nats.within(sent).await
    }
}

/// Whether the server says that a request has got all that was asked for: as many messages, or as many
/// bytes.
fn is_complete(status: StatusCode, description: Option<&str>) -> bool {
    let words = description.unwrap_or_default().to_ascii_lowercase();
    let is_told = |part| words.contains(part);
    status.as_u16() == 409 && (is_told("batch completed") || is_told("maxbytes"))
}
