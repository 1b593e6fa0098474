//! The kinds of updates as conditions, a function each.

use super::Filter;
use crate::telegram::UpdateKind;

/// Every update of a kind. `Router::on` takes the kind itself, too.
pub fn kind(kind: UpdateKind) -> Filter {
    kind.into()
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $Kind:ident,)*) => {
        $($(#[$doc])*
        pub fn $name() -> Filter {
            kind(UpdateKind::$Kind)
        })*

        #[cfg(test)]
        pub(super) fn all_kinds() -> Vec<(UpdateKind, &'static str, Filter)> {
            vec![$((UpdateKind::$Kind, stringify!($name), $name()),)*]
        }
    };
}

kinds! {
    /// Every new message.
    message = Message,
    /// Every edited message.
    edited_message = EditedMessage,
    /// Every new post in a channel.
    channel_post = ChannelPost,
    /// Every edited post in a channel.
    edited_channel_post = EditedChannelPost,
    /// Every change of a connection to a business account.
    business_connection = BusinessConnection,
    /// Every new message from a connected business account.
    business_message = BusinessMessage,
    /// Every edited message from a connected business account.
    edited_business_message = EditedBusinessMessage,
    /// Messages that were deleted from a connected business account.
    deleted_business_messages = DeletedBusinessMessages,
    /// Every message to the bot as a guest, in a chat that it is no member of.
    guest_message = GuestMessage,
    /// Every change of somebody's reaction to a message.
    message_reaction = MessageReaction,
    /// Every change of how many anonymous reactions a message has.
    message_reaction_count = MessageReactionCount,
    /// Every inline query.
    inline_query = InlineQuery,
    /// Every chosen result of an inline query.
    chosen_inline_result = ChosenInlineResult,
    /// Every pressed button of an inline keyboard.
    callback_query = CallbackQuery,
    /// Every question for shipping options.
    shipping_query = ShippingQuery,
    /// Every checkout that is to be confirmed.
    pre_checkout_query = PreCheckoutQuery,
    /// Every purchase of paid media.
    purchased_paid_media = PurchasedPaidMedia,
    /// Every new state of a poll; a message that holds one is `content("poll")`.
    poll = Poll,
    /// Every changed answer in a poll.
    poll_answer = PollAnswer,
    /// Every change of the bot's own membership.
    my_chat_member = MyChatMember,
    /// Every change of another's membership.
    chat_member = ChatMember,
    /// Every request to join a chat.
    chat_join_request = ChatJoinRequest,
    /// Every boost of a chat.
    chat_boost = ChatBoost,
    /// Every boost that was taken back.
    removed_chat_boost = RemovedChatBoost,
    /// Every change of a bot that this one manages.
    managed_bot = ManagedBot,
    /// Every change of a subscription to the bot.
    subscription = Subscription,
    /// Every user who stopped the bot from going on with a message.
    stopped_message_generation = StoppedMessageGeneration,
}
