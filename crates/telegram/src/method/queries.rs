//! Answers to queries.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    answerCallbackQuery: AnswerCallbackQueryParams => bool, CALLBACK_QUERY;
    answerInlineQuery: AnswerInlineQueryParams => bool, INLINE_QUERY;
    answerWebAppQuery: AnswerWebAppQueryParams => SentWebAppMessage, NOWHERE;
    answerGuestQuery: AnswerGuestQueryParams => SentGuestMessage, GUEST_QUERY;
    answerChatJoinRequestQuery: AnswerChatJoinRequestQueryParams => bool, JOIN_REQUEST_QUERY;
    sendChatJoinRequestWebApp: SendChatJoinRequestWebAppParams => bool, JOIN_REQUEST_QUERY;
    savePreparedInlineMessage: SavePreparedInlineMessageParams => PreparedInlineMessage, NOWHERE;
    savePreparedKeyboardButton: SavePreparedKeyboardButtonParams => PreparedKeyboardButton, NOWHERE;
}
