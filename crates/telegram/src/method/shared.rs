//! Parameters that many methods have in common, and which methods those are: options of what is sent.

use super::target;

/// Each parameter with the methods that take it.
pub(super) const SHARED: [(&str, &str); 9] = [
    (
        "caption",
        "copyMessage editEphemeralMessageCaption editMessageCaption editStory postStory \
         sendAnimation sendAudio sendDocument sendLivePhoto sendPaidMedia sendPhoto sendVideo \
         sendVoice",
    ),
    (
        "has_spoiler",
        "sendAnimation sendLivePhoto sendPhoto sendVideo",
    ),
    (
        "link_preview_options",
        "editEphemeralMessageText editMessageText sendMessage",
    ),
    (
        "disable_notification",
        "copyMessage copyMessages forwardMessage forwardMessages pinChatMessage sendAnimation \
         sendAudio sendChecklist sendContact sendDice sendDocument sendGame sendInvoice \
         sendLivePhoto sendLocation sendMediaGroup sendMessage sendPaidMedia sendPhoto sendPoll \
         sendRichMessage sendSticker sendVenue sendVideo sendVideoNote sendVoice",
    ),
    (
        "protect_content",
        "copyMessage copyMessages forwardMessage forwardMessages postStory repostStory \
         sendAnimation sendAudio sendChecklist sendContact sendDice sendDocument sendGame \
         sendInvoice sendLivePhoto sendLocation sendMediaGroup sendMessage sendPaidMedia \
         sendPhoto sendPoll sendRichMessage sendSticker sendVenue sendVideo sendVideoNote \
         sendVoice",
    ),
    (
        "message_effect_id",
        "copyMessage forwardMessage sendAnimation sendAudio sendChecklist sendContact sendDice \
         sendDocument sendGame sendInvoice sendLivePhoto sendLocation sendMediaGroup sendMessage \
         sendPhoto sendPoll sendRichMessage sendSticker sendVenue sendVideo sendVideoNote \
         sendVoice",
    ),
    (
        "reply_parameters",
        "copyMessage sendAnimation sendAudio sendChecklist sendContact sendDice sendDocument \
         sendGame sendInvoice sendLivePhoto sendLocation sendMediaGroup sendMessage sendPaidMedia \
         sendPhoto sendPoll sendRichMessage sendSticker sendVenue sendVideo sendVideoNote \
         sendVoice",
    ),
    (
        "ephemeral_message_parameters",
        "sendAnimation sendAudio sendContact sendDocument sendLivePhoto sendLocation sendMessage \
         sendPhoto sendRichMessage sendSticker sendVenue sendVideo sendVideoNote sendVoice",
    ),
    (
        "reply_markup",
        "copyMessage editEphemeralMessageCaption editEphemeralMessageMedia \
         editEphemeralMessageReplyMarkup editEphemeralMessageText editMessageCaption \
         editMessageChecklist editMessageLiveLocation editMessageMedia editMessageReplyMarkup \
         editMessageText sendAnimation sendAudio sendChecklist sendContact sendDice sendDocument \
         sendGame sendInvoice sendLivePhoto sendLocation sendMessage sendPaidMedia sendPhoto \
         sendPoll sendRichMessage sendSticker sendVenue sendVideo sendVideoNote sendVoice \
         stopMessageLiveLocation stopPoll",
    ),
];

/// Whether the method takes a parameter of those that many have in common: `caption`,
/// `has_spoiler`, `link_preview_options`, `disable_notification`, `protect_content`,
/// `message_effect_id`, `reply_parameters`, `ephemeral_message_parameters`, `reply_markup`. `None` of any other parameter, and of a
/// method that this version of the library does not know.
#[must_use]
pub fn takes(method: &str, parameter: &str) -> Option<bool> {
    target(method)?;
    let (_, methods) = SHARED.iter().find(|(shared, _)| *shared == parameter)?;
    let mut methods = methods.split_ascii_whitespace();
    Some(methods.any(|name| name.eq_ignore_ascii_case(method)))
}
