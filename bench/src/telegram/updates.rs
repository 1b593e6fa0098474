//! Updates as Telegram writes them, made before they are delivered: an answer to `getUpdates` is a
//! slice of one buffer.

use std::{fmt::Write as _, ops::Range};

/// The id of the first user; the others follow.
pub(crate) const FIRST_USER: i64 = 100_000_001;

/// The id of the first update, as large as those of Telegram are.
pub(crate) const FIRST_UPDATE: i64 = 700_000_001;

/// Text messages of users in their private chats, in the order of their ids, with commas between.
#[derive(Debug, Default)]
pub(crate) struct Updates {
    json: String,
    ends: Vec<usize>,
    users: Vec<usize>,
}

impl Updates {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of the user who wrote an update.
    pub(crate) fn user(&self, index: usize) -> usize {
        self.users[index]
    }

    /// Several updates, as the inside of a JSON array.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        if range.is_empty() {
            return "";
        }
        // The comma stands behind the end of the one before.
        let begin = match range.start {
            0 => 0,
            start => self.ends[start - 1] + 1,
        };
        &self.json[begin..self.ends[range.end - 1]]
    }

    /// The update of that index as a press of a button, with that data, of a message before it.
    pub(crate) fn press(&self, index: usize, data: &str) -> String {
        let update = FIRST_UPDATE + i64::try_from(index).expect("a small number");
        let user = self.user(index);
        let id = FIRST_USER + i64::try_from(user).expect("a small number");
        format!(
            "{{\"update_id\":{update},\"callback_query\":{{\"id\":\"{index}\",\
             \"from\":{{\"id\":{id},\"is_bot\":false,\"first_name\":\"Пользователь\",\
             \"last_name\":\"№ {user}\",\"username\":\"user_{user}\",\"language_code\":\"ru\"}},\
             \"message\":{{\"message_id\":1,\"from\":{{\"id\":7000000001,\"is_bot\":true,\"first_name\":\"Bench\"}},\
             \"chat\":{{\"id\":{id},\"first_name\":\"Пользователь\",\"last_name\":\"№ {user}\",\
             \"username\":\"user_{user}\",\"type\":\"private\"}},\"date\":1790000000,\"text\":\"x\"}},\
             \"chat_instance\":\"1\",\"data\":\"{data}\"}}}}"
        )
    }

    /// Adds a message that the user sends at that second since 1970. Its text begins with the index, so that the answer tells
    /// which update it is for.
    pub(crate) fn push(&mut self, user: usize, date: u64) {
        let index = self.len();
        if index > 0 {
            self.json.push(',');
        }
        let update = FIRST_UPDATE + i64::try_from(index).expect("a small number");
        let id = FIRST_USER + i64::try_from(user).expect("a small number");
        write!(
            self.json,
            "{{\"update_id\":{update},\"message\":{{\"message_id\":{message},\
             \"from\":{{\"id\":{id},\"is_bot\":false,\"first_name\":\"Пользователь\",\
             \"last_name\":\"№ {user}\",\"username\":\"user_{user}\",\"language_code\":\"ru\"}},\
             \"chat\":{{\"id\":{id},\"first_name\":\"Пользователь\",\"last_name\":\"№ {user}\",\
             \"username\":\"user_{user}\",\"type\":\"private\"}},\"date\":{date},\
             \"text\":\"#{index} Подскажите, пожалуйста, когда привезут заказ?\"}}}}",
            message = index + 1,
        )
        .expect("a String takes all");
        self.ends.push(self.json.len());
        self.users.push(user);
    }
}

/// The index of the update that a call answers, from the call's body.
pub(crate) fn index_in(body: &[u8]) -> Option<usize> {
    let digits = body.get(memchr::memchr(b'#', body)? + 1..)?;
    let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
}

/// The number of the user to whom a call goes.
pub(crate) fn user_in(body: &[u8]) -> Option<usize> {
    const BEFORE: &[u8] = b"\"chat_id\":";
    let digits = &body[memchr::memmem::find(body, BEFORE)? + BEFORE.len()..];
    let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    let chat: i64 = std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?;
    usize::try_from(chat - FIRST_USER).ok()
}

/// The data of the first button that a call shows.
pub(crate) fn button_in(body: &[u8]) -> Option<&str> {
    const BEFORE: &[u8] = b"\"callback_data\":\"";
    let begin = memchr::memmem::find(body, BEFORE)? + BEFORE.len();
    let length = memchr::memchr(b'"', &body[begin..])?;
    std::str::from_utf8(&body[begin..begin + length]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_run_of_updates_is_an_array() {
        let mut updates = Updates::default();
        (0..5).for_each(|n| updates.push(n % 2, 1_790_000_000));
        for range in [0..0, 0..1, 0..5, 2..4, 4..5] {
            let json = format!("[{}]", updates.slice(range.clone()));
            let found: Vec<serde_json::Value> = serde_json::from_str(&json).expect("an array");
            assert_eq!(found.len(), range.len());
            for (update, index) in found.iter().zip(range) {
                let user = i64::try_from(index % 2).expect("small");
                assert_eq!(
                    update["update_id"],
                    700_000_001 + i64::try_from(index).expect("small")
                );
                assert_eq!(update["message"]["from"]["id"], FIRST_USER + user);
            }
        }
    }

    #[test]
    fn a_press_is_of_the_button_that_was_shown() {
        let body = r##"{"text":"#1 x","reply_markup":{"inline_keyboard":[[{"text":"+","callback_data":"~0AB"}]]}}"##;
        assert_eq!(button_in(body.as_bytes()), Some("~0AB"));
        assert_eq!(button_in(br#"{"text":"x"}"#), None);
        let mut updates = Updates::default();
        (0..2).for_each(|n| updates.push(n, 1_790_000_000));
        let press: serde_json::Value =
            serde_json::from_str(&updates.press(1, "~0AB")).expect("an object");
        assert_eq!(press["update_id"], FIRST_UPDATE + 1);
        assert_eq!(press["callback_query"]["from"]["id"], FIRST_USER + 1);
        assert_eq!(press["callback_query"]["data"], "~0AB");
    }

    #[test]
    fn an_answer_tells_its_update() {
        let body = r##"{"chat_id":1,"text":"#123 Да"}"##;
        assert_eq!(index_in(body.as_bytes()), Some(123));
        for strange in [r##"{"text":"# Да"}"##, r#"{"text":"Да"}"#, "", "#7"] {
            assert_eq!(index_in(strange.as_bytes()), None, "{strange}");
        }
    }
}
