//! What a bot's mailings have in common: its segments, the categories that users may leave, its templates, and its night.

use std::{fmt, sync::Arc};

use diesel::pg::Pg;
use futures_util::future::BoxFuture;
use jiff::{Timestamp, tz::TimeZone};

use super::{Recipient, choices::Title, quiet::Quiet};
use crate::{Context, Reply, Result, db::schema::users, html::Plain, texts::Bundle};

/// A query of the table [`users`](crate::db::schema::users), to which a segment adds its filters.
pub type Users = users::BoxedQuery<'static, Pg>;

/// What the mailings of a bot are made of, for [`AppBuilder::mailings`](crate::AppBuilder::mailings).
///
/// ```
/// use diesel::{ExpressionMethods, QueryDsl};
/// use ostankino::{
///     App, Config, Context, Reply, Result,
///     db::schema::users,
///     mailings::{Mailings, Recipient},
/// };
///
/// async fn digest(to: Recipient, _: Context) -> Result<Option<Reply>> {
///     // SELECT … FROM news WHERE …
///     let unread = 3;
///     Ok((unread > 0).then(|| Reply::text(format!("{}, новостей: {unread}", to.fullname))))
/// }
///
/// fn mailings() -> Mailings {
///     Mailings::new()
///         .segment("russian", |users, _| users.filter(users::language.eq("ru")))
///         .category("news")
///         .template("digest", digest)
///         .quiet(22, 9, "Europe/Moscow")
/// }
///
/// let app = App::builder(Config::default()).mailings(mailings());
/// # drop(app);
/// ```
#[derive(Clone, Default)]
#[must_use = "they are declared for nobody until an app has them"]
pub struct Mailings(Arc<Declared>);

#[derive(Clone, Default)]
struct Declared {
    segments: Vec<Segment>,
    categories: Vec<&'static str>,
    /// Of segments and categories, by their names.
    titles: Vec<(&'static str, Title)>,
    /// That which was declared last.
    latest: Option<&'static str>,
    templates: Vec<(&'static str, Template)>,
    quiet: Option<Quiet>,
    may_pay: bool,
}

/// Some of the users.
#[derive(Clone)]
pub(super) struct Segment {
    pub(super) name: &'static str,
    pub(super) filter: Arc<dyn Fn(Users, Timestamp) -> Users + Send + Sync>,
}

type Template =
    Arc<dyn Fn(Recipient, Context) -> BoxFuture<'static, Result<Option<Reply>>> + Send + Sync>;

impl Mailings {
    /// Nothing but what every bot has: its users.
    pub fn new() -> Self {
        Self::default()
    }

    /// Some of the users, by a name that outlives deploys: filters of the query, and what time it is.
    ///
    /// # Panics
    ///
    /// If there is one of that name.
    #[track_caller]
    pub fn segment(
        mut self,
        name: &'static str,
        filter: impl Fn(Users, Timestamp) -> Users + Send + Sync + 'static,
    ) -> Self {
        assert!(
            self.segment_named(name).is_none(),
            "two segments are named `{name}`"
        );
        let filter = Arc::new(filter);
        let declared = self.change();
        declared.segments.push(Segment { name, filter });
        declared.latest = Some(name);
        self
    }

    /// What mailings may be about: a user may refuse each, and gets no mailing of it then.
    ///
    /// # Panics
    ///
    /// If there is one of that name.
    #[track_caller]
    pub fn category(mut self, name: &'static str) -> Self {
        assert!(
            !self.0.categories.contains(&name),
            "two categories are named `{name}`"
        );
        let declared = self.change();
        declared.categories.push(name);
        declared.latest = Some(name);
        self
    }

    /// What administrators read of the segment or the category before it, in a bot with [texts](mod@crate::texts):
    /// `.category("offers").called(Texts::offers_plain)`. It is for segment and category of one name alike.
    ///
    /// # Panics
    ///
    /// If there is none before it.
    #[track_caller]
    pub fn called<T: Bundle>(self, title: fn(&T) -> Plain) -> Self {
        self.titled(Title::translated(title))
    }

    /// The same in a bot without texts: `.category("offers").called_plainly("Скидки")`.
    ///
    /// # Panics
    ///
    /// As [`called`](Self::called).
    #[track_caller]
    pub fn called_plainly(self, title: &'static str) -> Self {
        self.titled(Title::Same(title))
    }

    #[track_caller]
    fn titled(mut self, title: Title) -> Self {
        let declared = self.change();
        let latest = declared.latest.take();
        let latest = latest.expect("`called` stands right behind the `segment` or the `category`");
        declared.titles.push((latest, title));
        self
    }

    pub(super) fn title_of(&self, name: &str) -> Option<&Title> {
        let mut titles = self.0.titles.iter();
        let found = titles.find(|(known, _)| *known == name);
        found.map(|(_, title)| title)
    }

    /// A message that is made for each recipient, by a name that outlives deploys; `None` is for who gets none. It runs in any
    /// container, again where a message was not sent, and must change nothing.
    ///
    /// # Panics
    ///
    /// If there is one of that name.
    #[track_caller]
    pub fn template<F>(
        mut self,
        name: &'static str,
        make: impl Fn(Recipient, Context) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Option<Reply>>> + Send + 'static,
    {
        assert!(
            self.template_named(name).is_none(),
            "two templates are named `{name}`"
        );
        let make: Template = Arc::new(move |to, context| Box::pin(make(to, context)));
        self.change().templates.push((name, make));
        self
    }

    /// When nobody is to be woken: from the first hour until the second, by `users.tz`, else in that zone. Who would get a
    /// mailing then gets it when the night is over.
    ///
    /// # Panics
    ///
    /// If an hour is none, or there is no such zone.
    #[track_caller]
    pub fn quiet(mut self, from: i8, until: i8, zone: &str) -> Self {
        let is_hour = |hour: i8| (0..24).contains(&hour);
        assert!(
            is_hour(from) && is_hour(until) && from != until,
            "the night is from an hour to another one, each 0 to 23"
        );
        let Ok(zone) = TimeZone::get(zone) else {
            panic!("there is no time zone `{zone}`");
        };
        self.change().quiet = Some(Quiet { from, until, zone });
        self
    }

    /// Allows mailings that are [paid](super::NewMailing::paid) for in Stars: without it none is.
    pub fn paid(mut self) -> Self {
        self.change().may_pay = true;
        self
    }

    /// The names of the segments.
    pub fn segments(&self) -> impl Iterator<Item = &'static str> {
        self.0.segments.iter().map(|segment| segment.name)
    }

    /// The names of the categories.
    pub fn categories(&self) -> impl Iterator<Item = &'static str> {
        self.0.categories.iter().copied()
    }

    pub(super) fn segment_named(&self, name: &str) -> Option<&Segment> {
        let mut segments = self.0.segments.iter();
        segments.find(|segment| segment.name == name)
    }

    pub(super) fn template_named(&self, name: &str) -> Option<&Template> {
        let mut templates = self.0.templates.iter();
        let found = templates.find(|(known, _)| *known == name);
        found.map(|(_, make)| make)
    }

    pub(super) fn night(&self) -> Option<&Quiet> {
        self.0.quiet.as_ref()
    }

    pub(super) fn may_pay(&self) -> bool {
        self.0.may_pay
    }

    fn change(&mut self) -> &mut Declared {
        Arc::make_mut(&mut self.0)
    }
}

impl fmt::Debug for Mailings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailings")
            .field("segments", &self.segments().collect::<Vec<_>>())
            .field("categories", &self.0.categories)
            .finish_non_exhaustive()
    }
}
