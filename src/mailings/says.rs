//! What a mailing says, for who wants to have it say something else.

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Mail,
    content::{Content, What},
};
use crate::{Reply, Result, db::Cached};

/// What a mailing says now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Says {
    /// The main message; `None` if a template makes it.
    pub message: Option<Reply>,
    /// The names of its variants, which [`Mail::edit`] takes away.
    pub variants: Vec<String>,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    content: String,
}

impl Says {
    /// That message alone: for samples of windows and tests.
    #[must_use]
    pub fn only(message: Reply) -> Self {
        Self {
            message: Some(message),
            variants: Vec::new(),
        }
    }
}

impl Mail {
    /// What a mailing says now; `None` if there is none of that number.
    ///
    /// # Errors
    ///
    /// A later version wrote it; [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub async fn says(&self, id: i64) -> Result<Option<Says>> {
        let find = sql_query("SELECT content FROM mailings WHERE bot_id = $1 AND id = $2")
            .bind::<BigInt, _>(self.desk.bot_id)
            .bind::<BigInt, _>(id);
        let connection = &mut *self.session.conn().await?;
        let found: Option<Stored> = Cached(find).get_result(connection).await.optional()?;
        let Some(Stored { content }) = found else {
            return Ok(None);
        };
        let content: Content = serde_json::from_str(&content)?;
        let variants = content.variants.into_iter().map(|variant| variant.name);
        Ok(Some(Says {
            message: match content.what {
                What::Calls(calls) => Some(Reply::of(calls)),
                What::Template(_) => None,
            },
            variants: variants.collect(),
        }))
    }
}
