//! The Bot API: updates as they come ([`Update`]), calls as they go ([`Bot`]).

#[doc(hidden)]
pub mod backoff;
mod bounds;
mod call;
mod callback_query;
mod chain;
mod chat;
mod client;
mod command;
mod entity;
mod envelope;
mod error;
#[cfg(test)]
mod fuzz;
mod http;
mod kind;
mod lenient;
mod membership;
mod menu;
mod message;
mod parse_mode;
mod payload;
mod payment;
mod raw_update;
mod refusal;
mod repair;
mod retry;
mod scan;
mod sender;
mod sent;
mod settings;
mod update;
mod user;

pub use call::Call;
pub use callback_query::CallbackQuery;
pub use chain::{BoxError, chain};
pub use chat::{Chat, ChatKind};
pub use client::{Bot, Me};
pub use command::Command;
pub use entity::{Entity, EntityKind};
pub use envelope::Envelope;
pub use error::ApiError;
pub use kind::UpdateKind;
pub use membership::{MemberStatus, Membership};
pub use menu::{Menu, MenuOf, MenuScope};
pub use message::{Message, RepliedTo};
pub use payload::PayloadError;
pub use payment::{PreCheckoutQuery, SuccessfulPayment};
pub use settings::Settings;
pub use update::{Content, DecodeError, Update};
pub use user::User;

/// The parameters of every method of the Bot API, from the crate `frankenstein`.
#[doc(no_inline)]
pub use frankenstein::methods;
/// Every object of the Bot API, from the crate `frankenstein`.
#[doc(no_inline)]
pub use frankenstein::types;

/// What the other crates of the service need of this one; no version promises anything of it.
#[doc(hidden)]
pub mod internal {
    pub use crate::{
        chain::{json_location, sources, with_sources},
        raw_update::RawUpdate,
        refusal::Refusal,
        scan::{Malformed, elements},
        sent::Sent,
    };
}

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
