//! The parameters of every method of the Bot API, each a [`Method`]: most are those of the crate
//! `frankenstein`, whose fields are Telegram's; what it lacks or has under another name is ours.
//!
//! ```
//! use ostankino_telegram::{Call, methods::SendDiceParams};
//!
//! let call = Call::of(&SendDiceParams::builder().chat_id(7).emoji("🎲").build());
//! assert_eq!(call.method(), "sendDice");
//! ```
//!
//! [`Method`]: super::Method

#[doc(no_inline)]
pub use frankenstein::methods::*;

pub use super::method::params::{
    CloseParams, ConvertGiftToStarsParams, DeclineSuggestedPostParams, GetAvailableGiftsParams,
    GetForumTopicIconStickersParams, GetMeParams, GetMyStarBalanceParams,
    GetStarTransactionsParams, GetWebhookInfoParams, LogOutParams, RemoveMyProfilePhotoParams,
    SendLivePhotoParams, SendMessageDraftParams, SetMyDefaultAdministratorRightsParams,
    TransferBusinessAccountStarsParams, TransferGiftParams, UpgradeGiftParams,
};
