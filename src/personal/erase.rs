//! The event by which a person is erased, and who handles it.

use serde::{Deserialize, Serialize};

use super::{declared::Declared, stores::Stores, tables};
use crate::{DbSession, Error, Event, Fired, FromRequest, Request, Result, Router};

/// An operator asked for it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Erase {
    pub(super) user: i64,
}

impl Event for Erase {
    const NAME: &'static str = "ostankino.erase";
}

/// What erasing needs. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Eraser {
    pub(crate) declared: Declared,
    pub(crate) stores: Stores,
}

impl FromRequest for Eraser {
    async fn from_request(request: &Request) -> Result<Self> {
        let known: Option<&Self> = request.extensions.get();
        known
            .cloned()
            .ok_or_else(|| Error::message("this stack erases nobody"))
    }
}

/// The route of the event, which every bot has.
pub(crate) fn routes() -> Router {
    Router::new().event::<Erase, _>(erase)
}

/// Whatever fails, it is tried again: what is gone is gone already.
async fn erase(
    Fired(Erase { user }): Fired<Erase>,
    db: DbSession,
    Eraser { declared, stores }: Eraser,
) -> Result<()> {
    // Their rows may refer to that of the user.
    for part in declared.parts() {
        (part.erase)(user, db.clone())
            .await
            .map_err(|error| Error::context(format!("`{}` is not erased", part.name), error))?;
    }
    let rows = tables::erase(&mut *db.conn().await?, stores.bot_id, user).await?;
    let entries = stores.erase(user).await?;
    tracing::info!(
        event = "user_erased",
        rows,
        entries,
        "all that was kept of a user is erased, as an operator asked"
    );
    Ok(())
}
