//! What a route takes, as data: conditions, joined by `&`, `|` and `!`.
//!
//! ```
//! use ostankino_core::filter::{edited_message, forwarded, message, photo, private, thread};
//!
//! # const SUPPORT: i64 = 7;
//! let kept = message() & photo() & private() & !forwarded();
//! let support = edited_message() | message() & thread(SUPPORT);
//! assert_eq!(kept.to_string(), "message & photo & private & !forwarded");
//! # drop(support);
//! ```
//!
//! **Kinds.** Each condition is about certain kinds of updates: `photo()` about those that carry a
//! message, `callback("buy:")` about pressed buttons, `private()` about all that happens in a chat.
//! `&` is about the kinds of both sides, `|` about those of either, `!` about those of what stands
//! behind it. From that follows what Telegram is asked for, and a `&` whose sides have no kind in
//! common panics where it is written. Who names no kind means new messages: `photo()` alone is
//! `message() & photo()`.
//!
//! A filter looks at the update alone, and at once. What has to be asked of a server is the business
//! of a handler's argument; the one exception is the state of the dialogue ([`state`]), which is read
//! once, and only for updates whose route depends on it.

mod about;
mod covers;
mod display;
mod facts;
mod kinds;
mod leaf;
mod make;
mod make_kinds;
mod ops;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

pub(super) use self::facts::{Facts, Known};
use self::{about::About, kinds::Kinds, leaf::Leaf};
pub use self::{make::*, make_kinds::*};
use crate::telegram::UpdateKind;

/// What a route takes: see the [module](self). A clone is cheap.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a filter does nothing until a route is registered with it"]
pub struct Filter {
    expr: Expr,
    about: About,
}

#[derive(Clone, Debug, PartialEq)]
enum Expr {
    Leaf(Leaf),
    All(Arc<[Filter]>),
    Any(Arc<[Filter]>),
    Not(Arc<Filter>),
}

impl Filter {
    fn leaf(leaf: Leaf) -> Self {
        Self {
            about: About::leaf(&leaf),
            expr: Expr::Leaf(leaf),
        }
    }

    /// The kinds of updates that the filter takes.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<UpdateKind> {
        self.about.kinds().to_set()
    }

    /// The filter as a route has it: about the kinds it names, or else about new messages.
    ///
    /// # Panics
    ///
    /// If no update can be asked for by it.
    #[track_caller]
    pub(super) fn for_route(mut self) -> Self {
        let kinds = self.about.kinds();
        assert!(
            !kinds.is_empty(),
            "`{self}` names no kind of updates: join it with those that it means, by `&`"
        );
        assert!(
            kinds.is_within(Kinds::ALL.or(Kinds::EVENTS)),
            "Telegram cannot be asked for unknown kinds"
        );
        self.about.named = Some(kinds);
        self
    }

    /// The filter as a gate has it: where it names no kind, about those of what is inside.
    ///
    /// # Panics
    ///
    /// If it is about none of them.
    pub(super) fn for_gate(mut self, inside: &BTreeSet<UpdateKind>) -> Self {
        if self.about.named.is_none() {
            let inside = inside.iter().copied().collect::<Vec<_>>();
            let both = self.about.possible.and(Kinds::of(&inside));
            self.about.named = (!both.is_empty()).then_some(both);
        }
        self
    }

    /// Whether it takes updates of one of the kinds that `other` takes.
    pub(super) fn shares_kind_with(&self, other: &Self) -> bool {
        self.about.kinds().meets(other.about.kinds())
    }

    /// Whether it depends on the state of the dialogue.
    pub(super) fn asks_for_state(&self) -> bool {
        self.about.asks_for_state
    }

    /// Whether it takes events of that name.
    pub(super) fn names_event(&self, name: &str) -> bool {
        match &self.expr {
            Expr::Leaf(Leaf::Event(named)) => **named == *name,
            Expr::Leaf(Leaf::Kind(kind)) => *kind == UpdateKind::Event,
            Expr::All(parts) | Expr::Any(parts) => parts.iter().any(|part| part.names_event(name)),
            Expr::Leaf(_) | Expr::Not(_) => false,
        }
    }

    /// The longest prefix of `data` that the filter asks for.
    pub(super) fn callback_prefix(&self, data: &str) -> Option<&Arc<str>> {
        match &self.expr {
            Expr::Leaf(Leaf::Callback(prefix)) => data.starts_with(&**prefix).then_some(prefix),
            Expr::All(parts) | Expr::Any(parts) => {
                let found = parts.iter().filter_map(|part| part.callback_prefix(data));
                found.max_by_key(|prefix| prefix.len())
            }
            Expr::Leaf(_) | Expr::Not(_) => None,
        }
    }
}

/// Every update of the kind.
impl From<UpdateKind> for Filter {
    fn from(kind: UpdateKind) -> Self {
        Self::leaf(Leaf::Kind(kind))
    }
}
