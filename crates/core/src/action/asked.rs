//! What handlers of actions take: whom it is about, and who pressed.

use serde::{Deserialize, Serialize};

use super::PREFIX;
use crate::{Error, FromRequest, Request, Result};

/// What the event of an action holds.
#[doc(hidden)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The admin.
    pub by: i64,
    /// The row of the audit, in a whole service.
    #[serde(default)]
    pub audit: Option<i64>,
    #[serde(default)]
    pub reason: String,
}

/// The id of the user whom an action is about, as an argument of its handler.
///
/// Of no other update there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target(pub i64);

/// The admin who pressed the button of an action, as an argument of its handler.
///
/// Of no other update there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdminUser {
    /// The id in Telegram.
    pub id: i64,
}

/// Why somebody did it, as an argument of the handler of an action that [asks](super::Action::asks_reason): plain text, up to 500
/// letters, on one line. It is empty if the action did not ask when the button was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub String);

impl Asked {
    pub(super) fn of(request: &Request) -> Result<Self> {
        #[derive(Deserialize)]
        struct Payload {
            data: Asked,
        }
        let event = request.update.event();
        if event.is_none_or(|event| !event.name.starts_with(PREFIX)) {
            return Err(Error::Mismatch("action of the admin page"));
        }
        let payload = request.update.payload::<Payload>();
        let payload = payload.map_err(|source| Error::Payload {
            part: "action of the admin page",
            source,
        })?;
        Ok(payload.data)
    }
}

impl FromRequest for Target {
    async fn from_request(request: &Request) -> Result<Self> {
        Asked::of(request)?;
        let user = request.update.user_id();
        user.map(Self).ok_or(Error::Mismatch("user of an action"))
    }
}

impl FromRequest for AdminUser {
    async fn from_request(request: &Request) -> Result<Self> {
        Asked::of(request).map(|asked| Self { id: asked.by })
    }
}

impl FromRequest for Reason {
    async fn from_request(request: &Request) -> Result<Self> {
        Asked::of(request).map(|asked| Self(asked.reason))
    }
}
