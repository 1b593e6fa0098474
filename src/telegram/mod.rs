//! The Bot API: updates as they come ([`Update`]), calls as they go ([`Bot`]), and the loop that
//! fetches the former ([`Poller`]).

mod bounds;
mod call;
mod client;
mod envelope;
mod error;
mod http;
mod kind;
mod parse_mode;
mod poller;
mod refusal;
mod repair;
mod retry;
mod scan;
mod update;
mod user;

pub use call::Call;
pub use client::{Bot, Me};
pub use envelope::Envelope;
pub use error::ApiError;
pub use kind::UpdateKind;
pub use poller::{Mandate, PollError, Poller, RawUpdate, UpdateSink};
pub(crate) use refusal::Refusal;
pub use update::{Content, DecodeError, Update};
pub use user::User;
