//! What follows a command.

use std::{fmt::Display, str::FromStr};

use super::FromRequest;
use crate::{Error, Request, Result};

/// What follows the command: `7` of `/start 7`. Typed by `FromStr`; as a `String` it is the rest
/// of the text, trimmed, possibly empty.
///
/// Arguments that do not parse are [`Error::Unparsed`]. `Option<CommandArgs<u32>>` is `None` then, and
/// `Result<CommandArgs<u32>, Rejection>` says why: see [`Rejection`](super::Rejection).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandArgs<T = String>(pub T);

impl<T: FromStr<Err: Display> + Send> FromRequest for CommandArgs<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let command = request.update.command();
        let command = command.ok_or(Error::Mismatch("command"))?;
        command.args.parse().map(Self).map_err(|error: T::Err| {
            let (part, reason) = ("command arguments", error.to_string());
            Error::Unparsed { part, reason }
        })
    }
}
