//! A dialogue state is a type: its name is stored, its fields are what the dialogue learned so far.

pub use ostankino_macros::DialogueState;
use serde::{Serialize, de::DeserializeOwned};

/// A state of a dialogue, with its data: derived, or written by hand.
///
/// ```
/// # extern crate ostankino_core as ostankino;
/// use ostankino::DialogueState;
/// use serde::{Deserialize, Serialize};
///
/// /// The name is known, the age is asked.
/// #[derive(Serialize, Deserialize, DialogueState)]
/// #[state(name = "form.age")]
/// struct AskAge {
///     name: String,
/// }
/// assert_eq!(AskAge::NAME, "form.age");
/// ```
pub trait DialogueState: Serialize + DeserializeOwned + Send + Sync {
    /// The name under which it is stored: unique in the bot, and not changed while dialogues are
    /// under way. A stored name that no state has any more counts as no state.
    const NAME: &'static str;
}
