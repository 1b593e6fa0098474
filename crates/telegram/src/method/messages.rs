//! Messages into a chat.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    sendMessage: SendMessageParams => Message, CHAT + topic + direct + business;
    sendRichMessage: SendRichMessageParams => Message, CHAT + topic + direct + business;
    sendMessageDraft: SendMessageDraftParams => bool, CHAT + topic;
    sendRichMessageDraft: SendRichMessageDraftParams => bool, CHAT + topic;
    forwardMessage: ForwardMessageParams => Message, CHAT + topic + direct + source;
    forwardMessages: ForwardMessagesParams => Vec<MessageId>, CHAT + topic + direct;
    copyMessage: CopyMessageParams => MessageId, CHAT + topic + direct + source;
    copyMessages: CopyMessagesParams => Vec<MessageId>, CHAT + topic + direct;
    sendPhoto: SendPhotoParams => Message, CHAT + topic + direct + business;
    sendLivePhoto: SendLivePhotoParams => Message, CHAT + topic + direct + business;
    sendAudio: SendAudioParams => Message, CHAT + topic + direct + business;
    sendDocument: SendDocumentParams => Message, CHAT + topic + direct + business;
    sendVideo: SendVideoParams => Message, CHAT + topic + direct + business;
    sendAnimation: SendAnimationParams => Message, CHAT + topic + direct + business;
    sendVoice: SendVoiceParams => Message, CHAT + topic + direct + business;
    sendVideoNote: SendVideoNoteParams => Message, CHAT + topic + direct + business;
    sendPaidMedia: SendPaidMediaParams => Message, CHAT + topic + direct + business;
    sendMediaGroup: SendMediaGroupParams => Vec<Message>, CHAT + topic + direct + business;
    sendLocation: SendLocationParams => Message, CHAT + topic + direct + business;
    sendVenue: SendVenueParams => Message, CHAT + topic + direct + business;
    sendContact: SendContactParams => Message, CHAT + topic + direct + business;
    sendPoll: SendPollParams => Message, CHAT + topic + business;
    sendChecklist: SendChecklistParams => Message, CHAT + business;
    sendDice: SendDiceParams => Message, CHAT + topic + direct + business;
    sendSticker: SendStickerParams => Message, CHAT + topic + direct + business;
    sendChatAction: SendChatActionParams => bool, CHAT + topic + business;
}
