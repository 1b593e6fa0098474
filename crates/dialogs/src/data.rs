//! The data of a dialog as an argument of getters and of what buttons do.

use std::sync::Arc;

use ostankino::{Error, FromRequest, Request, Result};

use crate::DialogData;

/// What the dialog learned so far, as an argument of a getter or of what a button does. It is a copy:
/// [`Turn::with`](crate::Turn::with) gives it back changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Data<D>(pub D);

/// The key of the item that was pressed, as an argument of what a list of items does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<K>(pub K);

/// The result of a dialog of `C` that is over, as an argument of what [`Dialog::on_result`](crate::Dialog::on_result) does:
/// `Done(is_sure): Done<Confirm>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done<C: DialogData>(pub C::Result);

/// What a request carries for them.
#[derive(Clone)]
pub(crate) struct Carried<X>(pub(crate) Arc<X>);

/// The result of a dialog.
#[derive(Clone)]
pub(crate) struct Ended<O> {
    pub(crate) of: &'static str,
    pub(crate) result: O,
}

/// The request with that for whoever asks for it.
pub(crate) fn carrying<X: Clone + Send + Sync + 'static>(request: &Request, what: X) -> Request {
    let mut request = request.clone();
    request.extensions.insert(Carried(Arc::new(what)));
    request
}

fn carried<X: Clone + Send + Sync + 'static>(request: &Request, what: &'static str) -> Result<X> {
    let carried = request.extensions.get::<Carried<X>>();
    let Carried(carried) = carried.ok_or(Error::Mismatch(what))?;
    Ok(X::clone(carried))
}

impl<D: DialogData> FromRequest for Data<D> {
    async fn from_request(request: &Request) -> Result<Self> {
        carried(request, "data of that dialog").map(Self)
    }
}

impl<K: Clone + Send + Sync + 'static> FromRequest for Item<K> {
    async fn from_request(request: &Request) -> Result<Self> {
        carried::<Self>(request, "item of that type")
    }
}

impl<C: DialogData> FromRequest for Done<C> {
    async fn from_request(request: &Request) -> Result<Self> {
        let done = carried::<Ended<C::Result>>(request, "result of that dialog")?;
        match done.of == C::NAME {
            true => Ok(Self(done.result)),
            false => Err(Error::Mismatch("result of that dialog")),
        }
    }
}
