//! What people write.

use std::{fmt, ops::Deref};

use super::FromRequest;
use crate::{Error, Request, Result, telegram::Content};

/// The text of the message, or the caption of its media, as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

/// The caption of the message's media, as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption(pub String);

macro_rules! is_text {
    ($($Text:ident)*) => {$(
        impl Deref for $Text {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $Text {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

is_text! { Text Caption }

impl FromRequest for Text {
    async fn from_request(request: &Request) -> Result<Self> {
        let text = request.update.text().ok_or(Error::Mismatch("text"))?;
        Ok(Self(text.to_owned()))
    }
}

impl FromRequest for Caption {
    async fn from_request(request: &Request) -> Result<Self> {
        let caption = match &request.update.content {
            Content::Message(message) => message.caption.clone(),
            _ => None,
        };
        caption.map(Self).ok_or(Error::Mismatch("caption"))
    }
}
