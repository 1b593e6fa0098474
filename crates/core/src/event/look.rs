//! The event as which the admin page asks what somebody has before them.

use serde::{Deserialize, Serialize};

use super::Event;

/// An admin looks at the dialogue of a user: its handler replies what the user is shown there, as the window of a dialog or
/// the question of a form. The page draws the calls of the reply; nobody is sent them.
///
/// Dialogs of `ostankino-dialogs` answer it by themselves. Of other dialogues a bot may:
///
/// ```
/// use ostankino_core::{Reply, Router, event::Look};
///
/// async fn look() -> Reply {
///     // By the state of the dialogue: `Fsm`, or `Current<S>`.
///     Reply::text("Как вас зовут?")
/// }
///
/// let router = Router::new().event::<Look, _>(look);
/// # drop(router);
/// ```
///
/// It runs whenever somebody looks, in the process whose page that is, beside what the user does: it reads. Its session is
/// rolled back, what it changes of the dialogue is forgotten, and no call, event or job of its reply is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Look {}

impl Event for Look {
    const NAME: &'static str = "ostankino.look";
}
