//! Where a call goes: what of an update it may be filled in from.

use crate::UpdateKind;

/// What a call that does not say where it goes takes from the update that it answers.
///
/// It is decided for each method. Taken is only what nobody could mean otherwise: the chat that is
/// written to, the message that is edited, the query that is answered. Whom to ban, whose payment
/// to give back and whose account to change is said by the call or by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// What is addressed.
    pub place: Place,
    /// Whether the method takes the `message_thread_id` of a topic.
    pub has_topic: bool,
    /// Whether it takes the `direct_messages_topic_id` of a channel's direct messages.
    pub has_direct_topic: bool,
    /// Whether it takes a `business_connection_id`. One that does not would reach another chat of
    /// the same id: the bot's own with that person.
    pub has_business: bool,
    /// Whether it takes an `inline_message_id` in place of a chat and a message.
    pub has_inline: bool,
    /// Whether it takes the message from elsewhere, by `from_chat_id` and `message_id`.
    pub has_source: bool,
}

/// What a method addresses, with the parameters that say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Nothing that an update could tell.
    Nowhere,
    /// A chat: `chat_id`.
    Chat,
    /// A topic: `chat_id`, `message_thread_id`.
    Topic,
    /// A message: `chat_id`, `message_id`.
    Message,
    /// The message whose button was pressed, as [`Place::Message`], or else the chat: without a
    /// message the method takes the latest.
    Pressed,
    /// The ephemeral message whose button was pressed: `chat_id`, `receiver_user_id`,
    /// `ephemeral_message_id`.
    Ephemeral,
    /// Who caused the update: `user_id`.
    Sender,
    /// Who asks to join a chat: `chat_id`, `user_id`.
    JoinRequest,
    /// A query: its id.
    Query(Query),
}

/// A query that is answered by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Query {
    /// A pressed button.
    Callback,
    /// An inline query.
    Inline,
    /// A shipping query.
    Shipping,
    /// A checkout.
    PreCheckout,
    /// A message to the bot as a guest.
    Guest,
    /// A request to join a chat that the bot guards.
    JoinRequest,
}

impl Query {
    /// The parameter that holds its id.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Callback => "callback_query_id",
            Self::Inline => "inline_query_id",
            Self::Shipping => "shipping_query_id",
            Self::PreCheckout => "pre_checkout_query_id",
            Self::Guest => "guest_query_id",
            Self::JoinRequest => "chat_join_request_query_id",
        }
    }

    /// The kind of the updates that it comes by.
    #[must_use]
    pub const fn kind(self) -> UpdateKind {
        match self {
            Self::Callback => UpdateKind::CallbackQuery,
            Self::Inline => UpdateKind::InlineQuery,
            Self::Shipping => UpdateKind::ShippingQuery,
            Self::PreCheckout => UpdateKind::PreCheckoutQuery,
            Self::Guest => UpdateKind::GuestMessage,
            Self::JoinRequest => UpdateKind::ChatJoinRequest,
        }
    }

    /// The field of such an update that holds the id.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Guest => "guest_query_id",
            Self::JoinRequest => "query_id",
            _ => "id",
        }
    }
}

impl Place {
    /// The parameters that say it, all of which a method of that place takes.
    #[must_use]
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Nowhere => &[],
            Self::Chat => &["chat_id"],
            Self::Topic => &["chat_id", "message_thread_id"],
            Self::Message | Self::Pressed => &["chat_id", "message_id"],
            Self::Ephemeral => &["chat_id", "receiver_user_id", "ephemeral_message_id"],
            Self::Sender => &["user_id"],
            Self::JoinRequest => &["chat_id", "user_id"],
            Self::Query(Query::Callback) => &["callback_query_id"],
            Self::Query(Query::Inline) => &["inline_query_id"],
            Self::Query(Query::Shipping) => &["shipping_query_id"],
            Self::Query(Query::PreCheckout) => &["pre_checkout_query_id"],
            Self::Query(Query::Guest) => &["guest_query_id"],
            Self::Query(Query::JoinRequest) => &["chat_join_request_query_id"],
        }
    }
}

/// How a [`Method`](super::Method) says it: `Target::CHAT.topic().business()`.
impl Target {
    /// Nothing is filled in.
    pub const NOWHERE: Self = Self::at(Place::Nowhere);
    /// Into the chat of the update.
    pub const CHAT: Self = Self::at(Place::Chat);
    /// To the topic of the update.
    pub const TOPIC: Self = Self::at(Place::Topic);
    /// To the message of the update.
    pub const MESSAGE: Self = Self::at(Place::Message);
    /// To the pressed message, or else the chat.
    pub const PRESSED: Self = Self::at(Place::Pressed);
    /// To the pressed ephemeral message.
    pub const EPHEMERAL: Self = Self::at(Place::Ephemeral);
    /// To who caused the update.
    pub const SENDER: Self = Self::at(Place::Sender);
    /// To who asks to join.
    pub const JOIN_REQUEST: Self = Self::at(Place::JoinRequest);
    /// To the pressed button.
    pub const CALLBACK_QUERY: Self = Self::at(Place::Query(Query::Callback));
    /// To the inline query.
    pub const INLINE_QUERY: Self = Self::at(Place::Query(Query::Inline));
    /// To the shipping query.
    pub const SHIPPING_QUERY: Self = Self::at(Place::Query(Query::Shipping));
    /// To the checkout.
    pub const PRE_CHECKOUT_QUERY: Self = Self::at(Place::Query(Query::PreCheckout));
    /// To the guest's message.
    pub const GUEST_QUERY: Self = Self::at(Place::Query(Query::Guest));
    /// To the request that the bot guards.
    pub const JOIN_REQUEST_QUERY: Self = Self::at(Place::Query(Query::JoinRequest));

    const fn at(place: Place) -> Self {
        Self {
            place,
            has_topic: false,
            has_direct_topic: false,
            has_business: false,
            has_inline: false,
            has_source: false,
        }
    }

    /// The method takes a topic.
    #[must_use]
    pub const fn topic(mut self) -> Self {
        self.has_topic = true;
        self
    }

    /// It takes a topic of a channel's direct messages.
    #[must_use]
    pub const fn direct(mut self) -> Self {
        self.has_direct_topic = true;
        self
    }

    /// It takes a business connection.
    #[must_use]
    pub const fn business(mut self) -> Self {
        self.has_business = true;
        self
    }

    /// It takes an inline message instead.
    #[must_use]
    pub const fn inline(mut self) -> Self {
        self.has_inline = true;
        self
    }

    /// It takes a message from elsewhere.
    #[must_use]
    pub const fn source(mut self) -> Self {
        self.has_source = true;
        self
    }
}
