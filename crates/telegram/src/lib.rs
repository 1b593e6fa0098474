//! The Bot API: updates as they come ([`Update`]), calls as they go ([`Bot`]).
//!
//! ```text
//! ostankino-telegram   you are here: updates, methods, the client of the Bot API
//!         ▲
//! ostankino-core       request, reply, extract, handler, routing, error, layers that need no server
//!         ▲
//! ostankino            the service: NATS JetStream, PostgreSQL, dialogues, users; re-exports all of this
//! ```
//!
//! An update is taken apart lazily, each field by itself, so that nothing new or odd in it loses the rest
//! ([`Update::message`], [`Update::user`], …); [`types`] and [`methods`] have the whole of the Bot API, typed. A
//! program that only makes calls, or has a loop of its own, may depend on this crate alone; bots depend on `ostankino`.

mod attributes;
#[doc(hidden)]
pub mod backoff;
mod boost;
mod bounds;
mod business;
mod call;
mod callback_query;
mod chain;
mod chat;
mod client;
mod command;
mod counted;
mod entity;
mod envelope;
mod error;
mod event;
mod express;
mod files;
#[cfg(test)]
mod fuzz;
mod guest;
mod history;
mod http;
mod init_data;
mod inline;
mod join_request;
mod kind;
mod lenient;
mod limited;
mod managed;
mod media;
mod members;
mod membership;
mod menu;
mod message;
pub mod method;
pub mod methods;
mod object;
mod parse_mode;
mod part;
mod patience;
mod payload;
mod payment;
mod place;
mod poll;
mod raw_update;
mod reaction;
mod refusal;
mod repair;
mod retry;
mod scan;
mod sender;
mod sending;
mod sent;
mod sent_message;
mod settings;
mod shared;
mod tries;
mod typed;
pub mod types;
mod update;
mod user;

pub use boost::{Boost, BoostAdded, BoostRemoved, BoostSource};
pub use business::{BusinessConnection, BusinessMessagesDeleted, BusinessRights};
pub use call::Call;
pub use callback_query::CallbackQuery;
pub use chain::{BoxError, chain};
pub use chat::{Chat, ChatKind};
pub use client::{Bot, Me};
pub use command::Command;
pub use entity::{Entity, EntityKind};
pub use envelope::Envelope;
pub use error::ApiError;
pub use event::EventPart;
pub use files::{Download, FileError, Upload};
pub use guest::GuestMessage;
pub use history::{Edited, Forwarded, ForwardedFrom};
pub use init_data::{InitData, InitDataError, InitDataVerifier, WebAppUser};
pub use inline::{ChosenInlineResult, InlineQuery};
pub use join_request::{InviteLink, JoinRequest};
pub use kind::UpdateKind;
pub use managed::{GenerationStopped, ManagedBot};
pub use media::{Animation, Audio, Document, Photo, PhotoSize, Sticker, Video, VideoNote, Voice};
pub use members::{LeftMember, NewMembers};
pub use membership::{MemberStatus, Membership};
pub use menu::{Menu, MenuOf, MenuScope};
pub use message::{Message, RepliedTo};
pub use method::Method;
pub use part::Part;
pub use payload::PayloadError;
pub use payment::{
    PreCheckoutQuery, PurchasedPaidMedia, RefundedPayment, ShippingAddress, ShippingQuery,
    Subscription, SubscriptionState, SuccessfulPayment,
};
pub use place::{Location, Venue};
pub use poll::{Dice, Poll, PollAnswer, PollOption};
pub use reaction::{Counted, Reaction, ReactionCount, ReactionKind};
pub use settings::Settings;
pub use shared::{ChatShared, Contact, SharedUser, UsersShared, WebAppData};
pub use typed::Payload;
pub use update::{Content, DecodeError, Update};
pub use user::User;

/// What the other crates of the service need of this one; no version promises anything of it.
#[doc(hidden)]
pub mod internal {
    pub use crate::{
        attributes::{Attributes, Then},
        callback_query::SHARED,
        chain::{json_location, sources, with_sources},
        counted::{Handles, is_counting},
        express::Express,
        files::{ByteStream, Content, Digest, FileHash, FileIds, FileStore, SentAs},
        kind::EVENT_FIELD,
        patience::Patience,
        raw_update::RawUpdate,
        refusal::{MAX_TEXT, Refusal},
        scan::{Malformed, elements},
        sending::{Aside, Sending},
        sent::Sent,
        sent_message::sent_messages,
        tries::count as count_call,
    };
}

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
