//! What Telegram answered to a call of a reply, as an event.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Event;
use crate::{Error, FromRequest, Request, Result};

/// What became of a call that [`Reply::then`](crate::Reply::then) was said of, as an argument of the handler of that
/// event.
///
/// ```
/// use ostankino_core::{Event, Reply, Router, event::Sent};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Posted {
///     article: i64,
/// }
///
/// impl Event for Posted {
///     const NAME: &'static str = "posted";
/// }
///
/// async fn publish() -> Reply {
///     Reply::text("Новая статья").to("@news").then(&Posted { article: 7 })
/// }
///
/// async fn posted(Sent { event, answer }: Sent<Posted>) -> String {
///     match answer {
///         Ok(message) => format!("Статья {} — сообщение {}", event.article, message["message_id"]),
///         Err(refused) => format!("Не вышло: {}", refused.description),
///     }
/// }
///
/// let router = Router::new().command("publish", publish).event::<Posted, _>(posted);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sent<E> {
    /// What the reply gave along.
    pub event: E,
    /// The `result` of the call, as Telegram wrote it.
    pub answer: Result<Value, Refused>,
}

/// Why a call was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Telegram's code, if it was Telegram that refused. Without one it may have been made all the same, unless the one before it in its
    /// chain was not.
    pub code: Option<u16>,
    /// In Telegram's words, or in those of the log.
    pub description: String,
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Result(Value),
    Refused(Refused),
}

/// The data of the event.
#[must_use]
pub(crate) fn data_of(of: &Value, answer: Result<Value, Refused>) -> Value {
    let answer = match answer {
        Ok(result) => Answer::Result(result),
        Err(refused) => Answer::Refused(refused),
    };
    serde_json::json!({"of": of, "answer": answer})
}

impl<E: Event> FromRequest for Sent<E> {
    async fn from_request(request: &Request) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(bound(deserialize = "E: DeserializeOwned"))]
        struct Payload<E> {
            data: Data<E>,
        }
        #[derive(Deserialize)]
        struct Data<E> {
            of: E,
            answer: Answer,
        }
        let event = request.update.event();
        if event.is_none_or(|event| event.name != E::NAME) {
            return Err(Error::Mismatch("answer to a call with that event"));
        }
        let payload = request.update.payload::<Payload<E>>();
        let Data { of, answer } = payload
            .map_err(|source| Error::Payload {
                part: E::NAME,
                source,
            })?
            .data;
        let answer = match answer {
            Answer::Result(result) => Ok(result),
            Answer::Refused(refused) => Err(refused),
        };
        Ok(Self { event: of, answer })
    }
}
