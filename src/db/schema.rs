//! The tables, as `diesel print-schema` gives them.

/// Every table of our migrations; `profiles` is the bundled bot's by now.
pub(super) const TABLES: &[&str] = &[
    "users",
    "profiles",
    "inbox",
    "sent_files",
    "timers",
    "jobs",
    "album_parts",
    "owed_calls",
    "noted_messages",
    "chats",
    "mailings",
    "mailing_sends",
    "mailing_clicks",
    "opt_outs",
    "admin_links",
    "admin_sessions",
    "admin_audit",
    "maintenance",
];

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
        /// IETF tag of the language that the user chose.
        locale -> Nullable<Text>,
        /// IANA name of the zone in which it is day and night for the user.
        tz -> Nullable<Text>,
    }
}

diesel::table! {
    /// Who does not want mailings of a category.
    opt_outs (user_id, category) {
        /// Telegram's id.
        user_id -> BigInt,
        /// A category of [`Mailings`](crate::mailings::Mailings).
        category -> Text,
        /// Since when.
        at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, opt_outs);

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

diesel::table! {
    /// By which ids Telegram knows files that a bot sent.
    sent_files (bot_id, sha256, kind) {
        /// The bot that sent it: ids are its own.
        bot_id -> BigInt,
        /// Of the bytes, and of what is kept with them.
        sha256 -> Bytea,
        /// As what it was sent: `photo`, `document`, …
        kind -> Text,
        /// By which the bot sends it again.
        file_id -> Text,
        /// The same for all bots.
        file_unique_id -> Text,
        /// When it was sent last, to a day.
        used_at -> Timestamptz,
    }
}
