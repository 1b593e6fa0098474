//! The data of a press and of a link as arguments of a handler.

use super::{CallbackData, DeepLink};
use crate::{Error, FromRequest, Request, Result};

/// The data of the pressed button.
///
/// Of [`Router::press`](crate::Router::press) it is always there; elsewhere data of another type, or of an
/// earlier version of it, are a mismatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressed<T>(pub T);

impl<T: CallbackData> Pressed<T> {
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let query = request.update.callback_query();
        let data = query.and_then(|query| query.data.as_deref());
        let data = data.ok_or(Error::Mismatch("callback data"))?;
        let decoded = T::decode(data).map(Self);
        decoded.map_err(|_| Error::Mismatch("callback data of that type"))
    }
}

impl<T: CallbackData> FromRequest for Pressed<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        Self::of(request)
    }
}

/// The payload of the link by which somebody came.
///
/// Of [`Router::link`](crate::Router::link) it is always there; elsewhere a payload of another type, or of an
/// earlier version of it, is a mismatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<T>(pub T);

impl<T: DeepLink> FromRequest for Link<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let command = request.update.command();
        let command = command.filter(|command| command.name.eq_ignore_ascii_case("start"));
        let payload = command.ok_or(Error::Mismatch("/start"))?.args;
        let decoded = T::decode(payload).map(Self);
        decoded.map_err(|_| Error::Mismatch("payload of that type"))
    }
}
