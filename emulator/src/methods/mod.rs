//! The Bot API's methods: what each does to the world and answers.

mod actions;
mod business;
mod callbacks;
mod chat_settings;
mod chats;
mod checklist;
mod commands;
mod copy;
mod delete;
mod drafts;
mod edit;
mod ephemeral;
mod files;
mod flood;
mod inline;
mod invites;
mod live_places;
mod me;
mod media;
mod members;
mod menu_button;
mod moderation;
mod names;
mod paid_media;
mod payments;
mod pins;
mod poll;
mod profile;
mod reactions;
mod rights;
mod send;
mod sender_chats;
mod stars;
mod stickers;
mod topics;
mod updates;
mod web_apps;
mod webhook;

/// Checks shared by the methods.
mod arguments;
mod delivery;
mod keyboard;
mod parameters;
mod permissions;
mod replies;
mod texts;

use std::borrow::Cow;

pub(crate) use self::flood::{admit, check_traffic, load};
use crate::{
    protocol::{Answer, Params, Refusal, media::Kind},
    world::World,
};

/// What a method answers.
type Outcome = Result<Answer, Refusal>;

/// A method's name as Telegram documents it; an unknown one as it was sent.
pub(crate) fn spelled(method: &str) -> Cow<'static, str> {
    match names::known(method) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(method.to_owned()),
    }
}

