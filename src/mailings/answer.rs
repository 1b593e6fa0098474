//! What Telegram's answer to a message of a mailing means for its recipient.

use std::time::Duration;

use crate::telegram::ApiError;

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(60);

/// How often what was refused is tried for one recipient.
const TRIES: i16 = 2;

/// After how long: meanwhile a mailing that says what nobody takes is halted.
const SOON: Duration = Duration::from_secs(30);

/// What is to become of a recipient whose message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The user cannot be written to.
    Blocked,
    /// It was not sent, and is tried again after that long.
    Again(Duration),
    /// It may have been sent.
    Unknown,
    /// What it says was refused: it is tried again after that long, if at all.
    Content(Option<Duration>),
    /// There is no such message any more, or it can be changed no more.
    Gone,
}

/// Of the message that was tried so often before.
pub(super) fn refusal(error: &ApiError, attempts: i16) -> Refusal {
    let backoff = || {
        let doubled = Duration::from_secs(1 << attempts.clamp(0, 6)).min(LONGEST);
        doubled.mul_f64(0.5 + fastrand::f64() / 2.0)
    };
    match error {
        ApiError::Api {
            code, description, ..
        } => match code {
            403 => Refusal::Blocked,
            400 if is_nobody(description) => Refusal::Blocked,
            400 if is_gone(description) => Refusal::Gone,
            429 => Refusal::Again(error.retry_after().unwrap_or(Duration::from_secs(1))),
            // That the bot itself is refused says nothing of the message.
            401 | 404 | 500.. => Refusal::Again(backoff()),
            _ => Refusal::Content((attempts + 1 < TRIES).then_some(SOON)),
        },
        // A server on the way answered: Telegram was not reached.
        ApiError::Decode { status, .. } if *status != 200 => {
            Refusal::Again(error.retry_after().unwrap_or_default().max(backoff()))
        }
        ApiError::Network(error) if error.is_connect() => Refusal::Again(backoff()),
        ApiError::File(_) if error.is_transient() => Refusal::Again(backoff()),
        ApiError::File(_) => Refusal::Content((attempts + 1 < TRIES).then_some(SOON)),
        _ => Refusal::Unknown,
    }
}

/// Whether the words say that there is nobody to write to.
fn is_nobody(description: &str) -> bool {
    [
        "chat not found",
        "PEER_ID_INVALID",
        "user not found",
        "INPUT_USER_DEACTIVATED",
    ]
    .iter()
    .any(|words| description.contains(words))
}

/// Whether the words say of a message that was sent that nothing can be done with it.
fn is_gone(description: &str) -> bool {
    [
        "message to edit not found",
        "message to delete not found",
        "message can't be edited",
        "message can't be deleted",
        "MESSAGE_ID_INVALID",
    ]
    .iter()
    .any(|words| description.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, description: &str) -> ApiError {
        ApiError::Api {
            code,
            description: description.into(),
            retry_after: (code == 429).then_some(Duration::from_secs(30)),
            migrate_to_chat_id: None,
        }
    }

    #[test]
    fn an_answer_says_what_becomes_of_the_recipient() {
        for (code, description, expected) in [
            (
                403,
                "Forbidden: bot was blocked by the user",
                Refusal::Blocked,
            ),
            (403, "Forbidden: user is deactivated", Refusal::Blocked),
            (
                403,
                "Forbidden: bot can't initiate conversation with a user",
                Refusal::Blocked,
            ),
            (400, "Bad Request: chat not found", Refusal::Blocked),
            (400, "Bad Request: PEER_ID_INVALID", Refusal::Blocked),
            (
                429,
                "Too Many Requests: retry after 30",
                Refusal::Again(Duration::from_secs(30)),
            ),
            (
                400,
                "Bad Request: can't parse entities: Unsupported start tag",
                Refusal::Content(Some(SOON)),
            ),
            (400, "Bad Request: message to edit not found", Refusal::Gone),
        ] {
            assert_eq!(
                refusal(&api(code, description), 0),
                expected,
                "{description}"
            );
        }
        let last = refusal(&api(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"), 1);
        assert_eq!(last, Refusal::Content(None));
        for code in [401, 500, 502] {
            assert!(
                matches!(refusal(&api(code, "x"), 0), Refusal::Again(_)),
                "{code}"
            );
        }
    }

    #[test]
    fn what_may_have_been_sent_is_unknown() {
        let silent = ApiError::Silent(Duration::from_secs(30));
        assert_eq!(refusal(&silent, 0), Refusal::Unknown);
        let undecoded = |status| ApiError::Decode {
            status,
            length: 7,
            retry_after: None,
        };
        assert_eq!(refusal(&undecoded(200), 0), Refusal::Unknown);
        assert!(matches!(refusal(&undecoded(502), 0), Refusal::Again(_)));
    }
}
