//! Parameters that `frankenstein` lacks, or has under other names than Telegram's.

#![expect(
    missing_debug_implementations,
    reason = "of the builders, as in frankenstein"
)]

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::types::{
    ChatAdministratorRights, ChatId, EphemeralMessageParameters, FileUpload, MessageEntity,
    ParseMode, ReplyMarkup, ReplyParameters, SuggestedPostParameters,
};

/// Structs of parameters, made and written as those of `frankenstein`: `Name: method { required }
/// or { optional }`.
macro_rules! params {
    ($($Name:ident: $method:ident { $($field:ident: $Type:ty),* $(,)? } or { $($option:ident: $Option:ty),* $(,)? })*) => {$(
        #[doc = concat!("The parameters of `", stringify!($method), "`.")]
        ///
        #[doc = concat!("See <https://core.telegram.org/bots/api#", stringify!($method), ">; its anchors are in lower case.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Builder)]
        #[builder(on(String, into), on(ChatId, into), on(FileUpload, into))]
        #[expect(missing_docs, reason = "fields have Telegram's names and meaning")]
        pub struct $Name {
            $(pub $field: $Type,)*
            $(
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $option: Option<$Option>,
            )*
        }
    )*};
}

/// Parameters of a method that takes none.
macro_rules! none {
    ($($Name:ident: $method:ident;)*) => {$(
        #[doc = concat!("`", stringify!($method), "` takes no parameters: `", stringify!($Name), " {}`.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $Name {}
    )*};
}

none! {
    CloseParams: close;
    GetAvailableGiftsParams: getAvailableGifts;
    GetForumTopicIconStickersParams: getForumTopicIconStickers;
    GetMeParams: getMe;
    GetMyStarBalanceParams: getMyStarBalance;
    GetWebhookInfoParams: getWebhookInfo;
    LogOutParams: logOut;
    RemoveMyProfilePhotoParams: removeMyProfilePhoto;
}

// Telegram says `owned_gift_id` where `frankenstein` says `owner_gift_id`, `star_count` for
// `start_count`, `live_photo` for `media` and `comment` for `send_date`. Its drafts have no text
// where Telegram needs none, its transactions have private fields, its rights cannot be cleared.
params! {
    ConvertGiftToStarsParams: convertGiftToStars {
        business_connection_id: String,
        owned_gift_id: String,
    } or {}

    UpgradeGiftParams: upgradeGift {
        business_connection_id: String,
        owned_gift_id: String,
    } or {
        keep_original_details: bool,
        star_count: u32,
    }

    TransferGiftParams: transferGift {
        business_connection_id: String,
        owned_gift_id: String,
        new_owner_chat_id: i64,
    } or {
        star_count: u32,
    }

    TransferBusinessAccountStarsParams: transferBusinessAccountStars {
        business_connection_id: String,
        star_count: u32,
    } or {}

    DeclineSuggestedPostParams: declineSuggestedPost {
        chat_id: i64,
        message_id: i32,
    } or {
        comment: String,
    }

    GetStarTransactionsParams: getStarTransactions {} or {
        offset: u32,
        limit: u32,
    }

    SetMyDefaultAdministratorRightsParams: setMyDefaultAdministratorRights {} or {
        rights: ChatAdministratorRights,
        for_channels: bool,
    }

    SendMessageDraftParams: sendMessageDraft {
        chat_id: i64,
        draft_id: i64,
    } or {
        message_thread_id: i32,
        text: String,
        parse_mode: ParseMode,
        entities: Vec<MessageEntity>,
        can_stop: bool,
        keep_on_stop: bool,
    }

    SendLivePhotoParams: sendLivePhoto {
        chat_id: ChatId,
        live_photo: FileUpload,
        photo: FileUpload,
    } or {
        business_connection_id: String,
        message_thread_id: i32,
        direct_messages_topic_id: i64,
        ephemeral_message_parameters: EphemeralMessageParameters,
        caption: String,
        parse_mode: ParseMode,
        caption_entities: Vec<MessageEntity>,
        show_caption_above_media: bool,
        has_spoiler: bool,
        disable_notification: bool,
        protect_content: bool,
        allow_paid_broadcast: bool,
        message_effect_id: String,
        suggested_post_parameters: SuggestedPostParameters,
        reply_parameters: ReplyParameters,
        reply_markup: ReplyMarkup,
    }
}
