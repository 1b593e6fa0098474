//! What becomes of a message: edits, reactions, pins, deletion.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    editMessageText: EditMessageTextParams => MessageOrBool, MESSAGE + inline + business;
    editMessageCaption: EditMessageCaptionParams => MessageOrBool, MESSAGE + inline + business;
    editMessageMedia: EditMessageMediaParams => MessageOrBool, MESSAGE + inline + business;
    editMessageLiveLocation: EditMessageLiveLocationParams => MessageOrBool, MESSAGE + inline + business;
    stopMessageLiveLocation: StopMessageLiveLocationParams => MessageOrBool, MESSAGE + inline + business;
    editMessageChecklist: EditMessageChecklistParams => Message, MESSAGE + business;
    editMessageReplyMarkup: EditMessageReplyMarkupParams => MessageOrBool, MESSAGE + inline + business;
    stopPoll: StopPollParams => Poll, MESSAGE + business;
    approveSuggestedPost: ApproveSuggestedPostParams => bool, MESSAGE;
    declineSuggestedPost: DeclineSuggestedPostParams => bool, MESSAGE;
    deleteMessage: DeleteMessageParams => bool, MESSAGE;
    deleteMessages: DeleteMessagesParams => bool, CHAT;
    setMessageReaction: SetMessageReactionParams => bool, MESSAGE;
    deleteMessageReaction: DeleteMessageReactionParams => bool, MESSAGE;
    deleteAllMessageReactions: DeleteAllMessageReactionsParams => bool, CHAT;
    pinChatMessage: PinChatMessageParams => bool, MESSAGE + business;
    unpinChatMessage: UnpinChatMessageParams => bool, PRESSED + business;
    unpinAllChatMessages: UnpinAllChatMessagesParams => bool, CHAT;
    editEphemeralMessageText: EditEphemeralMessageTextParams => bool, EPHEMERAL;
    editEphemeralMessageCaption: EditEphemeralMessageCaptionParams => bool, EPHEMERAL;
    editEphemeralMessageMedia: EditEphemeralMessageMediaParams => bool, EPHEMERAL;
    editEphemeralMessageReplyMarkup: EditEphemeralMessageReplyMarkupParams => bool, EPHEMERAL;
    deleteEphemeralMessage: DeleteEphemeralMessageParams => bool, EPHEMERAL;
}
