//! Every object of the Bot API, most from the crate `frankenstein`: messages and chats, payments,
//! inline results, media to send, stickers, games, gifts, passports, rich messages.
//!
//! They are closed: what Telegram adds later does not fit, so nothing that the library does by
//! itself depends on them.

#[doc(no_inline)]
pub use frankenstein::{
    ParseMode, games::*, gifts::*, inline_mode::*, input_file::*, input_media::*, passport::*,
    payments::*, response::MessageOrBool, rich_message::*, stickers::*, types::*, updates::*,
};

pub use super::method::answers::{SentWebAppMessage, StickerSet};
