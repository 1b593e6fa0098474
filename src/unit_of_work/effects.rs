//! Does what the reply of an update has done besides its calls: after the commit, and before the calls
//! are made, so that a call that takes long holds up none of it.

use ostankino_core::internal::Whose;

use super::unit::UnitOfWork;
use crate::{
    Error, Result,
    events::{Happening, of_reply},
    outcome::Failure,
    reply::Effect,
};

impl UnitOfWork {
    /// Does it, again if need be: what was done before is known by its id.
    pub(super) async fn bring_about(&self, effects: Vec<Effect>) -> Result<(), Failure> {
        if effects.is_empty() {
            return Ok(());
        }
        let whose = Whose::of(&self.asker.update);
        for (number, effect) in effects.iter().enumerate() {
            let done = self.bring_one_about(&whose, number, effect).await;
            done.map_err(Failure::retry)?;
        }
        Ok(())
    }

    async fn bring_one_about(&self, whose: &Whose, number: usize, effect: &Effect) -> Result<()> {
        match effect {
            Effect::Event { name, data } => {
                let missing = || Error::message("there is no queue for events");
                let events = self.stores.events.as_ref().ok_or_else(missing)?;
                let happening = Happening {
                    id: of_reply(self.key, number),
                    name,
                    whose,
                    timer: None,
                    data,
                };
                events.publish(&happening).await
            }
        }
    }
}
