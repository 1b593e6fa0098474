//! Why Telegram refused a call, told by its words: it has no other names for its reasons.

use super::{ApiError, Call};

/// A refusal that something can be done about; of others only the apology is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A text has more UTF-16 units than this, after its markup is parsed.
    TooLong(usize),
    /// The markup of a text cannot be parsed.
    Markup,
    /// The topic is closed or gone.
    Topic,
    /// The message to answer is gone.
    RepliedTo,
    /// The message to edit is gone, or cannot be edited.
    Edited,
    /// The group became this supergroup.
    Moved(i64),
    /// Any other.
    Other,
}

/// The most UTF-16 units of a message's text, of a caption, and of a pressed button's answer:
/// <https://core.telegram.org/bots/api#sendmessage>.
pub const MAX_TEXT: usize = 4096;
const MAX_CAPTION: usize = 1024;
const MAX_ANSWER: usize = 200;

impl Refusal {
    /// Why `call` was refused for good; `None` if it was not, or if the chat cannot be written to.
    pub fn of(error: &ApiError, call: &Call) -> Option<Self> {
        let ApiError::Api {
            code,
            description,
            migrate_to_chat_id,
            ..
        } = error
        else {
            // Without its file nothing was sent, and something else can be said.
            return matches!(error, ApiError::File(_)).then_some(Self::Other);
        };
        if let Some(id) = migrate_to_chat_id {
            return Some(Self::Moved(*id));
        }
        let says = |words: &[&str]| words.iter().any(|word| description.contains(word));
        Some(match code {
            400 if says(&["caption is too long", "CAPTION_TOO_LONG"]) => Self::TooLong(MAX_CAPTION),
            400 if says(&[
                "message is too long",
                "text is too long",
                "MESSAGE_TOO_LONG",
            ]) =>
            {
                Self::TooLong(match call.is("answerCallbackQuery") {
                    true => MAX_ANSWER,
                    false => MAX_TEXT,
                })
            }
            400 if says(&["can't parse entities", "unsupported parse_mode", "ENTIT"]) => {
                Self::Markup
            }
            400 if says(&["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"]) => {
                Self::Topic
            }
            400 if says(&["message to be replied not found", "reply message not found"]) => {
                Self::RepliedTo
            }
            400 if says(&[
                "message to edit not found",
                "message can't be edited",
                "there is no text in the message to edit",
                "MESSAGE_ID_INVALID",
            ]) =>
            {
                Self::Edited
            }
            // The bot itself is refused: no other call fares better.
            401 | 403 | 409 => return None,
            // It may have been done, or may be later.
            _ if error.is_transient() => return None,
            _ => Self::Other,
        })
    }

    /// The limit that was passed, in words.
    pub fn limit(self) -> Option<String> {
        match self {
            Self::TooLong(most) => Some(format!("{most} UTF-16 units")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &'static str, code: u16, description: &str) -> Option<Refusal> {
        let error = ApiError::Api {
            code,
            description: description.into(),
            retry_after: None,
            migrate_to_chat_id: None,
        };
        Refusal::of(&error, &Call::new(method))
    }

    #[test]
    fn telegrams_words_are_understood() {
        for (method, description, refusal) in [
            ("sendMessage", "message is too long", Refusal::TooLong(4096)),
            ("sendMessage", "text is too long", Refusal::TooLong(4096)),
            (
                "editMessageText",
                "MESSAGE_TOO_LONG",
                Refusal::TooLong(4096),
            ),
            (
                "sendPhoto",
                "message caption is too long",
                Refusal::TooLong(1024),
            ),
            (
                "sendPhoto",
                "MEDIA_CAPTION_TOO_LONG",
                Refusal::TooLong(1024),
            ),
            (
                "answerCallbackQuery",
                "MESSAGE_TOO_LONG",
                Refusal::TooLong(200),
            ),
            (
                "sendMessage",
                "can't parse entities: Unsupported start tag",
                Refusal::Markup,
            ),
            ("sendMessage", "ENTITY_BOUNDS_INVALID", Refusal::Markup),
            ("sendMessage", "message thread not found", Refusal::Topic),
            ("sendMessage", "TOPIC_CLOSED", Refusal::Topic),
            (
                "sendMessage",
                "message to be replied not found",
                Refusal::RepliedTo,
            ),
            (
                "editMessageText",
                "message to edit not found",
                Refusal::Edited,
            ),
            ("sendMessage", "BUTTON_DATA_INVALID", Refusal::Other),
        ] {
            let description = format!("Bad Request: {description}");
            assert_eq!(
                of(method, 400, &description),
                Some(refusal),
                "{description}"
            );
        }
        assert_eq!(
            of("sendMesage", 404, "Not Found: method not found"),
            Some(Refusal::Other)
        );
    }

    #[test]
    fn what_the_server_never_does_is_refused() {
        let unknown = of("sendGame", 501, "Not Implemented");
        assert_eq!(unknown, Some(Refusal::Other));
    }

    #[test]
    fn nothing_else_can_be_said_where_the_bot_itself_is_refused_or_telegram_is_away() {
        for code in [401, 403, 409, 429, 500, 502] {
            assert_eq!(
                of("sendMessage", code, "message is too long"),
                None,
                "{code}"
            );
        }
    }
}
