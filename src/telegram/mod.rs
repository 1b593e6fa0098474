//! The Bot API: updates as they come ([`Update`]), calls as they go ([`Bot`]), and the loop that
//! fetches the former.

mod bounds;
mod call;
mod callback_query;
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
mod poller;
mod refusal;
mod repair;
mod retry;
mod scan;
mod sender;
mod sent;
mod update;
mod user;

pub use call::Call;
pub use callback_query::CallbackQuery;
pub use chat::{Chat, ChatKind};
pub use client::{Bot, Me};
pub use command::Command;
pub use entity::{Entity, EntityKind};
pub use envelope::Envelope;
pub use error::ApiError;
pub use kind::UpdateKind;
pub use membership::{MemberStatus, Membership};
pub use menu::Menu;
pub use message::{Message, RepliedTo};
pub use payload::PayloadError;
pub use payment::{PreCheckoutQuery, SuccessfulPayment};
pub use poller::PollError;
#[doc(hidden)]
pub use poller::{Mandate, Poller, RawUpdate, UpdateSink};
pub(crate) use refusal::Refusal;
pub(crate) use scan::elements;
pub use update::{Content, DecodeError, Update};
pub use user::User;
