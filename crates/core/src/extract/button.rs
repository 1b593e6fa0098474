//! The data of pressed buttons.

use std::{str::FromStr, sync::Arc};

use super::FromRequest;
use crate::{Error, Request, Result};

/// The data of the pressed button behind the prefix of the route: `7` where the route is
/// `form:pay:` and the data `form:pay:7`. Typed by `FromStr`.
///
/// Data of more than a word are better typed: [`CallbackData`](crate::CallbackData), and
/// [`Pressed`](crate::Pressed) to take them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonData<T = String>(pub T);

/// The prefix that the route of a callback matched; the router inserts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallbackPrefix(pub(crate) Arc<str>);

impl<T: FromStr + Send> FromRequest for ButtonData<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let query = request.update.callback_query();
        let data = query.and_then(|query| query.data.as_deref());
        let data = data.ok_or(Error::Mismatch("callback data"))?;
        let prefix = request
            .extensions
            .get::<CallbackPrefix>()
            .map_or("", |prefix| &prefix.0);
        let rest = data.strip_prefix(prefix).unwrap_or(data);
        rest.parse()
            .map(Self)
            .map_err(|_| Error::Mismatch("callback data of that form"))
    }
}
