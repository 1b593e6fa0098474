//! The parts of updates that are arguments.

use super::FromRequest;
pub use crate::telegram::{
    Animation, Audio, BoostAdded, BoostRemoved, BusinessConnection, BusinessMessagesDeleted, Chat,
    ChatShared, ChosenInlineResult, Contact, Dice, Document, Edited, Forwarded, GenerationStopped,
    GuestMessage, InlineQuery, JoinRequest, LeftMember, Location, ManagedBot, Membership,
    NewMembers, Photo, Poll, PollAnswer, PreCheckoutQuery, PurchasedPaidMedia, Reaction,
    ReactionCount, RefundedPayment, RepliedTo, ShippingQuery, Sticker, Subscription,
    SuccessfulPayment, UsersShared, Venue, Video, VideoNote, Voice, WebAppData,
};
use crate::{Error, Request, Result, telegram::Part};

macro_rules! parts {
    ($($Part:ident)*) => {$(
        impl FromRequest for $Part {
            async fn from_request(request: &Request) -> Result<Self> {
                request.update.part().ok_or(Error::Mismatch(Self::NAME))
            }
        }
    )*};
}

parts! {
    Animation Audio BoostAdded BoostRemoved BusinessConnection BusinessMessagesDeleted Chat
    ChatShared ChosenInlineResult Contact Dice Document Edited Forwarded GenerationStopped
    GuestMessage InlineQuery JoinRequest LeftMember Location ManagedBot Membership NewMembers Photo
    Poll PollAnswer PreCheckoutQuery PurchasedPaidMedia Reaction ReactionCount RefundedPayment
    RepliedTo ShippingQuery Sticker Subscription SuccessfulPayment UsersShared Venue Video VideoNote
    Voice WebAppData
}
