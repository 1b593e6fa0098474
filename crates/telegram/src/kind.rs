//! The kinds of updates, by the names the Bot API gives them.

/// The field of an update that carries an event of the service's own.
pub const EVENT_FIELD: &str = "ostankino";

macro_rules! kinds {
    ($($(#[$doc:meta])* $Kind:ident = $name:literal,)*) => {
        /// The kind of an update: the name of the field that carries its payload.
        ///
        /// Source: <https://core.telegram.org/bots/api#update> (Bot API 10.3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum UpdateKind {
            $($(#[$doc])* $Kind,)*
            /// Something that happened inside of the service and is handled as an update is: its id is
            /// below zero, and Telegram knows nothing of it.
            Event,
            /// A kind that this version of the library does not know.
            Unknown,
        }

        impl UpdateKind {
            /// All kinds that Telegram can be asked for, in the order of the Bot API.
            pub const ALL: &'static [Self] = &[$(Self::$Kind,)*];

            /// A number of the kind, for sets of kinds as bits: its place in [`ALL`](Self::ALL), or one
            /// behind that.
            #[must_use]
            pub const fn index(self) -> usize {
                self as usize
            }

            /// The name in the Bot API; `event` and `unknown` for those that it does not have.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Kind => $name,)*
                    Self::Event => "event",
                    Self::Unknown => "unknown",
                }
            }

            /// The kind of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$Kind,)*
                    EVENT_FIELD => Self::Event,
                    _ => Self::Unknown,
                }
            }
        }
    };
}

kinds! {
    /// A new message.
    Message = "message",
    /// A message was edited.
    EditedMessage = "edited_message",
    /// A new post in a channel.
    ChannelPost = "channel_post",
    /// A post in a channel was edited.
    EditedChannelPost = "edited_channel_post",
    /// The bot was connected to a business account, or the connection changed.
    BusinessConnection = "business_connection",
    /// A new message from a connected business account.
    BusinessMessage = "business_message",
    /// A message from a connected business account was edited.
    EditedBusinessMessage = "edited_business_message",
    /// Messages were deleted from a connected business account.
    DeletedBusinessMessages = "deleted_business_messages",
    /// A message to the bot as a guest, in a chat that it is no member of.
    GuestMessage = "guest_message",
    /// A reaction to a message was changed by a user.
    MessageReaction = "message_reaction",
    /// Reactions to a message with anonymous reactions were changed.
    MessageReactionCount = "message_reaction_count",
    /// An inline query.
    InlineQuery = "inline_query",
    /// A result of an inline query was chosen.
    ChosenInlineResult = "chosen_inline_result",
    /// A button of an inline keyboard was pressed.
    CallbackQuery = "callback_query",
    /// A shipping query.
    ShippingQuery = "shipping_query",
    /// A checkout is to be confirmed.
    PreCheckoutQuery = "pre_checkout_query",
    /// Paid media was bought.
    PurchasedPaidMedia = "purchased_paid_media",
    /// A poll has a new state.
    Poll = "poll",
    /// A user changed the answer in a poll.
    PollAnswer = "poll_answer",
    /// The bot's own status in a chat was changed.
    MyChatMember = "my_chat_member",
    /// A member's status in a chat was changed.
    ChatMember = "chat_member",
    /// Somebody asks to join a chat.
    ChatJoinRequest = "chat_join_request",
    /// A chat was boosted.
    ChatBoost = "chat_boost",
    /// A boost was removed from a chat.
    RemovedChatBoost = "removed_chat_boost",
    /// A bot that this one manages was created or changed.
    ManagedBot = "managed_bot",
    /// A subscription to the bot was changed.
    Subscription = "subscription",
    /// A user stopped the bot from going on with a message.
    StoppedMessageGeneration = "stopped_message_generation",
}
