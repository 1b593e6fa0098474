//! The event by which an operator ends a dialogue, and who handles it: it happens in the order of what the user does, so that no handler
//! changes the dialogue beside it.

use ostankino_core::internal::Whose;
use serde::{Deserialize, Serialize};

use super::{Fsm, Scope};
use crate::{Event, Fired, Result, Router};

/// An operator asked for it; the event is of whoever's dialogue it is, where it takes place.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reset {
    pub(crate) destiny: String,
}

impl Event for Reset {
    const NAME: &'static str = "ostankino.reset";
}

/// The route of the event, which every bot has.
pub(crate) fn routes() -> Router {
    Router::new().event::<Reset, _>(reset)
}

async fn reset(Fired(Reset { destiny }): Fired<Reset>, fsm: Fsm) -> Result<()> {
    fsm.destiny(&destiny)?.clear();
    tracing::info!(
        event = "dialogue_reset",
        "a dialogue was ended, as an operator asked"
    );
    Ok(())
}

/// Of whom an event must be so that it finds the dialogues of that scope; none if the scope does not tell: it is that of a chat which speaks
/// in a user's stead.
pub(crate) fn whose(scope: &Scope) -> Option<Whose> {
    let chat = scope.chat?;
    let whose = match scope.user {
        Some(user) if user > 0 => Whose::member(user, chat),
        Some(_) => return None,
        None => Whose::chat(chat),
    };
    Some(Whose {
        topic: scope.thread,
        business: scope.business.clone(),
        ..whose
    })
}
