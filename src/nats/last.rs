//! The last messages of subjects: of many by one request, or of one from the stream's leader.

use async_nats::{
    HeaderMap, Message, Subject,
    jetstream::{kv, message::StreamMessage, stream::LastRawMessageErrorKind},
};
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::json;

use super::{Nats, stream_of};
use crate::{BoxError, Result};

/// A message of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) subject: Subject,
    pub(crate) sequence: u64,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

impl Nats {
    /// The last message of each subject of a stream that these patterns name, up to 1,024; `None` if
    /// nobody has that stream. Any server with a copy answers: it may be behind, and a message that
    /// is written at that moment may be missing.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn last_of_each(
        &self,
        stream: &str,
        patterns: &[String],
    ) -> Result<Option<Vec<Stored>>> {
        // The request of async-nats takes one answer.
        let question = json!({"multi_last": patterns}).to_string();
        let inbox = self.client.new_inbox();
        let reading = async {
            let mut answers = self.client.subscribe(inbox.clone()).await?;
            let subject = format!("$JS.API.DIRECT.GET.{stream}");
            let asked = self
                .client
                .publish_with_reply(subject, inbox.clone(), question.into());
            asked.await?;
            let mut found = Vec::new();
            while let Some(answer) = answers.next().await {
                match answer.status.map(|status| status.as_u16()) {
                    None => found.push(stored(answer)?),
                    // All were sent, or there are none.
                    Some(204 | 404) => return Ok(Some(found)),
                    Some(503) => return Ok(None),
                    Some(code) => {
                        let problem = answer.description.unwrap_or_default();
                        return Err(format!("a read of many keys failed: {code} {problem}").into());
                    }
                }
            }
            Err::<_, BoxError>("the connection was closed".into())
        };
        self.within(reading).await
    }

    /// The last message under a key of a bucket, as the leader has it: any copy may answer an ordinary
    /// read, also one that lags behind what was just written.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn last_at_leader(
        &self,
        bucket: &kv::Store,
        key: &str,
    ) -> Result<Option<StreamMessage>> {
        let subject = format!("$KV.{}.{key}", bucket.name);
        let read = || async {
            match bucket
                .stream
                .get_last_raw_message_by_subject(&subject)
                .await
            {
                Ok(message) => Ok(Some(message)),
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.within_store(&stream_of(&bucket.name), read).await
    }
}

fn stored(message: Message) -> Result<Stored, BoxError> {
    let headers = message.headers.unwrap_or_default();
    let header = |name| headers.get(name).map(|value| value.as_str().to_owned());
    let subject = header("Nats-Subject").ok_or("an answer without its subject")?;
    let sequence = header("Nats-Sequence").ok_or("an answer without its number")?;
    Ok(Stored {
        subject: subject.into(),
        sequence: sequence.parse()?,
        payload: message.payload,
        headers,
    })
}
