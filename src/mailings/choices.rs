//! What is chosen among when a mailing is made: segments and categories as they are called, languages; and how long it would take.

use std::sync::Arc;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Double, Text},
};
use diesel_async::RunQueryDsl;
use futures_util::future::BoxFuture;

use super::{
    Mail, Mailings,
    audience::{SPOKEN, TAG},
    mail::Desk,
};
use crate::{FromRequest, Request, Result, db::Cached, html::Plain, texts::Bundle};

/// How much of the table `users` is read to tell which languages there are: 40 MB, unless the server has blocks of another size.
const BLOCKS: u32 = 5_000;

/// What of a bot's mailings an administrator chooses among, in the language of who caused the update: as an argument of handlers.
///
/// ```
/// use ostankino::{Html, html, mailings::MailingChoices};
///
/// async fn segments(choices: MailingChoices) -> Html {
///     let titles = choices.segments.iter().map(|segment| html!("{}", segment.title.0));
///     Html::join(titles, "\n")
/// }
/// # drop(segments);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailingChoices {
    /// The segments, in the order in which they were declared.
    pub segments: Vec<MailingChoice>,
    /// The categories.
    pub categories: Vec<MailingChoice>,
}

/// A segment or a category.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailingChoice {
    /// The name by which mailings know it.
    pub name: String,
    /// What it is [called](Mailings::called); its name if that was not said.
    pub title: Plain,
}

impl MailingChoice {
    /// One of that name: for samples of windows and tests.
    pub fn new(name: impl Into<String>, title: impl Into<Plain>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
        }
    }
}

impl MailingChoices {
    /// These: for samples of windows and tests.
    #[must_use]
    pub fn of(segments: Vec<MailingChoice>, categories: Vec<MailingChoice>) -> Self {
        Self {
            segments,
            categories,
        }
    }
}

/// How a segment or a category is called.
#[derive(Clone)]
pub(super) enum Title {
    Same(&'static str),
    Translated(Arc<Translate>),
}

/// Finds it in the texts of the bot, in the language of who caused the update.
type Translate = dyn Fn(&Request) -> BoxFuture<'_, Result<Plain>> + Send + Sync;

impl Title {
    pub(super) fn translated<T: Bundle>(title: fn(&T) -> Plain) -> Self {
        Self::Translated(Arc::new(move |request| {
            Box::pin(async move { Ok(title(&T::from_request(request).await?)) })
        }))
    }

    async fn say(&self, request: &Request) -> Result<Plain> {
        match self {
            Self::Same(title) => Ok((*title).into()),
            Self::Translated(title) => title(request).await,
        }
    }
}

impl FromRequest for MailingChoices {
    async fn from_request(request: &Request) -> Result<Self> {
        let declared: &Mailings = &Desk::of(request)?.declared;
        let mut choices = Self::default();
        for name in declared.segments() {
            choices
                .segments
                .push(choice(declared, name, request).await?);
        }
        for name in declared.categories() {
            let choice = choice(declared, name, request).await?;
            choices.categories.push(choice);
        }
        Ok(choices)
    }
}

async fn choice(declared: &Mailings, name: &str, request: &Request) -> Result<MailingChoice> {
    let title = match declared.title_of(name) {
        Some(title) => title.say(request).await?,
        None => name.into(),
    };
    Ok(MailingChoice::new(name, title))
}

impl Mail {
    /// The languages of those who can be written to, as primary tags such as `pt`, and how many speak each: the most spoken first, 20 of them at the
    /// most. Of some hundred thousand users and more a part is asked, which is told for all: about so many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub async fn languages(&self) -> Result<Vec<(String, i64)>> {
        #[derive(QueryableByName)]
        struct Spoken {
            #[diesel(sql_type = Text)]
            tag: String,
            #[diesel(sql_type = BigInt)]
            users: i64,
        }
        #[derive(QueryableByName)]
        struct Size {
            #[diesel(sql_type = Double)]
            part: f64,
        }
        let connection = &mut *self.session.conn().await?;
        let size = sql_query(format!(
            "SELECT least(100, 100.0 * {BLOCKS} * current_setting('block_size')::float8 / greatest(pg_relation_size('users'), 1)) AS part"
        ));
        let Size { part } = Cached(size).get_result(connection).await?;
        // The same part each time: what is told does not change from press to press.
        let count = sql_query(format!(
            "SELECT {TAG} AS tag, round(count(*) * 100 / $1)::bigint AS users FROM users TABLESAMPLE SYSTEM ($1) REPEATABLE (0) \
             WHERE is_active AND {SPOKEN} <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20"
        ))
        .bind::<Double, _>(part);
        let counted: Vec<Spoken> = Cached(count).get_results(connection).await?;
        Ok(counted.into_iter().map(|it| (it.tag, it.users)).collect())
    }

    /// About how many seconds it takes to write to so many, at the rate that the [limits](crate::Limits) let bulk traffic go, or at
    /// [`per_second`](super::NewMailing::per_second) if that is slower.
    #[must_use]
    pub fn seconds_for(&self, recipients: i64, per_second: Option<f64>) -> u64 {
        let rate = f64::from(self.desk.per_second).min(per_second.unwrap_or(f64::MAX));
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is an estimate"
        )]
        let seconds = (recipients.max(0) as f64 / rate.max(0.001)).ceil() as u64;
        seconds
    }
}
