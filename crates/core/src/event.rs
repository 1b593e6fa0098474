//! Events of the service's own: what happened inside, handled in the user's order, with session,
//! dialogue and reply, as any update is.

mod sent;

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    Error, FromRequest, Request, Result, Update,
    telegram::{ChatKind, internal::EVENT_FIELD},
};

pub(crate) use self::sent::data_of;
pub use self::sent::{Refused, Sent};

/// The longest name.
const LONGEST: usize = 64;

/// The most bytes of an event's JSON: it is to name what happened, not to carry it.
const MOST: usize = 64 * 1024;

/// Something that happened inside of the service: a timer's time came, a handler told another of something.
///
/// It is stored as JSON by its name, possibly for months and across deploys: the name stays, fields are added
/// with `#[serde(default)]`, and what is there no more is left out by serde.
///
/// ```
/// use ostankino_core::{Event, event::Fired};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Remind {
///     note: i64,
/// }
///
/// impl Event for Remind {
///     const NAME: &'static str = "remind";
/// }
///
/// async fn remind(Fired(Remind { note }): Fired<Remind>) -> String {
///     format!("Вы просили напомнить: заметка {note}")
/// }
/// # use ostankino_core::Router;
/// # let _ = Router::new().event::<Remind, _>(remind);
/// ```
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name: 1 to 64 of `a-z 0-9 _ . -`.
    const NAME: &'static str;

    /// What becomes of firings that were missed while nobody was there to fire them.
    const CATCH_UP: CatchUp = CatchUp::Last;
}

/// What becomes of firings that were missed while nobody was there to fire them, as during an outage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CatchUp {
    /// Each comes, late, in the order in which they were due.
    All,
    /// Of those of one repeated timer the last comes; what was due once comes.
    #[default]
    Last,
    /// What is more than a minute late does not come.
    None,
}

/// The event that came, as an argument of its handler.
///
/// Of [`Router::event`](crate::Router::event) it is always there; elsewhere another event is a mismatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired<E>(pub E);

impl<E: Event> FromRequest for Fired<E> {
    async fn from_request(request: &Request) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(bound(deserialize = "E: DeserializeOwned"))]
        struct Payload<E> {
            data: E,
        }
        let event = request.update.event();
        if event.is_none_or(|event| event.name != E::NAME) {
            return Err(Error::Mismatch("event of that type"));
        }
        let payload = request.update.payload::<Payload<E>>();
        let payload = payload.map_err(|source| Error::Payload {
            part: E::NAME,
            source,
        })?;
        Ok(Self(payload.data))
    }
}

/// Why an event found no handler: a version of the bot that knows it may be about to take over.
#[derive(Debug)]
pub struct UnknownEvent(pub String);

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name) = self;
        write!(
            f,
            "no route takes the event `{name}`: it may be of another version of the bot"
        )
    }
}

impl std::error::Error for UnknownEvent {}

/// Whose an event is, and where it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    /// The user, in whose order it is handled.
    pub user: Option<i64>,
    /// The chat.
    pub chat: Option<i64>,
    /// The kind of that chat, by Telegram's name.
    pub chat_kind: Option<String>,
    /// The topic of a forum.
    pub topic: Option<i64>,
    /// The connection to a business account.
    pub business: Option<String>,
}

impl Whose {
    /// As of that update.
    #[must_use]
    pub fn of(update: &Update) -> Self {
        let kind = update.chat().map(|chat| name_of(chat.kind).to_owned());
        Self {
            user: update.user_id(),
            chat: update.chat_id(),
            chat_kind: kind,
            topic: update.topic_id(),
            business: update.business_connection_id().map(ToOwned::to_owned),
        }
    }

    /// A user, in the private chat with the bot.
    #[must_use]
    pub fn user(id: i64) -> Self {
        Self {
            user: Some(id),
            chat: Some(id),
            chat_kind: Some(name_of(ChatKind::Private).to_owned()),
            ..Self::default()
        }
    }

    /// Whose updates it is to stay in order with.
    #[must_use]
    pub fn lane(&self) -> Option<i64> {
        self.user.or(self.chat)
    }
}

/// What an event is made of.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Below zero.
    pub id: i64,
    /// See [`Event::NAME`].
    pub name: &'a str,
    /// Whose it is.
    pub whose: &'a Whose,
    /// The timer that fires it, and when it was due, in milliseconds since 1970.
    pub timer: Option<(i64, i64)>,
    /// The event itself.
    pub data: &'a Value,
}

impl Draft<'_> {
    /// The update that is stored.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut payload = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                payload.insert(name.to_owned(), value);
            }
        };
        let Whose {
            user,
            chat,
            chat_kind,
            topic,
            business,
        } = self.whose;
        put("event", Some(self.name.into()));
        put("from", user.map(|id| json!({"id": id})));
        let kind = chat_kind.as_deref().unwrap_or_default();
        put("chat", chat.map(|id| json!({"id": id, "type": kind})));
        put("message_thread_id", topic.map(Value::from));
        put(
            "business_connection_id",
            business.as_deref().map(Value::from),
        );
        put("timer", self.timer.map(|(timer, _)| timer.into()));
        put("due", self.timer.map(|(_, due)| due.into()));
        put("data", Some(self.data.clone()));
        let update = json!({"update_id": self.id, EVENT_FIELD: payload});
        update.to_string().into()
    }
}

