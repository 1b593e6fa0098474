//! Who gets a mailing: of those who can be written to, the ones that are in all of its segments and speak one of its languages.

use diesel::{
    ExpressionMethods, QueryDsl,
    dsl::{exists, not, sql},
    sql_types::{Array, Bool, Text},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Mailings, declared::Users};
use crate::{
    Error, Result,
    db::{
        schema::{opt_outs, users},
        storable, to_pg,
    },
};

/// What a user is spoken to in, of the table `users`: what they chose, or else what their app says.
pub(super) const SPOKEN: &str = "coalesce(locale, language)";

/// The same as a primary tag, as [`primary`] has it.
pub(super) const TAG: &str = "lower(split_part(coalesce(locale, language), '-', 1))";

/// Who gets a mailing.
///
/// Whoever blocked the bot never does, nor who does not want its category. What is asked for besides all must be true of a user: it
/// is asked when the user's turn comes, so a segment is as of then.
///
/// ```
/// use ostankino::mailings::Audience;
///
/// let buyers = Audience::active().segment("buyers").languages(["ru", "en"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[must_use = "an audience gets nothing by itself"]
pub struct Audience {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) segments: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) languages: Vec<String>,
    /// Only these, whose rows are there from the beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_listed: bool,
    /// Who they are is written down when it begins: from then on they are a list.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_frozen: bool,
}

/// Some of the users, by their ids.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Page {
    /// Behind that one.
    pub(super) after: Option<i64>,
    /// That one at the latest.
    pub(super) until: Option<i64>,
}

impl Audience {
    /// Everybody who can be written to.
    pub fn active() -> Self {
        Self::default()
    }

    /// Of them those of a [segment](Mailings::segment) of the bot's.
    pub fn segment(mut self, name: impl Into<String>) -> Self {
        self.segments.push(name.into());
        self
    }

    /// Of them those who speak one of these: what a user chose, or else what the app says. `pt` is also who has `pt-BR`.
    pub fn languages<L: Into<String>>(mut self, tags: impl IntoIterator<Item = L>) -> Self {
        self.languages.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Those of them who are in its segments and speak its languages when the mailing begins: they are written down before the first of them gets
    /// it, in some seconds for each million of users. Otherwise it is asked when a user's turn comes. Who cannot be written to by then, or refused the
    /// category, gets nothing either way.
    pub fn frozen(mut self) -> Self {
        self.is_frozen = true;
        self
    }

    /// Those that a list names, once it is stored.
    pub(crate) fn listed(mut self) -> Self {
        self.is_listed = true;
        self.is_frozen = false;
        self
    }

    /// Whether nobody is left out but who cannot be written to.
    pub(super) fn is_everybody(&self) -> bool {
        self.segments.is_empty() && self.languages.is_empty()
    }

    /// Those of them on that page who came until then, of a mailing of that category.
    ///
    /// # Errors
    ///
    /// The bot has no such segment.
    pub(super) fn of(
        &self,
        declared: &Mailings,
        category: Option<&str>,
        upper: Option<Timestamp>,
        page: Page,
        now: Timestamp,
    ) -> Result<Users> {
        let mut found: Users = users::table.into_boxed();
        found = found.filter(users::is_active);
        if let Some(after) = page.after {
            found = found.filter(users::id.gt(after));
        }
        if let Some(until) = page.until {
            found = found.filter(users::id.le(until));
        }
        if let Some(upper) = upper {
            found = found.filter(users::created_at.le(to_pg(upper)));
        }
        if !self.languages.is_empty() {
            let spoken: Vec<_> = self.languages.iter().map(|tag| primary(tag)).collect();
            let is_spoken = sql::<Bool>(TAG).sql(" = ANY(");
            let is_spoken = is_spoken.bind::<Array<Text>, _>(spoken).sql(")");
            found = found.filter(is_spoken);
        }
        if let Some(category) = category {
            // The bounds follow from the users', which the planner does not see: without them it may read all that was ever refused.
            let (first, last) = (
                page.after.unwrap_or(i64::MIN),
                page.until.unwrap_or(i64::MAX),
            );
            let refused = opt_outs::table
                .filter(opt_outs::user_id.eq(users::id))
                .filter(opt_outs::user_id.gt(first))
                .filter(opt_outs::user_id.le(last))
                .filter(opt_outs::category.eq(storable(category).into_owned()));
            found = found.filter(not(exists(refused)));
        }
        for name in &self.segments {
            let unknown = || {
                Error::message(format!(
                    "the bot has no segment `{name}`: `Mailings::segment` declares one"
                ))
            };
            let segment = declared.segment_named(name).ok_or_else(unknown)?;
            found = (segment.filter)(found, now);
        }
        Ok(found)
    }
}

/// `pt` of `pt-BR`.
pub(super) fn primary(tag: &str) -> String {
    let first = tag.split(['-', '_']).next().unwrap_or(tag);
    first.to_lowercase()
}
