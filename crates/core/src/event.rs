//! Events of the service's own: what happened inside, handled in the user's order, with session,
//! dialogue and reply, as any update is.

mod draft;
mod look;
mod sent;
mod spec;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Error, FromRequest, Request, Result};

pub(crate) use self::sent::data_of;
#[doc(hidden)]
pub use self::spec::EventSpec;
pub use self::{
    draft::{Draft, Whose},
    look::Look,
    sent::{Refused, Sent},
};

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
/// If it cannot be.
#[track_caller]
pub(crate) fn check_name(name: &str) {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    assert!(
        (1..=LONGEST).contains(&name.len()) && name.bytes().all(fits),
        "an event is named by 1 to {LONGEST} of `a-z 0-9 _ . -`, not {name:?}"
    );
}
