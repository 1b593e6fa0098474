//! Actions of a router: what admins may do about a user, and who does it.

use std::sync::Arc;

use super::Router;
use crate::{
    Handler,
    action::{Action, settled},
    layers::from_fn,
    routing::filter::event_named,
};

/// # Actions
impl Router {
    /// What admins may do about a user by a button of the admin page, and the handler that does it, which takes
    /// [`Target`](crate::action::Target) and [`AdminUser`](crate::action::AdminUser): see [`Action`].
    ///
    /// The handler runs as that of an [`event`](Self::event) does: gates around it look at the user whom it is about.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if there is an action of that name already.
    #[track_caller]
    pub fn action<Args: 'static>(mut self, action: Action, handler: impl Handler<Args>) -> Self {
        let event = action.event_name();
        self.add_action(action);
        self.on(event_named(event), handler.layer(from_fn(settled)))
    }

    /// The actions, in the order of their registration.
    #[doc(hidden)]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// It has those of another router, too.
    #[track_caller]
    pub(super) fn take_actions(&mut self, other: &Self) {
        for action in other.actions.iter() {
            self.add_action(action.clone());
        }
    }

    #[track_caller]
    fn add_action(&mut self, action: Action) {
        let name = action.name();
        let is_new = self.actions.iter().all(|known| known.name() != name);
        assert!(is_new, "there is an action `{name}` already");
        Arc::make_mut(&mut self.actions).push(action);
    }
}
