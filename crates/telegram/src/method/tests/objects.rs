//! The objects of the Bot API, as `types` has them, against the facts.

use std::collections::BTreeMap;

use super::{
    differences::OBJECTS,
    facts::{FACTS, differences},
    shape::{Shape, shape_of},
};
use crate::types;

/// Objects that have no struct of their own: variants of an enum that hold nothing, texts of a
/// rich message, which are one type, the envelope of an answer, and `Update`, which the library
/// reads itself.
const WITHOUT_STRUCT: [&str; 19] = [
    "APIResponseError",
    "APIResponseOk",
    "BotCommandScopeAllChatAdministrators",
    "BotCommandScopeAllGroupChats",
    "BotCommandScopeAllPrivateChats",
    "BotCommandScopeDefault",
    "MenuButtonCommands",
    "MenuButtonDefault",
    "ResponseParameters",
    "RichTextBold",
    "RichTextCode",
    "RichTextItalic",
    "RichTextMarked",
    "RichTextSpoiler",
    "RichTextStrikethrough",
    "RichTextSubscript",
    "RichTextSuperscript",
    "RichTextUnderline",
    "Update",
];

macro_rules! shapes {
    ($($Name:ident)*) => {
        [$((stringify!($Name), shape_of::<types::$Name> as fn() -> Shape)),*]
    };
}

