//! Business accounts that are connected to the bot.

use super::{Chat, User, object::objects};

objects! {
    /// A connection of a business account to the bot, as it is now.
    pub struct BusinessConnection {
        /// Its id.
        pub id: String => required,
        /// Whose account it is.
        pub user: User => required,
        /// The private chat with the owner.
        pub user_chat_id: i64,
        /// When it was made, in seconds since 1970.
        pub date: i64,
        /// Whether it is in use.
        pub is_enabled: bool,
        /// What the bot may do.
        pub rights: Option<BusinessRights>,
    }

    /// What the bot may do for a business account.
    /// Source: <https://core.telegram.org/bots/api#businessbotrights> (Bot API 10.3).
    pub struct BusinessRights {
        /// Answer in chats that were active within a day.
        pub can_reply: bool,
        /// Mark messages as read.
        pub can_read_messages: bool,
        /// Delete messages that the bot sent.
        pub can_delete_sent_messages: bool,
        /// Delete all messages.
        pub can_delete_all_messages: bool,
        /// Change the name.
        pub can_edit_name: bool,
        /// Change the bio.
        pub can_edit_bio: bool,
        /// Change the picture.
        pub can_edit_profile_photo: bool,
        /// Change the username.
        pub can_edit_username: bool,
        /// Change what gifts are taken.
        pub can_change_gift_settings: bool,
        /// See gifts and stars.
        pub can_view_gifts_and_stars: bool,
        /// Turn gifts into stars.
        pub can_convert_gifts_to_stars: bool,
        /// Transfer and upgrade gifts.
        pub can_transfer_and_upgrade_gifts: bool,
        /// Transfer stars.
        pub can_transfer_stars: bool,
        /// Post, edit and delete stories.
        pub can_manage_stories: bool,
    }

    /// Messages that were deleted from a business account's chat.
    pub struct BusinessMessagesDeleted {
        /// The connection.
        pub business_connection_id: String => required,
        /// The chat. The bot may be unable to look into it.
        pub chat: Chat => required,
        /// The messages.
        pub message_ids: Vec<i64>,
    }
}
