//! What a reply has done besides its calls, once the work of its update is committed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Reply;
use crate::{
    Event, Job,
    event::{self, Whose},
};

/// What is done after the commit, before the calls are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// An event of the same user, in the same chat, or of whoever is named.
    Event {
        /// See [`Event::NAME`].
        name: String,
        /// The event.
        data: Value,
        /// Whose it is, if not the update's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whose: Option<Box<Whose>>,
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
    pub fn event<E: Event>(self, event: &E) -> Self {
        self.of_whom(None, event)
    }

    /// Has an event happen to somebody else, or elsewhere, once the handler's work is committed. It is handled in their order,
    /// after everything of theirs that waits already, and once.
    ///
    /// ```
    /// use ostankino_core::{Event, Reply, event::Whose};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Cooked {
    ///     order: i64,
    /// }
    ///
    /// impl Event for Cooked {
    ///     const NAME: &'static str = "cooked";
    /// }
    ///
    /// /// The cook presses «Готово»; the guest hears of it.
    /// async fn cooked() -> Reply {
    ///     let guest = 42;
    ///     Reply::toast("Спасибо").event_of(Whose::user(guest), &Cooked { order: 7 })
    /// }
    /// ```
    #[track_caller]
    pub fn event_of<E: Event>(self, whose: Whose, event: &E) -> Self {
        self.of_whom(Some(Box::new(whose)), event)
    }

    #[track_caller]
    fn of_whom<E: Event>(mut self, whose: Option<Box<Whose>>, event: &E) -> Self {
        let name = E::NAME.to_owned();
        match event::to_json(event) {
            Ok(data) => self.effects.push(Effect::Event { name, data, whose }),
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

    /// The same, to be changed.
    #[doc(hidden)]
    pub fn effects_mut(&mut self) -> &mut [Effect] {
        &mut self.effects
    }

    /// The same, taken out of it.
    #[doc(hidden)]
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_earlier_versions_stored_is_read_and_written_alike() {
        let stored = json!({"event": {"name": "cooked", "data": {"order": 7}}});
        let read: Effect = serde_json::from_value(stored.clone()).expect("it is read");
        let Effect::Event { whose, .. } = &read else {
            panic!("{read:?}");
        };
        assert_eq!(*whose, None);
        assert_eq!(json!(read), stored);
    }

    #[test]
    fn an_event_of_somebody_else_says_whose_it_is() {
        #[derive(Serialize, Deserialize)]
        struct Cooked {}
        impl Event for Cooked {
            const NAME: &'static str = "cooked";
        }
        let mut reply = Reply::none().event_of(Whose::member(42, -7), &Cooked {});
        let effects = json!(reply.take_effects());
        let read: Vec<Effect> = serde_json::from_value(effects).expect("it is read");
        let [
            Effect::Event {
                whose: Some(whose), ..
            },
        ] = &read[..]
        else {
            panic!("{read:?}");
        };
        assert_eq!((whose.user, whose.chat), (Some(42), Some(-7)));
    }
}
