//! What people share with the bot: contacts, users and chats of their choice, data of a web app.

use super::{media::PhotoSize, object::objects};

objects! {
    /// Somebody's phone number.
    pub struct Contact {
        /// The number, as Telegram writes it: with or without `+`.
        pub phone_number: String => required,
        /// First name.
        pub first_name: String,
        /// Last name.
        pub last_name: Option<String>,
        /// Telegram's id of that person. Whoever sends another's contact may send any number: it is
        /// the sender's own only if this is the sender's id.
        pub user_id: Option<i64>,
        /// More about the person, as a vCard.
        pub vcard: Option<String>,
    }

    /// Users that were chosen by a button of the bot's keyboard.
    pub struct UsersShared {
        /// The number that the button has.
        pub request_id: i64 => required,
        /// Who was chosen.
        pub users: Vec<SharedUser>,
    }

    /// A user that was chosen by a button. Names are there if the button asks for them.
    pub struct SharedUser {
        /// Telegram's id. The bot may be unable to write to it.
        pub user_id: i64 => required,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// Public name, without `@`.
        pub username: Option<String>,
        /// The picture, in several sizes.
        pub photo: Vec<PhotoSize>,
    }

    /// A chat that was chosen by a button of the bot's keyboard. Names are there if the button asks
    /// for them.
    pub struct ChatShared {
        /// The number that the button has.
        pub request_id: i64 => required,
        /// Telegram's id of the chat. The bot may be no member of it.
        pub chat_id: i64 => required,
        /// The title.
        pub title: Option<String>,
        /// Public name, without `@`.
        pub username: Option<String>,
        /// The picture, in several sizes.
        pub photo: Vec<PhotoSize>,
    }

    /// What a web app sent that was opened by a button of the bot's keyboard. A bad client can send
    /// anything.
    pub struct WebAppData {
        /// The data.
        pub data: String => required,
        /// The text of the button.
        pub button_text: String,
    }
}
