//! A dialogue state is a type: its name is stored, its fields are what the dialogue learned so far.

use serde::{Serialize, de::DeserializeOwned};

/// A state of a dialogue, with its data.
///
/// ```
/// use ostankino_core::DialogueState;
/// use serde::{Deserialize, Serialize};
///
/// /// The name is known, the age is asked.
/// #[derive(Serialize, Deserialize)]
/// struct AskAge {
///     name: String,
/// }
///
/// impl DialogueState for AskAge {
///     const NAME: &'static str = "form.ask_age";
/// }
/// ```
pub trait DialogueState: Serialize + DeserializeOwned + Send + Sync {
    /// The name under which it is stored: unique in the bot, and not changed while dialogues are
    /// under way. A stored name that no state has any more counts as no state.
    const NAME: &'static str;
}
