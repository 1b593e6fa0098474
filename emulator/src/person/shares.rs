//! People share others and chats, and use web apps.

use super::Person;
use crate::{Group, world::State};

/// A web app as it was opened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WebApp {
    /// The address of the button.
    pub url: String,
    /// `initData`, signed with the bot's token: what the app sends to its server.
    pub init_data: String,
    /// The id by which the bot answers it.
    pub query_id: Option<String>,
}

impl Person {
    /// Presses the button with this text, which asks for people, and shares these; returns the update's id.
    ///
    /// # Panics
    /// When there is no such button below the chat, or it asks for others.
    #[track_caller]
    pub fn shares_people(&self, button: &str, people: &[&Self]) -> i64 {
        let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
        self.share(|state| state.share_users(self.id, button, &ids))
    }

    /// Presses the button with this text, which asks for a chat, and shares this one; returns the update's id.
    ///
    /// # Panics
    /// As [`shares_people`](Self::shares_people).
    #[track_caller]
    pub fn shares_chat(&self, button: &str, chat: &Group) -> i64 {
        self.share(|state| state.share_chat(self.id, button, chat.id()))
    }

    /// Opens the web app of the newest inline button with this text, or, without one, of the menu button.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn opens_web_app(&self, button: Option<&str>) -> WebApp {
        let token = &self.world.bot.token;
        let opened = self
            .world
            .change(|state| state.open_web_app(self.id, button, None, token));
        match opened {
            Ok(app) => WebApp {
                url: app.url,
                init_data: app.init_data,
                query_id: app.query_id,
            },
            Err(why) => panic!("{why}"),
        }
    }

    /// `initData` of this person, signed with the bot's token, of an app that was opened by no button of a message.
    #[must_use]
    pub fn init_data(&self, start_param: Option<&str>) -> String {
        let token = &self.world.bot.token;
        self.world
            .read(|state| state.init_data(self.id, None, start_param, token))
    }

    /// The web app of the reply keyboard's button with this text sends data to the bot; returns the update's id.
    ///
    /// # Panics
    /// When there is no such button below the chat.
    #[track_caller]
    pub fn sends_web_app_data(&self, button: &str, data: &str) -> i64 {
        self.share(|state| state.send_web_app_data(self.id, button, data))
    }

    /// Sends a message that the bot prepared for them into a group; returns the update's id.
    ///
    /// # Panics
    /// When it was prepared for another, or is too old.
    #[track_caller]
    pub fn sends_prepared_to(&self, group: &Group, id: &str) -> i64 {
        self.share(|state| state.send_prepared(self.id, id, group.id()))
    }

    #[track_caller]
    fn share(&self, share: impl FnOnce(&mut State) -> Result<i64, String>) -> i64 {
        match self.world.change(share) {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }
}
