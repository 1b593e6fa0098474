//! Tests of bots on [`ostankino`]: [`Chat`] for handlers, in the test's own thread and without any server.
//!
//! ```text
//! your handlers ◄── Chat     in process: says, presses, expect_text; no database
//! ```

mod chat;

pub use chat::{Answer, Chat, Speaker, content};

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
