//! The update itself, and all of its payload.

use std::sync::Arc;

use super::FromRequest;
use crate::{
    Error, Request, Result,
    telegram::{Bot, Payload, Update, User},
};

/// Nothing, which is always there: for what is generic over an argument that not all need.
impl FromRequest for () {
    async fn from_request(_: &Request) -> Result<Self> {
        Ok(())
    }
}

impl FromRequest for Update {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.update.clone())
    }
}

impl FromRequest for Bot {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.bot.clone())
    }
}

impl FromRequest for User {
    async fn from_request(request: &Request) -> Result<Self> {
        let person = request.update.person().cloned();
        person.ok_or(Error::Mismatch("person as its sender"))
    }
}

/// All of the payload, as a type of [`types`](crate::types): decoded when it is asked for, and an error
/// if Telegram sent what the type does not know. Or what the library reads of every message and
/// press, which no odd field spoils.
impl<T: Payload> FromRequest for Arc<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let payload = request.update.typed();
        let payload = payload.map_err(|source| Error::Payload {
            part: T::NAME,
            source,
        });
        payload?.ok_or(Error::Mismatch(T::NAME))
    }
}
