//! Every part of an update that is read only when it is asked for, in one table.

use std::sync::Arc;

use super::{
    Animation, Audio, BoostAdded, BoostRemoved, BusinessConnection, BusinessMessagesDeleted, Chat,
    ChatShared, ChosenInlineResult, Contact, Content, Dice, Document, Edited, Forwarded,
    GenerationStopped, GuestMessage, InlineQuery, JoinRequest, LeftMember, Location, ManagedBot,
    Membership, Message, NewMembers, Photo, Poll, PollAnswer, PreCheckoutQuery, PurchasedPaidMedia,
    Reaction, ReactionCount, RefundedPayment, RepliedTo, ShippingQuery, Sticker, Subscription,
    SuccessfulPayment, Update, UpdateKind, UsersShared, Venue, Video, VideoNote, Voice, WebAppData,
    lenient::{Lenient, field},
};

/// A part of an update: an object of the Bot API with the fields that matter, each read by itself.
///
/// What Telegram adds later, or sends in another form, harms none of it. All that Telegram sent is in
/// [`types`](crate::types): see [`Update::typed`].
pub trait Part: Sized {
    /// What it is, as in "the update carries no photo".
    const NAME: &'static str;

    /// The part, if the update has it.
    fn of(update: &Update) -> Option<Self>;
}

impl Update {
    /// The part of that type, such as a [`Photo`], if the update has it.
    #[must_use]
    pub fn part<T: Part>(&self) -> Option<T> {
        T::of(self)
    }

    /// The message that the update is; not a pressed button's.
    pub(super) fn own_message(&self) -> Option<&Arc<Message>> {
        match &self.content {
            Content::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The field of that message.
    pub(super) fn message_field<T: Lenient>(&self, name: &str) -> Option<T> {
        self.own_message()?;
        field(self.payload_json(), name)
    }

    /// The payload, if it is of that kind.
    fn payload_of<T: Lenient>(&self, kind: UpdateKind) -> Option<T> {
        (self.kind == kind).then(|| T::read(self.payload_json()))?
    }
}

macro_rules! parts {
    ($($name:literal: $Part:ident = $read:expr;)*) => {$(
        impl Part for $Part {
            const NAME: &'static str = $name;

            fn of(update: &Update) -> Option<Self> {
                let read: fn(&Update) -> Option<Self> = $read;
                read(update)
            }
        }
    )*
        /// What the update has, by name.
        #[cfg(test)]
        pub(super) fn names(update: &Update) -> Vec<&'static str> {
            let names = [$($Part::of(update).map(|_| $Part::NAME)),*];
            names.into_iter().flatten().collect()
        }
    };
}

parts! {
    // Of messages.
    "animation": Animation = |it| it.message_field("animation");
    "audio": Audio = |it| it.message_field("audio");
    "shared chat": ChatShared = |it| it.message_field("chat_shared");
    "contact": Contact = |it| it.message_field("contact");
    "dice": Dice = |it| it.message_field("dice");
    "document": Document = |it| it.message_field("document");
    "edit": Edited = |it| it.message_field("edit_date").map(Edited);
    "origin": Forwarded = |it| it.message_field("forward_origin");
    "member that left": LeftMember = |it| it.message_field("left_chat_member").map(LeftMember);
    "location": Location = |it| it.message_field("location");
    "new members": NewMembers = |it| it.message_field("new_chat_members");
    "photo": Photo = |it| it.message_field("photo");
    "refund": RefundedPayment = |it| it.message_field("refunded_payment");
    "message that it answers": RepliedTo = |it| it.own_message()?.reply_to_message.clone();
    "sticker": Sticker = |it| it.message_field("sticker");
    "payment": SuccessfulPayment = |it| it.own_message()?.successful_payment.clone();
    "shared users": UsersShared = |it| it.message_field("users_shared");
    "venue": Venue = |it| it.message_field("venue");
    "video": Video = |it| it.message_field("video");
    "video note": VideoNote = |it| it.message_field("video_note");
    "voice message": Voice = |it| it.message_field("voice");
    "data of a web app": WebAppData = |it| it.message_field("web_app_data");

    // Of the other kinds.
    "boost": BoostAdded = |it| it.payload_of(UpdateKind::ChatBoost);
    "removed boost": BoostRemoved = |it| it.payload_of(UpdateKind::RemovedChatBoost);
    "business connection": BusinessConnection =
        |it| it.payload_of(UpdateKind::BusinessConnection);
    "deleted messages": BusinessMessagesDeleted =
        |it| it.payload_of(UpdateKind::DeletedBusinessMessages);
    "chosen inline result": ChosenInlineResult =
        |it| it.payload_of(UpdateKind::ChosenInlineResult);
    "stopped message": GenerationStopped =
        |it| it.payload_of(UpdateKind::StoppedMessageGeneration);
    "inline query": InlineQuery = |it| it.payload_of(UpdateKind::InlineQuery);
    "request to join": JoinRequest = |it| it.payload_of(UpdateKind::ChatJoinRequest);
    "managed bot": ManagedBot = |it| it.payload_of(UpdateKind::ManagedBot);
    "vote": PollAnswer = |it| it.payload_of(UpdateKind::PollAnswer);
    "purchase of paid media": PurchasedPaidMedia =
        |it| it.payload_of(UpdateKind::PurchasedPaidMedia);
    "reaction": Reaction = |it| it.payload_of(UpdateKind::MessageReaction);
    "count of reactions": ReactionCount = |it| it.payload_of(UpdateKind::MessageReactionCount);
    "shipping query": ShippingQuery = |it| it.payload_of(UpdateKind::ShippingQuery);
    "subscription": Subscription = |it| it.payload_of(UpdateKind::Subscription);

    // Of several kinds, or read when the update was decoded.
    "chat": Chat = |it| it.chat().cloned();
    "guest message": GuestMessage = GuestMessage::in_update;
    "membership change": Membership = |it| match &it.content {
        Content::ChatMember(change) => Some(Membership::clone(change)),
        _ => None,
    };
    "poll": Poll = |it| {
        let changed = it.payload_of(UpdateKind::Poll);
        changed.or_else(|| it.message_field("poll"))
    };
    "checkout": PreCheckoutQuery = |it| match &it.content {
        Content::PreCheckoutQuery(query) => Some(PreCheckoutQuery::clone(query)),
        _ => None,
    };
}

#[cfg(test)]
mod tests;
