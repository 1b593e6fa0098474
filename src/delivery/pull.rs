//! Asks a partition's consumer for one update after another. async-nats has a stream for this, but
//! that one miscounts when an update comes before the note that its request was sent, and then
//! asks for nothing for 15 s.

use std::time::Duration;

use async_nats::{StatusCode, Subscriber, jetstream::Message};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::{
    sync::watch,
    time::{Instant, timeout, timeout_at},
};

use crate::{
    Error, Result,
    nats::{Link, Nats},
};

/// The server forgets a request after this time.
const EXPIRES: Duration = Duration::from_secs(10);

/// How much later than that its word of it may come.
const LATE: Duration = Duration::from_secs(2);

/// One open request of a partition, at the most: none while a handler is busy, so that no update
/// comes to a process that may be stopping.
pub(super) struct Puller {
    nats: Nats,
    link: watch::Receiver<Link>,
    inbox: Subscriber,
    reply: String,
    subject: String,
    open_until: Option<Instant>,
}

impl Puller {
    /// A puller for a consumer that exists. Nothing is asked for yet.
    pub(super) async fn new(nats: &Nats, stream: &str, consumer: &str) -> Result<Self> {
        let reply = nats.client().new_inbox();
        let inbox = nats.within(nats.client().subscribe(reply.clone())).await?;
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}");
        let (nats, mut link) = (nats.clone(), nats.link());
        link.mark_unchanged();
        Ok(Self {
            nats,
            link,
            inbox,
            reply,
            subject,
            open_until: None,
        })
    }

    /// The next update, whenever it comes; `None` if the connection was made again, or the server
    /// fell silent: by then it may be another queue, so open it again. Dropping the future loses none.
    ///
    /// # Errors
    ///
    /// The consumer is gone, or cannot be asked: make a new puller.
    pub(super) async fn next(&mut self) -> Result<Option<Message>> {
        loop {
            let (until, asked) = match self.open_until {
                Some(until) => (until, None),
                None => (self.ask().await?, Some(Instant::now())),
            };
            let came = tokio::select! {
                came = timeout_at(until, self.inbox.next()) => came,
                // Requests do not outlive a connection.
                Ok(()) = self.link.changed() => {
                    self.open_until = None;
                    return Ok(None);
                }
            };
            self.open_until = None;
            let Ok(came) = came else { return Ok(None) };
            let message =
                came.ok_or_else(|| Error::unavailable("NATS", "the subscription has ended"))?;
            match message.status {
                None | Some(StatusCode::OK) => return Ok(Some(self.update(message))),
                // Expired: ask again. A server that says so at once would be asked without a pause.
                Some(StatusCode::TIMEOUT)
                    if asked.is_none_or(|asked| asked.elapsed() >= EXPIRES / 2) => {}
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

    /// An update that waits now, if no other process asks for one.
    ///
    /// # Errors
    ///
    /// The consumer cannot be asked.
    pub(super) async fn take(&mut self) -> Result<Option<Message>> {
        let request = Bytes::from_static(br#"{"batch":1,"no_wait":true}"#);
        let (subject, reply) = (self.subject.clone(), self.reply.clone());
        self.open_until = Some(Instant::now() + LATE);
        let client = self.nats.client();
        let sent = client.publish_with_reply(subject, reply, request);
        self.nats.within(sent).await?;
        let came = timeout(LATE, self.inbox.next()).await.ok().flatten();
        if came.is_some() {
            self.open_until = None;
        }
        Ok(came.filter(is_update).map(|came| self.update(came)))
    }

    async fn ask(&mut self) -> Result<Instant> {
        let request = Bytes::from(Self::request());
        let (subject, reply) = (self.subject.clone(), self.reply.clone());
        // Noted first: whoever drops this future half-way must know that it may be sent.
        let until = *self.open_until.insert(Instant::now() + EXPIRES + LATE);
        let sent = self
            .nats
            .client()
            .publish_with_reply(subject, reply, request);
        self.nats.within(sent).await?;
        Ok(until)
    }

    /// Acknowledges an update and asks for the next one, both in one message.
    pub(super) async fn ack_and_ask(&mut self, message: &Message) -> Result<()> {
        let Some(ack) = message.reply.clone() else {
            return Ok(());
        };
        let answer = Bytes::from(format!("+NXT {}", Self::request()));
        let sent = self
            .nats
            .client()
            .publish_with_reply(ack, self.reply.clone(), answer);
        self.nats.within(sent).await?;
        self.open_until = Some(Instant::now() + EXPIRES + LATE);
        Ok(())
    }

    fn request() -> String {
        format!(r#"{{"batch":1,"expires":{}}}"#, EXPIRES.as_nanos())
    }

    /// Takes the open request back; gives the update that came all the same, if one did.
    pub(super) async fn close(mut self) -> Option<Message> {
        self.open_until?;
        self.inbox.drain().await.ok()?;
        let left = timeout(Duration::from_secs(1), self.inbox.next())
            .await
            .ok()??;
        is_update(&left).then(|| self.update(left))
    }

    fn update(&self, message: async_nats::Message) -> Message {
        Message {
            message,
            context: self.nats.jetstream().clone(),
        }
    }
}

/// Anything else is the server's word about a request.
fn is_update(message: &async_nats::Message) -> bool {
    matches!(message.status, None | Some(StatusCode::OK))
}
