//! Why a call of the Bot API failed. No variant can hold the token: it is in every URL, so URLs
//! are taken off, and bodies of servers that are not Telegram are never kept.

use std::time::Duration;

/// A failed call of the Bot API.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// Telegram refused the call.
    #[error("the Bot API answered {code}: {description}")]
    Api {
        /// `error_code`, which equals the HTTP status.
        code: u16,
        /// Telegram's words.
        description: String,
        /// How long to wait before the next try; with 429.
        retry_after: Option<Duration>,
        /// The group became this supergroup; call again with its id.
        migrate_to_chat_id: Option<i64>,
    },
    /// The server was not reached, hung up, or took too long.
    #[error("the Bot API could not be reached")]
    Network(#[source] reqwest::Error),
    /// What came back is not the Bot API's envelope.
    #[error("the answer with HTTP status {status} and {length} bytes is none of the Bot API's")]
    Decode {
        /// HTTP status.
        status: u16,
        /// Bytes received.
        length: usize,
        /// What the decoder said, if it was JSON.
        source: Option<serde_json::Error>,
    },
}

impl ApiError {
    pub(super) fn network(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }

    /// The `error_code`, if Telegram itself refused.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Api { code, .. } => Some(*code),
            Self::Network(_) | Self::Decode { .. } => None,
        }
    }

    /// Whether the same call may succeed later: 429, 5xx, network, a garbled answer.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Api { code, .. } => *code == 429 || *code >= 500,
            Self::Decode { status, .. } => *status == 200 || *status >= 500,
            Self::Network(_) => true,
        }
    }

    /// How long a 429 asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. } => *retry_after,
            Self::Network(_) | Self::Decode { .. } => None,
        }
    }

    /// Whether the user cannot be written to any more: blocked the bot, or deleted the account.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        matches!(self, Self::Api { code: 403, description, .. }
            if description.contains("blocked by the user") || description.contains("user is deactivated"))
    }
}

impl From<ApiError> for crate::Error {
    fn from(error: ApiError) -> Self {
        Self::context("a call of the Bot API failed", error)
    }
}
