//! Does what the reply of an update has done besides its calls: after the commit, and before the calls
//! are made, so that a call that takes long holds up none of it.

use ostankino_core::internal::Whose;

use super::unit::UnitOfWork;
use crate::{
    Error, Result,
    events::{Happening, of_reply},
    jobs::NewJob,
    outcome::Failure,
    reply::Effect,
    request::UpdateKey,
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
            Effect::Event {
                name,
                data,
                whose: other,
            } => {
                let whose = other.as_deref().unwrap_or(whose);
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
            Effect::Job {
                name,
                data,
                per_user,
                attempts,
            } => {
                let missing = || Error::message("there is no table for jobs");
                let jobs = self.stores.jobs.as_ref().ok_or_else(missing)?;
                let UpdateKey { bot_id, update_id } = self.key;
                let job = NewJob {
                    id: of_reply(self.key, number),
                    once_key: format!("{bot_id}:{update_id}:{number}"),
                    name,
                    whose,
                    data,
                    per_user: *per_user,
                    attempts: *attempts,
                };
                jobs.store(&job).await
            }
        }
    }
}
