//! Who a message of a mailing is for.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text},
};

use crate::texts::Bundle;

/// Somebody who is to get a message of a mailing, as the table `users` knows them.
#[derive(Clone, Debug, PartialEq, Eq, diesel::Queryable, QueryableByName)]
#[non_exhaustive]
pub struct Recipient {
    /// Telegram's id.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// Public name, without `@`.
    #[diesel(sql_type = Nullable<Text>)]
    pub username: Option<String>,
    /// First and last name.
    #[diesel(sql_type = Text)]
    pub fullname: String,
    /// The IETF tag of what they are spoken to in: what they chose, or else what their app says.
    #[diesel(sql_type = Nullable<Text>)]
    pub language: Option<String>,
    /// The IANA name of their time zone, if the bot found it out.
    #[diesel(sql_type = Nullable<Text>)]
    pub tz: Option<String>,
}

impl Recipient {
    /// The bot's texts in their language.
    ///
    /// ```
    /// use ostankino::{Context, Reply, Result, mailings::Recipient, texts::Bundle};
    ///
    /// async fn greeting<T: Bundle>(to: Recipient, context: Context) -> Result<Option<Reply>> {
    ///     let texts = to.texts::<T>(&context.texts()?);
    ///     # let _ = texts;
    ///     Ok(Some(Reply::text("…")))
    /// }
    /// ```
    #[must_use]
    pub fn texts<T: Bundle>(&self, texts: &T) -> T {
        texts.speaking(self.language.as_deref())
    }
}

impl Recipient {
    /// Who has no row any more.
    pub(super) fn gone(id: i64) -> Self {
        Self {
            id,
            username: None,
            fullname: String::new(),
            language: None,
            tz: None,
        }
    }
}
