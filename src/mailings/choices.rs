//! What the segments and the categories of a bot are called: for whoever chooses among them.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Mailings, mail::Desk};
use crate::{Error, FromRequest, Request, Result, html::Plain, texts::Bundle};

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
    Translated(Arc<dyn Fn(&Request) -> BoxFuture<'_, Result<Plain>> + Send + Sync>),
}

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
        let desk: Option<&Desk> = request.extensions.get();
        let missing =
            || Error::message("the bot has no mailings: add them by `AppBuilder::mailings`");
        let declared: &Mailings = &desk.ok_or_else(missing)?.declared;
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
