//! What a router takes, in words: for operators, documents and tests.

use std::{collections::BTreeSet, fmt};

use super::{Entry, Router};
use crate::telegram::UpdateKind;

/// The name of the fallback.
pub(super) const ANYTHING_ELSE: &str = "anything else";

/// The routes of a router in the order they are tried. Prints a table: the route, and the kinds of
/// updates that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description(Vec<RouteInfo>);

/// One route, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteInfo {
    /// Its filter; of a route behind gates those first: `private > /start`.
    pub name: String,
    /// The kinds of updates that it takes; none of a fallback, which takes what is left over.
    pub kinds: BTreeSet<UpdateKind>,
}

impl Router {
    /// The routes in words. Those of nested routers stand behind their gates.
    ///
    /// ```
    /// use ostankino_core::Router;
    ///
    /// let router = Router::new().command("start", async || "").callback("buy:", async || "");
    /// assert_eq!(
    ///     router.describe().to_string(),
    ///     "/start         message\ncallback buy:  callback_query\n"
    /// );
    /// ```
    #[must_use]
    pub fn describe(&self) -> Description {
        let mut routes = Vec::new();
        self.describe_behind("", &mut routes);
        Description(routes)
    }

    fn describe_behind(&self, gates: &str, routes: &mut Vec<RouteInfo>) {
        for Entry {
            filter,
            name,
            nested,
            ..
        } in self.routes.iter()
        {
            match nested {
                Some(nested) => nested.describe_behind(&format!("{gates}{name} > "), routes),
                None => routes.push(RouteInfo {
                    name: format!("{gates}{name}"),
                    kinds: filter.kinds(),
                }),
            }
        }
        if self.fallback.is_some() {
            routes.push(RouteInfo {
                name: format!("{gates}{ANYTHING_ELSE}"),
                kinds: BTreeSet::new(),
            });
        }
    }
}

impl Description {
    /// The routes.
    pub fn iter(&self) -> std::slice::Iter<'_, RouteInfo> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Description {
    type Item = &'a RouteInfo;
    type IntoIter = std::slice::Iter<'a, RouteInfo>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.0.iter().map(|route| route.name.chars().count());
        let width = widths.max().unwrap_or_default();
        for RouteInfo { name, kinds } in self {
            let kinds: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
            let line = format!("{name:width$}  {}", kinds.join(", "));
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