/// Carries out a method, named as [`spelled`].
pub(crate) async fn call(world: &World, method: &str, params: &Params) -> Outcome {
    parameters::check(world, method, params)?;
    let in_account = business::view(world, method, params)?;
    let world = in_account.as_deref().unwrap_or(world);
    match method {
        "getUpdates" => updates::get_updates(world, params).await,
        "setWebhook" => webhook::set(world, params),
        "deleteWebhook" => webhook::delete(world, params),
        "getWebhookInfo" => Ok(webhook::info(world)),

        "getMe" => Ok(me::get_me(world)),
        "setMyCommands" => commands::set(world, params),
        "getMyCommands" => commands::get(world, params),
        "deleteMyCommands" => commands::delete(world, params),
        "setMyName" => profile::set(world, params, profile::Text::Name),
        "getMyName" => profile::get(world, params, profile::Text::Name),
        "setMyDescription" => profile::set(world, params, profile::Text::Description),
        "getMyDescription" => profile::get(world, params, profile::Text::Description),
        "setMyShortDescription" => profile::set(world, params, profile::Text::ShortDescription),
        "getMyShortDescription" => profile::get(world, params, profile::Text::ShortDescription),
        "setMyDefaultAdministratorRights" => rights::set(world, params),
        "getMyDefaultAdministratorRights" => Ok(rights::get(world, params)),
        "setChatMenuButton" => menu_button::set(world, params),
        "getChatMenuButton" => menu_button::get(world, params),
        "logOut" | "close" => Ok(me::farewell()),

        "sendMessage" => send::message(world, params),
        "sendPhoto" => media::send(world, params, Kind::Photo),
        "sendDocument" => media::send(world, params, Kind::Document),
        "sendVideo" => media::send(world, params, Kind::Video),
        "sendAudio" => media::send(world, params, Kind::Audio),
        "sendVoice" => media::send(world, params, Kind::Voice),
        "sendAnimation" => media::send(world, params, Kind::Animation),
        "sendSticker" => media::send(world, params, Kind::Sticker),
        "sendVideoNote" => media::send(world, params, Kind::VideoNote),
        "sendMediaGroup" => media::send_group(world, params),
        "sendLocation" => send::location(world, params),
        "sendVenue" => send::venue(world, params),
        "sendContact" => send::contact(world, params),
        "sendPoll" => poll::send(world, params),
        "stopPoll" => poll::stop(world, params),
        "sendChecklist" => checklist::send(world, params),
        "editMessageChecklist" => checklist::edit(world, params),
        "sendMessageDraft" => drafts::send(world, params),
        "sendDice" => send::dice(world, params),
        "copyMessage" => copy::copy(world, params),
        "copyMessages" => copy::copy_many(world, params),
        "forwardMessage" => copy::forward(world, params),
        "forwardMessages" => copy::forward_many(world, params),

        "editMessageText" => edit::text(world, params),
        "editMessageCaption" => edit::caption(world, params),
        "editMessageMedia" => edit::media(world, params),
        "editMessageReplyMarkup" => edit::reply_markup(world, params),
        "editMessageLiveLocation" => live_places::edit(world, params),
        "stopMessageLiveLocation" => live_places::stop(world, params),
        "editEphemeralMessageText" => ephemeral::text(world, params),
        "editEphemeralMessageCaption" => ephemeral::caption(world, params),
        "editEphemeralMessageMedia" => ephemeral::media(world, params),
        "editEphemeralMessageReplyMarkup" => ephemeral::reply_markup(world, params),
        "deleteEphemeralMessage" => ephemeral::delete(world, params),
        "deleteMessage" => delete::one(world, params),
        "deleteMessages" => delete::many(world, params),
        "deleteMessageReaction" => reactions::delete(world, params, false),
        "deleteAllMessageReactions" => reactions::delete(world, params, true),
        "setMessageReaction" => reactions::set(world, params),
        "answerCallbackQuery" => callbacks::answer(world, params),

        "sendInvoice" => payments::send(world, params),
        "createInvoiceLink" => payments::create_link(world, params),
        "answerShippingQuery" => payments::answer_shipping(world, params),
        "answerPreCheckoutQuery" => payments::answer_pre_checkout(world, params),
        "sendPaidMedia" => paid_media::send(world, params),
        "answerInlineQuery" => inline::answer(world, params),
        "answerWebAppQuery" => web_apps::answer(world, params),
        "savePreparedInlineMessage" => web_apps::prepare(world, params),
        "getMyStarBalance" => Ok(stars::balance(world)),
        "getStarTransactions" => Ok(stars::transactions(world, params)),
        "refundStarPayment" => stars::refund(world, params),
        "editUserStarSubscription" => stars::edit_subscription(world, params),

        "getChat" => chats::get_chat(world, params),
        "getChatMember" => members::get(world, params),
        "getChatMemberCount" => members::count(world, params),
        "getChatAdministrators" => members::administrators(world, params),
        "leaveChat" => members::leave(world, params),
        "banChatMember" => moderation::ban(world, params),
        "unbanChatMember" => moderation::unban(world, params),
        "restrictChatMember" => moderation::restrict(world, params),
        "promoteChatMember" => moderation::promote(world, params),
        "setChatTitle" => chat_settings::title(world, params),
        "setChatDescription" => chat_settings::description(world, params),
        "setChatPhoto" => chat_settings::photo(world, params),
        "deleteChatPhoto" => chat_settings::delete_photo(world, params),
        "setChatPermissions" => chat_settings::set_permissions(world, params),
        "setChatAdministratorCustomTitle" => chat_settings::custom_title(world, params),
        "setChatMemberTag" => chat_settings::tag(world, params),
        "banChatSenderChat" => sender_chats::set(world, params, true),
        "unbanChatSenderChat" => sender_chats::set(world, params, false),
        "exportChatInviteLink" => invites::export(world, params),
        "editChatInviteLink" => invites::edit(world, params),
        "createChatSubscriptionInviteLink" => invites::create_paid(world, params),
        "editChatSubscriptionInviteLink" => invites::edit(world, params),
        "createChatInviteLink" => invites::create(world, params),
        "revokeChatInviteLink" => invites::revoke(world, params),
        "approveChatJoinRequest" => invites::approve(world, params),
        "declineChatJoinRequest" => invites::decline(world, params),
        "createForumTopic" => topics::create(world, params),
        "editForumTopic" => topics::edit(world, params),
        "closeForumTopic" => topics::close(world, params, true),
        "reopenForumTopic" => topics::close(world, params, false),
        "deleteForumTopic" => topics::delete(world, params),
        "unpinAllForumTopicMessages" => topics::unpin_all(world, params),
        "editGeneralForumTopic" => topics::edit_general(world, params),
        "closeGeneralForumTopic" => topics::close_general(world, params, true),
        "reopenGeneralForumTopic" => topics::close_general(world, params, false),
        "hideGeneralForumTopic" => topics::hide_general(world, params, true),
        "unhideGeneralForumTopic" => topics::hide_general(world, params, false),
        "unpinAllGeneralForumTopicMessages" => topics::unpin_all_general(world, params),

        "getBusinessConnection" => business::get(world, params),
        "readBusinessMessage" => business::read(world, params),
        "deleteBusinessMessages" => business::delete(world, params),
        "setBusinessAccountName" => business::set_name(world, params),
        "setBusinessAccountUsername" => business::set_username(world, params),
        "setBusinessAccountBio" => business::set_bio(world, params),
        "setBusinessAccountProfilePhoto" => business::set_photo(world, params),
        "removeBusinessAccountProfilePhoto" => business::remove_photo(world, params),

        "getStickerSet" => stickers::get(world, params),
        "getCustomEmojiStickers" => stickers::custom_emoji(world, params),
        "uploadStickerFile" => stickers::upload(world, params),
        "createNewStickerSet" => stickers::create(world, params),
        "addStickerToSet" => stickers::add(world, params),
        "replaceStickerInSet" => stickers::replace(world, params),
        "deleteStickerFromSet" => stickers::delete_from_set(world, params),
        "deleteStickerSet" => stickers::delete(world, params),
        "setStickerPositionInSet" => stickers::set_position(world, params),
        "setStickerEmojiList" => stickers::set_emoji(world, params),
        "setStickerKeywords" => stickers::set_keywords(world, params),
        "setStickerMaskPosition" => stickers::set_mask(world, params),
        "setStickerSetTitle" => stickers::set_title(world, params),
        "setStickerSetThumbnail" => stickers::set_thumbnail(world, params),
        "setCustomEmojiStickerSetThumbnail" => stickers::set_emoji_thumbnail(world, params),
        "setChatStickerSet" => stickers::set_of_chat(world, params),
        "deleteChatStickerSet" => stickers::delete_of_chat(world, params),

        "pinChatMessage" => pins::pin(world, params),
        "unpinChatMessage" => pins::unpin(world, params),
        "unpinAllChatMessages" => pins::unpin_all(world, params),
        "sendChatAction" => actions::send(world, params),
        "getUserProfilePhotos" => me::profile_photos(world, params),
        "getFile" => files::get_file(world, params),

        _ if names::known(method).is_some() => {
            tracing::warn!(
                method,
                "the bot called a method that this emulator does not know yet"
            );
            let text =
                format!("Not Implemented: telegram-emulator does not know the method {method} yet");
            Err(Refusal::new(501, text))
        }
        _ => {
            tracing::warn!(
                method,
                "the bot called a method that the Bot API does not have"
            );
            Err(Refusal::new(404, "Not Found: method not found"))
        }
    }
}
