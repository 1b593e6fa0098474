//! The payload as the Bot API has it, whole: decoded when it is first asked for, and once an update.

use std::{
    any::Any,
    fmt,
    sync::{Arc, OnceLock},
};

use frankenstein::{inline_mode, payments, types};
use serde::de::DeserializeOwned;

use super::{CallbackQuery, Content, Message, PayloadError, Update, UpdateKind};

/// What an update was decoded into, shared by its clones: one type for each kind.
#[derive(Clone, Default)]
pub(super) struct Decoded(Arc<OnceLock<Arc<dyn Any + Send + Sync>>>);

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_there = self.0.get().is_some();
        f.debug_tuple("Decoded").field(&is_there).finish()
    }
}

/// All of a payload: a type of [`types`](crate::types) for each kind of updates, and what of messages
/// and presses is read in any case.
///
/// The types of [`types`](crate::types) are closed: what Telegram added after they were written may be
/// an error here, though the update was decoded.
pub trait Payload: Sized + sealed::Sealed + Send + Sync + 'static {
    /// What it is, as in "the update carries no inline query".
    const NAME: &'static str;

    /// The payload, if the update is of such a kind.
    ///
    /// # Errors
    ///
    /// It does not fit the type, or is nested so deeply that no decoder is given it.
    fn of(update: &Update) -> Result<Option<Arc<Self>>, PayloadError>;
}

mod sealed {
    pub trait Sealed {}
}

impl Update {
    /// The payload as that type, if the update is of such a kind: decoded once for all clones.
    ///
    /// # Errors
    ///
    /// It does not fit the type, or is nested so deeply that no decoder is given it.
    pub fn typed<T: Payload>(&self) -> Result<Option<Arc<T>>, PayloadError> {
        T::of(self)
    }

    /// The payload as the one type of the Bot API that its kind has.
    fn decoded<T>(&self) -> Result<Option<Arc<T>>, PayloadError>
    where
        T: DeserializeOwned + Send + Sync + 'static,
    {
        let cell = &self.decoded.0;
        let decoded = match cell.get() {
            Some(decoded) => decoded.clone(),
            None => {
                let decoded: Arc<dyn Any + Send + Sync> = Arc::new(self.payload::<T>()?);
                cell.get_or_init(|| decoded).clone()
            }
        };
        Ok(decoded.downcast().ok())
    }
}

macro_rules! payloads {
    ($($name:literal: $module:ident::$Payload:ident = $($Kind:ident)|+;)*) => {$(
        impl sealed::Sealed for $module::$Payload {}

        impl Payload for $module::$Payload {
            const NAME: &'static str = $name;

            fn of(update: &Update) -> Result<Option<Arc<Self>>, PayloadError> {
                match update.kind {
                    $(UpdateKind::$Kind)|+ => update.decoded(),
                    _ => Ok(None),
                }
            }
        }
    )*};
}

payloads! {
    "message": types::Message = Message | EditedMessage | ChannelPost | EditedChannelPost
        | BusinessMessage | EditedBusinessMessage | GuestMessage;
    "business connection": types::BusinessConnection = BusinessConnection;
    "deleted messages": types::BusinessMessagesDeleted = DeletedBusinessMessages;
    "reaction": types::MessageReactionUpdated = MessageReaction;
    "count of reactions": types::MessageReactionCountUpdated = MessageReactionCount;
    "inline query": inline_mode::InlineQuery = InlineQuery;
    "chosen inline result": inline_mode::ChosenInlineResult = ChosenInlineResult;
    "callback query": types::CallbackQuery = CallbackQuery;
    "shipping query": payments::ShippingQuery = ShippingQuery;
    "checkout": payments::PreCheckoutQuery = PreCheckoutQuery;
    "purchase of paid media": payments::PaidMediaPurchased = PurchasedPaidMedia;
    "poll": types::Poll = Poll;
    "vote": types::PollAnswer = PollAnswer;
    "membership change": types::ChatMemberUpdated = MyChatMember | ChatMember;
    "request to join": types::ChatJoinRequest = ChatJoinRequest;
    "boost": types::ChatBoostUpdated = ChatBoost;
    "removed boost": types::ChatBoostRemoved = RemovedChatBoost;
    "managed bot": types::ManagedBotUpdated = ManagedBot;
    "subscription": types::BotSubscriptionUpdated = Subscription;
    "stopped message": types::MessageGenerationStopped = StoppedMessageGeneration;
}

impl sealed::Sealed for Message {}

/// The message that the update is; not a pressed button's. Never an error.
impl Payload for Message {
    const NAME: &'static str = "message";

    fn of(update: &Update) -> Result<Option<Arc<Self>>, PayloadError> {
        Ok(update.own_message().cloned())
    }
}

impl sealed::Sealed for CallbackQuery {}

/// Never an error.
impl Payload for CallbackQuery {
    const NAME: &'static str = "callback query";

    fn of(update: &Update) -> Result<Option<Arc<Self>>, PayloadError> {
        Ok(match &update.content {
            Content::CallbackQuery(query) => Some(query.clone()),
            _ => None,
        })
    }
}
