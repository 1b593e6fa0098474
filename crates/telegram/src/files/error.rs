//! Why a file could not be sent or fetched. Paths of the Bot API server hold the token, and so do its URLs:
//! no variant has one. The path of an upload is the author's own.

use std::{io, path::PathBuf};

use crate::BoxError;

/// A file that could not be sent or fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A download above 20 MB from Telegram's own server.
    #[error(
        "Telegram's own server lets bots download 20 MB, and the file is larger: a Bot API server of \
         one's own has no such limit"
    )]
    TooBigToDownload,
    /// A download is larger than asked for.
    #[error("the file is larger than {most} bytes")]
    Larger {
        /// What was asked for, in bytes.
        most: u64,
    },
    /// A download has not the size that Telegram told.
    #[error("the file has {size} bytes, and {received} came")]
    Size {
        /// What Telegram told, in bytes.
        size: u64,
        /// How many came.
        received: u64,
    },
    /// The Bot API server runs with `--local`, and it is not configured where its files are seen from here.
    #[error(
        "the Bot API server tells a path on its own disk: set telegram.files_dir to the folder where \
         its files are seen from here"
    )]
    NoFolder,
    /// A path of a local Bot API server that leads out of its folder.
    #[error("the Bot API server tells a path outside of telegram.files_dir")]
    Outside,
    /// A file of a local Bot API server that cannot be read.
    #[error("the file of the Bot API server cannot be read")]
    Local(#[source] io::Error),
    /// A file that was fetched could not be written.
    #[error("the file that was fetched cannot be written")]
    Unwritten(#[source] io::Error),
    /// An upload by its bytes that is too large to be held in memory.
    #[error(
        "a file to send has {size} bytes, and no more than {most} are held in memory: send it by its path"
    )]
    TooLargeToHold {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        most: u64,
    },
    /// An upload that is larger than what the Bot API takes.
    #[error(
        "a file to send has {size} bytes, and the Bot API server takes {most}: one of one's own takes \
         2000 MB, if telegram.files_dir says where its files are"
    )]
    TooLargeToSend {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        most: u64,
    },
    /// A stream of bytes to send that broke off.
    #[error("the bytes of a file to send broke off")]
    Broken(#[source] BoxError),
    /// An upload without a byte.
    #[error("a file to send is empty")]
    Empty,
    /// An upload whose path cannot be read.
    #[error("the file to send cannot be read: {path}")]
    Unreadable {
        /// The path that was given.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The store of files did not answer.
    #[error("the store of files to send cannot be read")]
    Store(#[source] BoxError),
    /// What waits to be sent is in the store no more.
    #[error("a file to send is in the store no more")]
    Gone,
}

impl FileError {
    /// Whether it may be had later.
    pub(crate) fn is_transient(&self) -> bool {
        // What came short was tried again already.
        matches!(self, Self::Store(_))
    }
}
