//! The tables, as `diesel print-schema` gives them.

/// Every table of ours.
pub(super) const TABLES: &[&str] = &["users", "profiles", "inbox"];

diesel::table! {
    /// Everybody who ever interacted with the bot.
    users (id) {
        /// Telegram's id.
        id -> BigInt,
        /// Public name, without `@`.
        username -> Nullable<Text>,
        /// First and last name.
        fullname -> Text,
        /// IETF tag of the user's app.
        language -> Nullable<Text>,
        /// False once the user blocked the bot.
        is_active -> Bool,
        /// First seen.
        created_at -> Timestamptz,
        /// Last activity.
        updated_at -> Timestamptz,
        /// The bot whose update told `is_active`.
        told_by_bot -> Nullable<BigInt>,
        /// That update.
        told_by_update -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What a user told the bot in the /form dialogue.
    profiles (user_id) {
        /// Whose profile it is.
        user_id -> BigInt,
        /// As given in the dialogue.
        name -> Text,
        /// In years.
        age -> SmallInt,
        /// First saved.
        created_at -> Timestamptz,
        /// Last saved.
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Updates whose effects are applied.
    inbox (bot_id, update_id) {
        /// Whose update.
        bot_id -> BigInt,
        /// Telegram's id.
        update_id -> BigInt,
        /// When it was applied.
        applied_at -> Timestamptz,
        /// JSON: dialogues and replies still to be brought about.
        effects -> Nullable<Bytea>,
        /// Not applied but dead-lettered.
        is_dead -> Bool,
    }
}

diesel::joinable!(profiles -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, profiles);
