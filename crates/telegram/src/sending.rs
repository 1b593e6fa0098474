//! What somebody sends, as far as it counts when one may send only so much.

use super::{
    Envelope, Message, UpdateKind,
    scan::{integer, member, members},
};

/// What counts of an update as its sender's. Read from the bytes: it is asked before anything is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending<'a> {
    /// The user, or the chat in whose name he speaks.
    pub by: i64,
    /// When, in seconds since 1970, by Telegram's clock; `None` where it does not tell.
    pub date: Option<i64>,
    /// The album that it is a part of, as JSON.
    pub album: Option<&'a [u8]>,
    /// Where the sender alone reads an answer.
    pub aside: Aside<'a>,
}

/// Where somebody reads what others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside<'a> {
    /// In this private chat.
    Chat(i64),
    /// In what is shown for a press of a button, by the id of the query, as JSON.
    Press(&'a [u8]),
    /// Nowhere.
    Nowhere,
}

impl<'a> Sending<'a> {
    /// What counts; `None` of what must never be refused: payments, commands, whatever Telegram tells of chats and their
    /// members, and kinds of updates that are not known.
    #[must_use]
    pub fn of(envelope: &Envelope<'a>) -> Option<Self> {
        use UpdateKind as Kind;
        let payload = envelope.payload;
        let user = envelope.user_id;
        match envelope.kind() {
            Kind::Message => Self::message(envelope, "date", true),
            Kind::EditedMessage => Self::message(envelope, "edit_date", true),
            // What is said there would be said by the account's owner, or to all.
            Kind::BusinessMessage | Kind::GuestMessage => Self::message(envelope, "date", false),
            Kind::EditedBusinessMessage => Self::message(envelope, "edit_date", false),
            Kind::CallbackQuery => {
                let aside = member(payload, "id").map_or(Aside::Nowhere, Aside::Press);
                Some(Self::plain(user?, None, aside))
            }
            Kind::InlineQuery | Kind::ChosenInlineResult | Kind::PollAnswer => {
                Some(Self::plain(user?, None, Aside::Nowhere))
            }
            Kind::MessageReaction => {
                let date = member(payload, "date").and_then(integer);
                Some(Self::plain(user?, date, Aside::Nowhere))
            }
            _ => None,
        }
    }

    fn plain(by: i64, date: Option<i64>, aside: Aside<'a>) -> Self {
        Self {
            by,
            date,
            album: None,
            aside,
        }
    }

    fn message(envelope: &Envelope<'a>, dated: &str, may_answer: bool) -> Option<Self> {
        let (mut date, mut album, mut speaker, mut private) = (None, None, None, None);
        let mut is_content = false;
        for (key, value) in members(envelope.payload).map_while(Result::ok) {
            let key = std::str::from_utf8(&key).unwrap_or_default();
            match key {
                "media_group_id" => album = Some(value),
                "sender_chat" => speaker = member(value, "id").and_then(integer),
                "chat" if member(value, "type") == Some(br#""private""#) => {
                    private = member(value, "id").and_then(integer);
                }
                "text" | "caption" if is_command(value) => return None,
                _ if key == dated => date = integer(value),
                _ if Message::is_name_of_service(key) => return None,
                _ => {}
            }
            is_content |= Message::is_name_of_content(key);
        }
        // One who speaks as a chat has the same `from` as all who do.
        let by = speaker.or(envelope.user_id).filter(|_| is_content)?;
        let aside = private.filter(|_| may_answer);
        Some(Self {
            by,
            date,
            album,
            aside: aside.map_or(Aside::Nowhere, Aside::Chat),
        })
    }
}

/// Whether a text, as JSON, begins as commands do. Telegram writes slashes either way.
fn is_command(text: &[u8]) -> bool {
    text.starts_with(br#""/"#) || text.starts_with(br#""\/"#)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn look<T>(kind: &str, payload: &Value, look: impl FnOnce(Option<Sending<'_>>) -> T) -> T {
        let update = json!({"update_id": 1, kind: payload}).to_string();
        look(Sending::of(
            &Envelope::peek(update.as_bytes()).expect("an update"),
        ))
    }

    fn counts(kind: &str, payload: &Value) -> bool {
        look(kind, payload, |found| found.is_some())
    }

    fn message(more: &Value) -> Value {
        let mut message = json!({"message_id": 1, "date": 1_800_000_000,
            "from": {"id": 5}, "chat": {"id": 5, "type": "private"}});
        let more = more.as_object().expect("an object").clone();
        message.as_object_mut().expect("an object").extend(more);
        message
    }

    #[test]
    fn a_message_counts_as_its_senders_at_its_date() {
        let said = message(&json!({"text": "привет"}));
        let expected = Sending {
            by: 5,
            date: Some(1_800_000_000),
            album: None,
            aside: Aside::Chat(5),
        };
        look("message", &said, |found| assert_eq!(found, Some(expected)));
        look("business_message", &said, |found| {
            assert_eq!(found.map(|found| found.aside), Some(Aside::Nowhere));
        });
        let edited = message(&json!({"text": "привет", "edit_date": 1_800_000_009}));
        look("edited_message", &edited, |found| {
            assert_eq!(found.and_then(|found| found.date), Some(1_800_000_009));
        });
        let photo = message(&json!({"photo": [], "media_group_id": "13"}));
        look("message", &photo, |found| {
            assert_eq!(found.and_then(|found| found.album), Some(&br#""13""#[..]));
        });
        let in_group = message(&json!({"text": "x", "chat": {"id": -100, "type": "supergroup"}}));
        look("message", &in_group, |found| {
            assert_eq!(found.map(|found| found.aside), Some(Aside::Nowhere));
        });
    }

    #[test]
    fn who_speaks_as_a_chat_is_that_chat() {
        let said = message(&json!({"text": "x", "sender_chat": {"id": -1007, "type": "channel"}}));
        look("message", &said, |found| {
            assert_eq!(found.map(|found| found.by), Some(-1007));
        });
    }

    #[test]
    fn a_press_is_answered_where_it_was_made() {
        let press = json!({"id": "77", "from": {"id": 6}, "data": "x"});
        look("callback_query", &press, |found| {
            let found = found.expect("it counts");
            assert_eq!((found.by, found.date), (6, None));
            assert_eq!(found.aside, Aside::Press(br#""77""#));
        });
    }

    #[test]
    fn payments_commands_and_what_telegram_tells_never_count() {
        for never in [
            json!({"text": "/start"}),
            json!({"successful_payment": {}}),
            json!({"refunded_payment": {}}),
            json!({"new_chat_members": []}),
            json!({"left_chat_member": {}}),
            json!({"migrate_to_chat_id": -1}),
            json!({"web_app_data": {}}),
            json!({"of_a_version_to_come": {}}),
        ] {
            assert!(!counts("message", &message(&never)), "{never}");
        }
        let escaped = br#"{"update_id":1,"message":{"from":{"id":5},"text":"\/start"}}"#;
        let envelope = Envelope::peek(escaped).expect("an update");
        assert_eq!(Sending::of(&envelope), None);
        let of_user = json!({"from": {"id": 5}, "user": {"id": 5}, "chat": {"id": 5}, "date": 1});
        let counting: Vec<_> = UpdateKind::ALL
            .iter()
            .map(|kind| kind.as_str())
            .filter(|kind| counts(kind, &of_user))
            .collect();
        let expected = [
            "message_reaction",
            "inline_query",
            "chosen_inline_result",
            "callback_query",
            "poll_answer",
        ];
        assert_eq!(counting, expected);
        assert!(!counts("of_a_version_to_come", &of_user));
    }
}
