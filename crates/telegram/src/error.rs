//! Why a call of the Bot API failed. No variant can hold the token: it is in every URL, so URLs
//! are taken off, and bodies of servers that are not Telegram are never kept.

use std::time::Duration;

use super::{FileError, PayloadError};

/// A failed call of the Bot API.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// Telegram refused the call.
    #[error("the Bot API answered {code}: {}", unquoted(description))]
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
        /// How long the header `Retry-After` asks to wait.
        retry_after: Option<Duration>,
    },
    /// The call was made, but its result does not fit the type that was asked for.
    #[error("the result of the call does not fit its type")]
    Result(#[source] PayloadError),
    /// The server was silent for so long while a file was sent or fetched.
    #[error("the Bot API was silent for {0:?}")]
    Silent(Duration),
    /// A file could not be sent or fetched.
    #[error(transparent)]
    File(#[from] FileError),
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
            _ => None,
        }
    }

    /// Whether the same call may succeed later: the network, a garbled answer, and the statuses
    /// that say so, whether they come from Telegram or from a proxy on the way.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Api { code, .. } => is_passing(*code),
            Self::Decode { status, .. } => *status == 200 || is_passing(*status),
            Self::Network(_) | Self::Silent(_) => true,
            Self::Result(_) => false,
            Self::File(error) => error.is_transient(),
        }
    }

    /// How long the server asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. } | Self::Decode { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the user cannot be written to any more: blocked the bot, or deleted the account.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        matches!(self, Self::Api { code: 403, description, .. }
            if description.contains("blocked by the user") || description.contains("user is deactivated"))
    }
}

/// What a server says, without what it quotes: that may be what somebody wrote, which is not for
/// the log.
fn unquoted(description: &str) -> String {
    let mut rest = description;
    let mut out = String::with_capacity(rest.len());
    while let Some((at, mark)) = quote(rest) {
        let inner = &rest[at + 1..];
        let Some(end) = inner.find(mark) else { break };
        out.push_str(&rest[..=at]);
        out.push('…');
        out.push(mark);
        rest = &inner[end + 1..];
    }
    out + rest
}

/// Where a quotation begins, and its mark; the apostrophe of `can't` is none.
fn quote(text: &str) -> Option<(usize, char)> {
    let double = text.find('"').map(|at| (at, '"'));
    let single = text.find(" '").map(|at| (at + 1, '\''));
    double.into_iter().chain(single).min()
}

/// Whether the same request may succeed later, by its status: it came too late, too early or too
/// often (408, 425, 429), or the server fails. It does not if the server says that it never will:
/// the method or the version is not supported (501, 505, 506, 510), the request runs in a circle
/// (508), the network wants a login first (511).
fn is_passing(status: u16) -> bool {
    match status {
        408 | 425 | 429 => true,
        501 | 505 | 506 | 508 | 510 | 511 => false,
        _ => status >= 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_telegram(code: u16) -> ApiError {
        ApiError::Api {
            code,
            description: String::new(),
            retry_after: None,
            migrate_to_chat_id: None,
        }
    }

    fn from_a_proxy(status: u16) -> ApiError {
        ApiError::Decode {
            status,
            length: 1,
            retry_after: None,
        }
    }

    fn are_transient(statuses: &[u16], expected: bool) {
        for status in statuses.iter().copied() {
            assert_eq!(from_telegram(status).is_transient(), expected, "{status}");
            assert_eq!(from_a_proxy(status).is_transient(), expected, "{status}");
        }
    }

    #[test]
    fn what_people_wrote_is_not_printed() {
        for (description, printed) in [
            (
                "Bad Request: can't parse entities: Unsupported start tag \"вася\" at byte offset 3",
                "Bad Request: can't parse entities: Unsupported start tag \"…\" at byte offset 3",
            ),
            (
                "button URL 'x y' is invalid: \"a\"",
                "button URL '…' is invalid: \"…\"",
            ),
            ("an open \"end", "an open \"end"),
        ] {
            assert_eq!(unquoted(description), printed);
        }
    }

    #[test]
    fn what_came_at_the_wrong_moment_is_tried_again() {
        are_transient(&[408, 425, 429], true);
    }

    #[test]
    fn what_the_server_failed_at_is_tried_again() {
        are_transient(&[500, 502, 503, 504, 507, 520, 521, 524, 530, 599], true);
    }

    #[test]
    fn what_the_server_never_does_is_not_tried_again() {
        are_transient(&[501, 505, 506, 508, 510, 511], false);
    }

    #[test]
    fn what_is_wrong_with_the_call_is_not_tried_again() {
        are_transient(&[300, 302, 400, 401, 403, 404, 405, 409, 413, 422], false);
    }

    #[test]
    fn a_good_status_without_telegrams_envelope_is_tried_again() {
        assert!(from_a_proxy(200).is_transient());
    }
}
