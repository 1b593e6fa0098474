//! The layers every update passes, in the order of the stack from the outside in: those that need no
//! server, and those of the service.
//!
//! Below [`ErrorReplyLayer`] services fail, with an [`Error`](crate::Error) or, outside of the session,
//! a [`Failure`](crate::outcome::Failure); above it they are infallible: a layer on the wrong side of it
//! does not compile. Why they stand in this order on each side is told in `docs/layers.md`.

pub use crate::{
    unit_of_work::{DbSessionLayer, DbSessionService},
    users::{TrackUser, TrackUserLayer},
};
pub use ostankino_core::layers::*;
