//! `&`, `|` and `!` of filters.

use std::{
    ops::{BitAnd, BitOr, Not},
    sync::Arc,
};

use super::{Expr, Filter};

/// Both.
impl BitAnd for Filter {
    type Output = Self;

    /// # Panics
    ///
    /// If no kind of updates is left that both are about.
    #[track_caller]
    fn bitand(self, other: Self) -> Self {
        let about = self.about.and(other.about);
        assert!(
            !about.reach().is_empty(),
            "`{}` can never match: `{self}` takes {}, `{other}` takes {}",
            Self {
                expr: Expr::All([self.clone(), other.clone()].into()),
                about
            },
            self.about.reach(),
            other.about.reach()
        );
        let is_all = |filter: &Self| match &filter.expr {
            Expr::All(parts) => Some(parts.clone()),
            _ => None,
        };
        Self {
            expr: Expr::All(joined(self, other, is_all).into()),
            about,
        }
    }
}

/// Either.
impl BitOr for Filter {
    type Output = Self;

    /// # Panics
    ///
    /// If one side names kinds of updates, and the other neither names any nor is about messages.
    #[track_caller]
    fn bitor(self, other: Self) -> Self {
        let about = self.about.or(other.about);
        // Beside one that names kinds, the other means new messages.
        let means_messages = |side: &Self| about.named.is_some() && side.about.named.is_none();
        let is_any = |side: &Self| match &side.expr {
            Expr::Any(parts) if !means_messages(side) => Some(parts.clone()),
            _ => None,
        };
        let mut parts = joined(self, other, is_any);
        for part in &mut parts {
            if means_messages(part) {
                *part = part.clone().for_route();
            }
        }
        Self {
            expr: Expr::Any(parts.into()),
            about,
        }
    }
}

/// What the filter does not take, of the kinds that it is about.
impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        if let Expr::Not(inside) = self.expr {
            return Self::clone(&inside);
        }
        Self {
            about: self.about.not(),
            expr: Expr::Not(self.into()),
        }
    }
}

/// The parts of both in a row: `a & b & c` is one list of three.
fn joined(
    one: Filter,
    other: Filter,
    parts_of: impl Fn(&Filter) -> Option<Arc<[Filter]>>,
) -> Vec<Filter> {
    let mut all = Vec::new();
    for side in [one, other] {
        match parts_of(&side) {
            Some(parts) => all.extend(parts.iter().cloned()),
            None => all.push(side),
        }
    }
    all
}
