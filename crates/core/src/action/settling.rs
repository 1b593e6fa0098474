//! What came of an action, told to whoever keeps the audit.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;

use super::asked::Asked;
use crate::{Error, Reply, Request, Result, layers::Next};

/// Notes in the audit what came of actions.
#[doc(hidden)]
pub trait Settle: Send + Sync {
    /// The handler did it: is noted in its session, so that both are committed, or none.
    fn done<'a>(&'a self, request: &'a Request, audit: i64) -> BoxFuture<'a, Result<()>>;

    /// The handler refused, for good: what it did is undone, and this is noted beside.
    fn failed(&self, audit: i64) -> BoxFuture<'_, Result<()>>;
}

/// Who notes it, in the extensions of a request.
#[doc(hidden)]
#[derive(Clone)]
pub struct Settler(pub Arc<dyn Settle>);

impl fmt::Debug for Settler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settler")
    }
}

/// Runs the handler, and tells what came of it. What failed and is tried again is still under way.
pub(crate) async fn settled(request: Request, next: Next) -> Result<Reply> {
    let audit = Asked::of(&request)?.audit;
    let Some((Settler(settler), audit)) = request.extensions.get().cloned().zip(audit) else {
        return next.run(request).await;
    };
    let result = next.run(request.clone()).await;
    match &result {
        Ok(_) => settler.done(&request, audit).await?,
        Err(Error::User(_)) => settler.failed(audit).await?,
        Err(_) => {}
    }
    result
}
