//! Boosts of chats.

use super::{
    Chat, User,
    lenient::{Lenient, field},
    object::objects,
};

objects! {
    /// A boost that a chat got, or that was prolonged.
    pub struct BoostAdded {
        /// The chat.
        pub chat: Chat => required,
        /// The boost.
        pub boost: Boost => required,
    }

    /// A boost that a chat lost.
    pub struct BoostRemoved {
        /// The chat.
        pub chat: Chat => required,
        /// The id of the boost.
        pub boost_id: String => required,
        /// When, in seconds since 1970.
        pub remove_date: i64,
        /// Where it came from.
        pub source: BoostSource,
    }

    /// A boost of a chat.
    pub struct Boost {
        /// Its id.
        pub id: String as "boost_id" => required,
        /// When it was given, in seconds since 1970.
        pub add_date: i64,
        /// When it ends, in seconds since 1970.
        pub expiration_date: i64,
        /// Where it comes from.
        pub source: BoostSource,
    }
}

/// Where a boost comes from, and of whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoostSource {
    /// A subscriber of Telegram Premium gave it, to this chat or as a gift.
    Premium(User),
    /// A gift code that the chat gave out, and who used it.
    GiftCode(User),
    /// A giveaway of the chat, and who won: nobody yet, or nobody ever.
    Giveaway(Option<User>),
    /// A source that this version of the library does not know.
    #[default]
    Unknown,
}

impl Lenient for BoostSource {
    fn read(json: &[u8]) -> Option<Self> {
        let source: String = field(json, "source")?;
        let user = field(json, "user");
        let source = match source.as_str() {
            "premium" => user.map(Self::Premium),
            "gift_code" => user.map(Self::GiftCode),
            "giveaway" => Some(Self::Giveaway(user)),
            _ => None,
        };
        Some(source.unwrap_or_default())
    }
}
