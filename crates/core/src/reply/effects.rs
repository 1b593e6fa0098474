//! What a reply has done besides its calls, once the work of its update is committed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Reply;
use crate::{Event, Job, event};

/// What is done after the commit, before the calls are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// An event of the same user, in the same chat.
    Event {
        /// See [`Event::NAME`].
        name: String,
        /// The event.
        data: Value,
    },
    /// A job of the same user, in the same chat.
    Job {
        /// See [`Job::NAME`].
        name: String,
        /// The job.
        data: Value,
        /// How many of a user run at once.
        per_user: u16,
        /// How often it is begun.
        attempts: u16,
    },
}

impl Reply {
    /// Has an event happen to the same user, in the same chat, once the handler's work is committed: it is
    /// handled after everything of that user that waits already, and once.
    #[track_caller]
    pub fn event<E: Event>(mut self, event: &E) -> Self {
        let name = E::NAME.to_owned();
        match event::to_json(event) {
            Ok(data) => self.effects.push(Effect::Event { name, data }),
            Err(problem) => self = self.checked(Err(problem)),
        }
        self
    }

    /// Has long work done for the same user once the handler's work is committed, by whichever container: see
    /// [`Job`].
    #[track_caller]
    pub fn job<J: Job>(mut self, job: &J) -> Self {
        let name = J::NAME.to_owned();
        match event::json_of(J::NAME, job) {
            Ok(data) => self.effects.push(Effect::Job {
                name,
                data,
                per_user: J::LIMITS.per_user,
                attempts: J::LIMITS.attempts,
            }),
            Err(problem) => self = self.checked(Err(problem)),
        }
        self
    }

    /// What it has done besides its calls.
    #[doc(hidden)]
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The same, taken out of it.
    #[doc(hidden)]
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
