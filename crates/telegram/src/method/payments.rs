//! Payments, gifts and games.

use super::{Row, methods};
use crate::{methods::*, types::*};

methods! {
    sendInvoice: SendInvoiceParams => Message, CHAT + topic + direct;
    createInvoiceLink: CreateInvoiceLinkParams => String, NOWHERE;
    answerShippingQuery: AnswerShippingQueryParams => bool, SHIPPING_QUERY;
    answerPreCheckoutQuery: AnswerPreCheckoutQueryParams => bool, PRE_CHECKOUT_QUERY;
    getMyStarBalance: GetMyStarBalanceParams => StarAmount, NOWHERE;
    getStarTransactions: GetStarTransactionsParams => StarTransactions, NOWHERE;
    refundStarPayment: RefundStarPaymentParams => bool, NOWHERE;
    editUserStarSubscription: EditUserStarSubscriptionParams => bool, NOWHERE;
    getAvailableGifts: GetAvailableGiftsParams => Gifts, NOWHERE;
    sendGift: SendGiftParams => bool, SENDER;
    giftPremiumSubscription: GiftPremiumSubscriptionParams => bool, NOWHERE;
    getUserGifts: GetUserGiftsParams => OwnedGifts, NOWHERE;
    getChatGifts: GetChatGiftsParams => OwnedGifts, NOWHERE;
    convertGiftToStars: ConvertGiftToStarsParams => bool, NOWHERE;
    upgradeGift: UpgradeGiftParams => bool, NOWHERE;
    transferGift: TransferGiftParams => bool, NOWHERE;
    sendGame: SendGameParams => Message, CHAT + topic + business;
    setGameScore: SetGameScoreParams => MessageOrBool, MESSAGE + inline;
    getGameHighScores: GetGameHighScoresParams => Vec<GameHighScore>, NOWHERE;
}