/// The event as JSON; what is wrong with it otherwise.
#[doc(hidden)]
pub fn to_json<E: Event>(event: &E) -> Result<Value, String> {
    json_of(E::NAME, event)
}

/// The same of anything of that name.
pub(crate) fn json_of(name: &str, thing: &impl Serialize) -> Result<Value, String> {
    // Its words may quote what users write.
    let json =
        serde_json::to_value(thing).map_err(|_| format!("`{name}` cannot be written as JSON"))?;
    match json.to_string().len() {
        ..=MOST => Ok(json),
        length => Err(format!(
            "`{name}` has {length} bytes: it may have {MOST}, store the rest in a table"
        )),
    }
}

/// Refuses a name that cannot be stored.
///
/// # Panics
///
/// If it is none.
#[track_caller]
pub(crate) fn check_name(name: &str) {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    assert!(
        (1..=LONGEST).contains(&name.len()) && name.bytes().all(fits),
        "an event is named by 1 to {LONGEST} of `a-z 0-9 _ . -`, not {name:?}"
    );
}

fn name_of(kind: ChatKind) -> &'static str {
    match kind {
        ChatKind::Private => "private",
        ChatKind::Group => "group",
        ChatKind::Supergroup => "supergroup",
        ChatKind::Channel => "channel",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;
    use crate::{Router, filter::private, testing::says};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Remind {
        note: i64,
    }

    impl Event for Remind {
        const NAME: &'static str = "remind";
    }

    fn request(name: &str, whose: &Whose, data: &Value) -> Request {
        let draft = Draft {
            id: -3,
            name,
            whose,
            timer: Some((7, 1_800_000_000_000)),
            data,
        };
        let update = Update::decode(draft.encode()).expect("it is an update");
        Request::new(update, says(1, "x").bot)
    }

    fn router() -> Router {
        let remind = |Fired(Remind { note }): Fired<Remind>| async move { note.to_string() };
        let inside = Router::new().event::<Remind, _>(remind);
        Router::new()
            .nest(private(), inside)
            .fallback(|| async { "what?" })
    }

    #[tokio::test]
    async fn an_event_comes_to_its_handler_as_whose_it_is() {
        let request = request("remind", &Whose::user(42), &json!({"note": 9, "new": true}));
        let update = &request.update;
        assert_eq!((update.user_id(), update.chat_id()), (Some(42), Some(42)));
        assert_eq!(Whose::of(update), Whose::user(42));
        let event = update.event().expect("an event");
        assert_eq!(
            (event.timer, event.due_ms),
            (Some(7), Some(1_800_000_000_000))
        );
        let reply = router().oneshot(request).await.expect("a reply");
        assert_eq!(reply.calls()[0].params()["text"], "9");
    }

    #[tokio::test]
    async fn an_event_that_no_route_takes_is_an_error_and_nothing_for_a_fallback() {
        let request = request("other", &Whose::user(42), &json!({}));
        let error = router().oneshot(request).await.expect_err("unknown");
        let is_unknown = |cause: &(dyn std::error::Error + 'static)| cause.is::<UnknownEvent>();
        assert!(error.sources().any(is_unknown), "{error:?}");
    }

    #[tokio::test]
    async fn an_event_passes_a_gate_whose_fallback_takes_all_that_is_said() {
        #[derive(Serialize, Deserialize)]
        struct Other {}
        impl Event for Other {
            const NAME: &'static str = "other";
        }
        let inside = Router::new()
            .event::<Remind, _>(|| async { "remind" })
            .fallback(|| async { "what?" });
        let router = Router::new()
            .nest(private(), inside)
            .event::<Other, _>(|| async { "other" });
        let request = request("other", &Whose::user(42), &json!({}));
        let reply = router.oneshot(request).await.expect("a reply");
        assert_eq!(reply.calls()[0].params()["text"], "other");
    }

    #[tokio::test]
    async fn what_does_not_fit_says_where_and_quotes_nothing() {
        let request = request("remind", &Whose::user(42), &json!({"note": "тайна"}));
        let error = router().oneshot(request).await.expect_err("no number");
        assert!(error.chain().contains("remind"), "{}", error.chain());
        assert!(!error.chain().contains("тайна"), "{}", error.chain());
    }

    #[test]
    fn all_of_whose_it_is_is_read_back() {
        let whose = Whose {
            user: Some(5_000_000_000),
            chat: Some(-100),
            chat_kind: Some("supergroup".into()),
            topic: Some(3),
            business: Some("b\"1".into()),
        };
        let request = request("remind", &whose, &json!({"note": 1}));
        assert_eq!(Whose::of(&request.update), whose);
        assert_eq!(whose.lane(), Some(5_000_000_000));
    }

    #[test]
    #[should_panic(expected = "an event is named by")]
    fn a_name_that_is_none_is_refused_where_it_is_registered() {
        #[derive(Serialize, Deserialize)]
        struct Odd;
        impl Event for Odd {
            const NAME: &'static str = "Напомнить";
        }
        let _ = Router::new().event::<Odd, _>(|| async {});
    }
}
