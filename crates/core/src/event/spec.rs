//! An event that a router takes: what it takes to have it happen by its name and JSON.

use serde_json::Value;

use super::{Event, json_of};

/// An event by its name.
#[derive(Clone, Copy, Debug)]
pub struct EventSpec {
    name: &'static str,
    check: fn(&Value) -> Result<(), String>,
}

impl EventSpec {
    pub(crate) fn of<E: Event>() -> Self {
        Self {
            name: E::NAME,
            check: |data| {
                json_of(E::NAME, data)?;
                let event = E::deserialize(data).map_err(|error| error.to_string());
                event.map(drop)
            },
        }
    }

    /// See [`Event::NAME`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is one of the service's own, which nobody else has happen.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.name.starts_with("ostankino.")
    }

    /// Whether these data are one.
    ///
    /// # Errors
    ///
    /// They are none, or too long: what is wrong with them, which may quote them.
    pub fn check(&self, data: &Value) -> Result<(), String> {
        (self.check)(data)
    }
}
