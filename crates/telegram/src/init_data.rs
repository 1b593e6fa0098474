//! What a web app is opened with: who opened it and where, signed by Telegram. The app's server gets
//! it from a browser, and so believes none of it before it is verified.

#[cfg(any(test, feature = "axum"))]
mod axum;
mod check;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, ops::Deref, time::Duration};

use percent_encoding::percent_decode_str;

pub(super) use self::check::web_app_key;
pub use self::check::{InitDataError, InitDataVerifier};
use super::{
    Bot, Chat, User,
    lenient::{Lenient, field},
};

/// `initData` of a web app, verified.
///
/// Source: <https://core.telegram.org/bots/webapps#webappinitdata>.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InitData {
    /// When the app was opened, in seconds since 1970.
    pub auth_date: i64,
    /// By which the bot may send a message in the name of who opened it: `answerWebAppQuery`.
    pub query_id: Option<String>,
    /// Who opened the app.
    pub user: Option<WebAppUser>,
    /// The other person of the private chat in which the app was opened from the attachment menu.
    pub receiver: Option<WebAppUser>,
    /// The chat in which the app was opened from the attachment menu.
    pub chat: Option<Chat>,
    /// The kind of the chat in which a link to the app was opened: `sender` for a private chat with
    /// whoever sent the link, or as in [`ChatKind`](super::ChatKind).
    pub chat_type: Option<String>,
    /// The same for all who open a link to the app in the same chat.
    pub chat_instance: Option<String>,
    /// What stands behind `startapp=` in the link that opened the app.
    pub start_param: Option<String>,
    /// In how many seconds the query may be answered.
    pub can_send_after: Option<i64>,
}

/// A user of a web app. It derefs to the [`User`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebAppUser {
    /// The user.
    pub user: User,
    /// Whether the bot may write to the user.
    pub allows_write_to_pm: bool,
    /// Whether the user subscribes to Telegram Premium.
    pub is_premium: bool,
    /// The user's picture.
    pub photo_url: Option<String>,
}

impl Deref for WebAppUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.user
    }
}

impl Lenient for WebAppUser {
    fn read(json: &[u8]) -> Option<Self> {
        Some(Self {
            user: User::read(json)?,
            allows_write_to_pm: field(json, "allows_write_to_pm").unwrap_or_default(),
            is_premium: field(json, "is_premium").unwrap_or_default(),
            photo_url: field(json, "photo_url"),
        })
    }
}

impl Bot {
    /// Verifies `initData` of a web app that this bot opened, and that is not older than `max_age`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), ostankino_telegram::InitDataError> {
    /// # let (bot, init_data): (ostankino_telegram::Bot, &str) = todo!();
    /// let opened = bot.verify_init_data(init_data, std::time::Duration::from_secs(3600))?;
    /// let user_id = opened.user.map(|user| user.id);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitDataError`] says which check failed.
    pub fn verify_init_data(
        &self,
        init_data: &str,
        max_age: Duration,
    ) -> Result<InitData, InitDataError> {
        self.init_data_verifier(max_age).verify(init_data)
    }

    /// What verifies such `initData` by the bot's token, for the state of a server.
    #[must_use]
    pub fn init_data_verifier(&self, max_age: Duration) -> InitDataVerifier {
        InitDataVerifier::of_bot(self.web_app_key(), max_age)
    }
}

/// The fields of `initData`, decoded, in the order of their names.
struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// # Errors
    ///
    /// It is no query string in UTF-8, or has two fields of one name: which of them is meant is for
    /// nobody to guess.
    fn read(init_data: &'a str) -> Result<Self, InitDataError> {
        let pairs = init_data.split('&').filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').ok_or(InitDataError::Malformed)?;
            Ok((decoded(name)?, decoded(value)?))
        });
        let mut fields: Vec<_> = fields.collect::<Result<_, _>>()?;
        fields.sort_unstable();
        if fields.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(InitDataError::Repeated);
        }
        Ok(Self(fields))
    }

    fn get(&self, name: &'static str) -> Option<&str> {
        let place = self.0.binary_search_by(|(other, _)| (**other).cmp(name));
        place.ok().map(|place| &*self.0[place].1)
    }

    fn text(&self, name: &'static str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The object of the Bot API in that field.
    fn object<T: Lenient>(&self, name: &'static str) -> Option<T> {
        T::read(self.get(name)?.as_bytes())
    }

    /// What is signed: the fields but for these, a line each.
    fn signed(&self, but: &[&str]) -> String {
        let lines = self.0.iter().filter(|(name, _)| !but.contains(&&**name));
        let lines: Vec<_> = lines
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        lines.join("\n")
    }

    fn typed(&self, auth_date: i64) -> InitData {
        InitData {
            auth_date,
            query_id: self.text("query_id"),
            user: self.object("user"),
            receiver: self.object("receiver"),
            chat: self.object("chat"),
            chat_type: self.text("chat_type"),
            chat_instance: self.text("chat_instance"),
            start_param: self.text("start_param"),
            can_send_after: self.object("can_send_after"),
        }
    }
}

/// A part of a query string; a plus is a space.
fn decoded(text: &str) -> Result<Cow<'_, str>, InitDataError> {
    let malformed = |_| InitDataError::Malformed;
    if text.contains('+') {
        let text = text.replace('+', " ");
        let text = percent_decode_str(&text).decode_utf8().map_err(malformed)?;
        return Ok(text.into_owned().into());
    }
    percent_decode_str(text).decode_utf8().map_err(malformed)
}
