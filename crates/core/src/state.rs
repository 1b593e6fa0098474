//! Values of the bot's own that every handler may ask for: a client of another service, settings.

use std::{any::type_name, ops::Deref};

use crate::{Error, FromRequest, Needs, Request, Result};

/// A value that the app was given for all its handlers. It is cloned for each who asks: put what is large
/// into an `Arc`.
///
/// ```
/// use ostankino_core::State;
///
/// /// What everything costs.
/// #[derive(Clone)]
/// struct Price(u32);
///
/// async fn price(State(Price(price)): State<Price>) -> String {
///     format!("{price} ₽")
/// }
/// # use ostankino_core::Handler; drop(price.into_service());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State<T>(pub T);

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone + Send + Sync + 'static> FromRequest for State<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let state = request.extensions.get().cloned();
        state.ok_or_else(|| {
            let name = type_name::<T>();
            Error::message(format!(
                "the app has no state `{name}`: add it by `AppBuilder::state`"
            ))
        })
    }

    fn needs(needs: &mut Needs) {
        needs.state::<T>();
    }
}
