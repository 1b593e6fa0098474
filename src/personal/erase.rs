//! The event by which a person is erased, and who handles it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{declared::Declared, stores::Stores, tables};
use crate::{DbSession, Error, Event, Fired, Result, Router};

/// An operator asked for it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Erase {
    pub(super) user: i64,
}

impl Event for Erase {
    const NAME: &'static str = "ostankino.erase";
}

/// The route of the event, which every bot has. What it needs is the route's own, so that no other update pays for it.
pub(crate) fn routes(declared: Declared, stores: Stores) -> Router {
    let parts = Arc::new((declared, stores));
    Router::new().event::<Erase, _>(move |Fired(Erase { user }): Fired<Erase>, db: DbSession| {
        let parts = parts.clone();
        async move { erase(user, &db, &parts.0, &parts.1).await }
    })
}

/// Whatever fails, it is tried again: what is gone is gone already.
async fn erase(user: i64, db: &DbSession, declared: &Declared, stores: &Stores) -> Result<()> {
    // Their rows may refer to that of the user.
    for part in declared.parts() {
        (part.erase)(user, db.clone())
            .await
            .map_err(|error| Error::context(format!("`{}` is not erased", part.name), error))?;
    }
    let rows = tables::erase(&mut *db.conn().await?, stores, user).await?;
    let entries = stores.erase(user).await?;
    tracing::info!(
        event = "user_erased",
        rows,
        entries,
        "all that was kept of a user is erased, as an operator asked"
    );
    Ok(())
}
