//! Files: those that calls take along, and those that are fetched.

mod disk;
mod download;
mod error;
mod form;
mod hash;
mod known;
mod local;
mod media_type;
mod sending;
mod store;
mod turns;
mod typed;
mod upload;

pub use download::Download;
pub use error::FileError;
pub(crate) use form::Form;
pub use hash::FileHash;
pub(crate) use known::ATTACHED;
pub(crate) use sending::send;
pub use store::{ByteStream, FileIds, FileStore, SentAs};
pub(crate) use turns::Turns;
pub(crate) use typed::take_paths;
pub(crate) use upload::most_sent;
pub use upload::{Content, Digest, Upload};

#[cfg(test)]
mod tests;