fn ours() -> BTreeMap<&'static str, fn() -> Shape> {
    shapes! {
        AcceptedGiftTypes AffiliateInfo Animation Audio BackgroundFillFreeformGradient
        BackgroundFillGradient BackgroundFillSolid BackgroundTypeChatTheme BackgroundTypeFill
        BackgroundTypePattern BackgroundTypeWallpaper Birthdate BotAccessSettings BotCommand
        BotCommandScopeChat BotCommandScopeChatAdministrators BotCommandScopeChatMember
        BotDescription BotName BotShortDescription BotSubscriptionUpdated BusinessBotRights
        BusinessConnection BusinessIntro BusinessLocation BusinessMessagesDeleted
        BusinessOpeningHours BusinessOpeningHoursInterval CallbackQuery Chat
        ChatAdministratorRights ChatBackground ChatBoost ChatBoostAdded ChatBoostRemoved
        ChatBoostSourceGiftCode ChatBoostSourceGiveaway ChatBoostSourcePremium ChatBoostUpdated
        ChatFullInfo ChatInviteLink ChatJoinRequest ChatLocation ChatMemberAdministrator
        ChatMemberBanned ChatMemberLeft ChatMemberMember ChatMemberOwner ChatMemberRestricted
        ChatMemberUpdated ChatOwnerChanged ChatOwnerLeft ChatPermissions ChatPhoto ChatShared
        Checklist ChecklistTask ChecklistTasksAdded ChecklistTasksDone ChosenInlineResult Community
        CommunityChatAdded CommunityChatJoined Contact CopyTextButton Dice
        DirectMessagePriceChanged DirectMessagesTopic Document EncryptedCredentials
        EncryptedPassportElement EphemeralMessageParameters ExternalReplyInfo File ForceReply
        ForumTopic ForumTopicCreated ForumTopicEdited Game GameHighScore Gift GiftBackground
        GiftInfo Gifts Giveaway GiveawayCompleted GiveawayCreated GiveawayWinners
        InaccessibleMessage InlineKeyboardButton InlineKeyboardMarkup InlineQuery
        InlineQueryResultArticle InlineQueryResultAudio InlineQueryResultCachedAudio
        InlineQueryResultCachedDocument InlineQueryResultCachedGif InlineQueryResultCachedMpeg4Gif
        InlineQueryResultCachedPhoto InlineQueryResultCachedSticker InlineQueryResultCachedVideo
        InlineQueryResultCachedVoice InlineQueryResultContact InlineQueryResultDocument
        InlineQueryResultGame InlineQueryResultGif InlineQueryResultLocation
        InlineQueryResultMpeg4Gif InlineQueryResultPhoto InlineQueryResultVenue
        InlineQueryResultVideo InlineQueryResultVoice InlineQueryResultsButton InputChecklist
        InputChecklistTask InputContactMessageContent InputInvoiceMessageContent
        InputLocationMessageContent InputMediaAnimation InputMediaAudio InputMediaDocument
        InputMediaLink InputMediaLivePhoto InputMediaLocation InputMediaPhoto InputMediaSticker
        InputMediaVenue InputMediaVideo InputMediaVoiceNote InputPaidMediaLivePhoto
        InputPaidMediaPhoto InputPaidMediaVideo InputPollOption InputProfilePhotoAnimated
        InputProfilePhotoStatic InputRichBlockAnchor InputRichBlockAnimation InputRichBlockAudio
        InputRichBlockBlockQuotation InputRichBlockButtons InputRichBlockCollage
        InputRichBlockDetails InputRichBlockDivider InputRichBlockDocument
        InputRichBlockExpandableBlockQuotation InputRichBlockFooter InputRichBlockList
        InputRichBlockListItem InputRichBlockMap InputRichBlockMathematicalExpression
        InputRichBlockParagraph InputRichBlockPhoto InputRichBlockPreformatted
        InputRichBlockPullQuotation InputRichBlockSectionHeading InputRichBlockSlideshow
        InputRichBlockTable InputRichBlockThinking InputRichBlockVideo InputRichBlockVoiceNote
        InputRichMessage InputRichMessageContent InputRichMessageMedia InputSticker
        InputStoryContentPhoto InputStoryContentVideo InputTextMessageContent
        InputVenueMessageContent Invoice KeyboardButton KeyboardButtonPollType
        KeyboardButtonRequestChat KeyboardButtonRequestManagedBot KeyboardButtonRequestUsers
        LabeledPrice Link LinkPreviewOptions LivePhoto Location LocationAddress LoginUrl
        ManagedBotCreated ManagedBotUpdated MaskPosition MenuButtonWebApp Message
        MessageAutoDeleteTimerChanged MessageEntity MessageGenerationStopped MessageId
        MessageOriginChannel MessageOriginChat MessageOriginHiddenUser MessageOriginUser
        MessageReactionCountUpdated MessageReactionUpdated OrderInfo OwnedGiftRegular
        OwnedGiftUnique OwnedGifts PaidMediaInfo PaidMediaLivePhoto PaidMediaPhoto PaidMediaPreview
        PaidMediaPurchased PaidMediaVideo PaidMessagePriceChanged PassportData
        PassportElementErrorDataField PassportElementErrorFile PassportElementErrorFiles
        PassportElementErrorFrontSide PassportElementErrorReverseSide PassportElementErrorSelfie
        PassportElementErrorTranslationFile PassportElementErrorTranslationFiles
        PassportElementErrorUnspecified PassportFile PhotoSize Poll PollAnswer PollMedia PollOption
        PollOptionAdded PollOptionDeleted PreCheckoutQuery PreparedInlineMessage
        PreparedKeyboardButton ProximityAlertTriggered ReactionCount ReactionTypeCustomEmoji
        ReactionTypeEmoji ReactionTypePaid RefundedPayment ReplyKeyboardMarkup ReplyKeyboardRemove
        ReplyParameters RevenueWithdrawalStateFailed
        RevenueWithdrawalStatePending RevenueWithdrawalStateSucceeded RichBlockAnchor
        RichBlockAnimation RichBlockAudio RichBlockBlockQuotation RichBlockButtons RichBlockCaption
        RichBlockCollage RichBlockDetails RichBlockDivider RichBlockDocument
        RichBlockExpandableBlockQuotation RichBlockFooter RichBlockList RichBlockListItem
        RichBlockMap RichBlockMathematicalExpression RichBlockParagraph RichBlockPhoto
        RichBlockPreformatted RichBlockPullQuotation RichBlockSectionHeading RichBlockSlideshow
        RichBlockTable RichBlockTableCell RichBlockThinking RichBlockVideo RichBlockVoiceNote
        RichMessage RichMessageButton RichTextAnchor RichTextAnchorLink RichTextBankCardNumber
        RichTextBotCommand RichTextButton RichTextCashtag RichTextCustomEmoji RichTextDateTime
        RichTextEmailAddress RichTextHashtag RichTextMathematicalExpression RichTextMention
        RichTextPhoneNumber RichTextReference RichTextReferenceLink RichTextTextMention RichTextUrl
        SentGuestMessage SentWebAppMessage SharedUser ShippingAddress ShippingOption ShippingQuery
        StarAmount StarTransaction StarTransactions Sticker StickerSet Story StoryArea
        StoryAreaPosition StoryAreaTypeLink StoryAreaTypeLocation StoryAreaTypeSuggestedReaction
        StoryAreaTypeUniqueGift StoryAreaTypeWeather SuccessfulPayment SuggestedPostApprovalFailed
        SuggestedPostApproved SuggestedPostDeclined SuggestedPostInfo SuggestedPostPaid
        SuggestedPostParameters SuggestedPostPrice SuggestedPostRefunded
        SwitchInlineQueryChosenChat TextQuote TransactionPartnerAffiliateProgram
        TransactionPartnerChat TransactionPartnerFragment TransactionPartnerOther
        TransactionPartnerTelegramAds TransactionPartnerTelegramApi TransactionPartnerUser
        UniqueGift UniqueGiftBackdrop UniqueGiftBackdropColors UniqueGiftColors UniqueGiftInfo
        UniqueGiftModel UniqueGiftSymbol User UserChatBoosts UserProfileAudios UserProfilePhotos
        UserRating UsersShared Venue Video VideoChatEnded VideoChatParticipantsInvited
        VideoChatScheduled VideoNote VideoQuality Voice WebAppData WebAppInfo WebhookInfo
        WriteAccessAllowed
    }
    .into()
}

#[test]
fn every_object_is_there_with_its_fields_and_those_that_differ_are_listed() {
    let ours = ours();
    let mut differ = BTreeMap::new();
    for (name, fields) in FACTS.objects() {
        let Some(shape) = ours.get(name) else {
            assert!(WITHOUT_STRUCT.contains(&name), "{name} has no struct");
            continue;
        };
        assert!(!WITHOUT_STRUCT.contains(&name), "{name} has a struct now");
        let Shape::Object(_, shape) = shape() else {
            panic!("{name} is no struct")
        };
        // What tells the variants of a union apart is in the enum.
        let is_tag = |kind: &str| kind.starts_with('"') && !kind.contains('|');
        let fields = fields.into_iter().filter(|(_, _, kind)| !is_tag(kind));
        let found = differences(fields, &shape);
        if !found.is_empty() {
            differ.insert(name, found);
        }
    }
    let listed = OBJECTS.iter().map(|(name, what)| (*name, what.to_vec()));
    assert_eq!(
        differ,
        listed
            .map(|(name, what)| (name, what.into_iter().map(str::to_owned).collect()))
            .collect()
    );
}
