//! What the bot says of itself: its name, its descriptions, its menu buttons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The bot's profile. Texts are by language code, `""` for all languages.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// Names; the one for all languages is the bot's own unless set.
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) descriptions: BTreeMap<String, String>,
    pub(crate) short_descriptions: BTreeMap<String, String>,
    /// `MenuButton`s by private chat, 0 for the default one.
    pub(crate) menu_buttons: BTreeMap<i64, Value>,
    /// `ChatAdministratorRights` that the bot asks for, in `groups` and in `channels`.
    #[serde(default)]
    pub(crate) default_rights: BTreeMap<String, Value>,
}

impl Profile {
    /// The menu button of a private chat; 0 is for all.
    pub(crate) fn menu_button(&self, chat_id: i64) -> Option<&Value> {
        let own = self.menu_buttons.get(&chat_id);
        // What is `default` in a chat, is what is set for all.
        let own = own.filter(|button| button["type"] != "default");
        own.or_else(|| self.menu_buttons.get(&0))
    }
}
