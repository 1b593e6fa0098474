//! Whether nothing is left for a route after an earlier one. Exact for single conditions and for what
//! is easily seen of joined ones; where it is not seen, the answer is no.

use super::{Expr, Filter, Kinds};

impl Filter {
    /// Whether this filter takes all that `later` does.
    pub(in crate::routing) fn covers(&self, later: &Self) -> bool {
        later.implies(self, later.about.kinds())
    }

    /// Whether `other` holds wherever this does, of updates of these kinds.
    fn implies(&self, other: &Self, kinds: Kinds) -> bool {
        let kinds = kinds.and(self.about.reach());
        if kinds.is_empty() {
            return true;
        }
        if !kinds.is_within(other.about.reach()) {
            return false;
        }
        if other.about.is_kinds || self.expr == other.expr {
            return true;
        }
        let implies = |other: &Self| self.implies(other, kinds);
        let implied = |part: &Self| part.implies(other, kinds);
        match (&self.expr, &other.expr) {
            (_, Expr::All(others)) => others.iter().all(implies),
            (Expr::Any(parts), _) => parts.iter().all(implied),
            (Expr::All(parts), Expr::Any(others)) => {
                parts.iter().any(implied) || others.iter().any(implies)
            }
            (Expr::All(parts), _) => parts.iter().any(implied),
            (_, Expr::Any(others)) => others.iter().any(implies),
            (Expr::Not(inside), Expr::Not(other)) => other.implies(inside, kinds),
            (Expr::Leaf(leaf), Expr::Leaf(other)) => other.covers(leaf),
            (Expr::Leaf(_), Expr::Not(_)) | (Expr::Not(_), Expr::Leaf(_)) => false,
        }
    }
}
