//! Buttons of mailings: their data say of which mailing they are, and are as they were made when a handler gets them.

use diesel::{
    sql_query,
    sql_types::{BigInt, SmallInt},
};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::OptOut;
use crate::{Call, CallbackData, DbSession, Error, Result, db::Cached};

/// What the data of a mailing's buttons begin with: `~m<mailing>.<button>.` and the data, numbers in base 36.
pub(crate) const MARK: &str = "~m";

/// The most bytes of the data of a button in a mailing: of the 64 that Telegram takes, those that are left.
const LONGEST: usize = 48;

/// The mailing, the number of the button, and its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Click<'a> {
    pub(crate) mailing: i64,
    pub(crate) button: i16,
    pub(crate) data: &'a str,
}

impl<'a> Click<'a> {
    /// What a button of a mailing was made with; `None` if it is of none.
    pub(crate) fn decode(data: &'a str) -> Option<Self> {
        let (mailing, rest) = data.strip_prefix(MARK)?.split_once('.')?;
        let (button, data) = rest.split_once('.')?;
        Some(Self {
            mailing: i64::from_str_radix(mailing, 36).ok()?,
            button: i16::from_str_radix(button, 36).ok()?,
            data,
        })
    }

    fn encode(self) -> String {
        let (mailing, button) = (base36(self.mailing), base36(self.button.into()));
        format!("{MARK}{mailing}.{button}.{}", self.data)
    }

    /// Notes in the session of the press that a user who got the mailing pressed a button of it.
    pub(super) async fn record(
        mailing: i64,
        button: i16,
        user: i64,
        session: &DbSession,
    ) -> Result<()> {
        let insert = sql_query(
            "INSERT INTO mailing_clicks (mailing_id, user_id, button) SELECT mailing_id, user_id, $3 FROM mailing_sends \
             WHERE mailing_id = $1 AND user_id = $2 ON CONFLICT DO NOTHING",
        )
        .bind::<BigInt, _>(mailing)
        .bind::<BigInt, _>(user)
        .bind::<SmallInt, _>(button);
        Cached(insert).execute(&mut *session.conn().await?).await?;
        Ok(())
    }
}

/// Has the buttons of a call tell of the mailing.
pub(super) fn wrap(call: &mut Call, mailing: i64) {
    for (button, data) in (0..).zip(data_of(call)) {
        if let Value::String(data) = data {
            let click = Click {
                mailing,
                button,
                data,
            };
            *data = click.encode();
        }
    }
}

/// Whether the data of its buttons leave room for that.
pub(super) fn check(call: &Call) -> Result<()> {
    let mut call = call.clone();
    for data in data_of(&mut call) {
        let length = data.as_str().unwrap_or_default().len();
        if length > LONGEST {
            return Err(Error::message(format!(
                "the data of a button take {length} bytes: in a mailing, {LONGEST} at the most"
            )));
        }
    }
    Ok(())
}

/// The numbers of its buttons but for those that refuse a category.
pub(super) fn counted(call: &Call) -> Vec<i16> {
    let mut call = call.clone();
    let numbered = (0..).zip(data_of(&mut call));
    let counted = numbered.filter(|(_, data)| {
        let data = data.as_str().unwrap_or_default();
        OptOut::decode(data).is_err()
    });
    counted.map(|(button, _)| button).collect()
}

/// The data of its buttons, in their order.
fn data_of(call: &mut Call) -> impl Iterator<Item = &mut Value> {
    let (_, params) = call.parts_mut();
    let keyboard = params
        .get_mut("reply_markup")
        .and_then(|markup| markup.get_mut("inline_keyboard"))
        .and_then(Value::as_array_mut);
    let rows = keyboard
        .into_iter()
        .flatten()
        .filter_map(Value::as_array_mut);
    rows.flatten()
        .filter_map(|button| button.get_mut("callback_data"))
}

fn base36(number: i64) -> String {
    let mut number = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        digits.extend(char::from_digit(digit, 36));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reply;

    #[test]
    fn a_button_tells_of_its_mailing_and_keeps_its_data() {
        let reply = Reply::text("Скидка")
            .button("Хочу", "promo:7")
            .button("Нет", "no.1");
        let mut call = reply.link("Сайт", "https://example.org").calls()[0].clone();
        wrap(&mut call, 1_000_000_007);
        let data: Vec<_> = data_of(&mut call)
            .map(|data| data.as_str().expect("a text").to_owned())
            .collect();
        let clicks: Vec<_> = data.iter().filter_map(|data| Click::decode(data)).collect();
        let click = |button, data| Click {
            mailing: 1_000_000_007,
            button,
            data,
        };
        assert_eq!(clicks, [click(0, "promo:7"), click(1, "no.1")]);
        for data in ["promo:7", "~0AAAA", "~m", "~m7", "~m7.", "~mя.0.x", ""] {
            assert_eq!(Click::decode(data), None, "{data}");
        }
    }

    #[test]
    fn data_that_leave_no_room_are_refused_before_anything_is_sent() {
        let fits = |length: usize| {
            check(&Reply::text("x").button("x", "x".repeat(length)).calls()[0]).is_ok()
        };
        assert!(fits(LONGEST));
        assert!(!fits(LONGEST + 1));
        let longest = Click {
            mailing: i64::MAX,
            button: 99,
            data: &"x".repeat(LONGEST),
        }
        .encode();
        assert!(
            longest.len() <= 64 + 4,
            "of ids that a sequence reaches, below 36^9"
        );
        let longest = Click {
            mailing: 36_i64.pow(9) - 1,
            button: 99,
            data: &"x".repeat(LONGEST),
        }
        .encode();
        assert!(longest.len() <= 64, "{longest}");
    }
}
