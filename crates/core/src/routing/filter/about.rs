//! Which kinds of updates a filter is about, worked out when it is made.

use super::{Kinds, Leaf};

/// What is known of a filter before any update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// The kinds of which it can take anything.
    pub(super) possible: Kinds,
    /// Those that it names; of a condition on several kinds, such as `photo`, none.
    pub(super) named: Option<Kinds>,
    /// Whether kinds are all it looks at.
    pub(super) is_kinds: bool,
    pub(super) asks_for_state: bool,
}

impl About {
    pub(super) fn leaf(leaf: &Leaf) -> Self {
        let possible = leaf.kinds();
        let is_of_one_kind = possible.to_set().len() == 1;
        Self {
            possible,
            named: is_of_one_kind.then_some(possible),
            is_kinds: matches!(leaf, Leaf::Kind(_)),
            asks_for_state: matches!(leaf, Leaf::State(_)),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        let possible = self.possible.and(other.possible);
        let named = match (self.named, other.named) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (named, None) | (None, named) => named,
        };
        Self {
            possible,
            named: named.map(|named| named.and(possible)),
            ..self.joined(other)
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        let named = match (self.named, other.named) {
            (None, None) => None,
            _ => Some(self.kinds().or(other.kinds())),
        };
        Self {
            possible: named.unwrap_or(self.possible.or(other.possible)),
            named,
            ..self.joined(other)
        }
    }

    pub(super) fn not(self) -> Self {
        if self.is_kinds {
            return Self {
                possible: Kinds::ALL.without(self.kinds()),
                named: None,
                ..self
            };
        }
        self
    }

    /// The kinds whose updates the filter takes; none, if it names none and is not about messages.
    pub(super) fn kinds(self) -> Kinds {
        self.named.unwrap_or(self.possible.and(Kinds::USUAL))
    }

    /// The kinds that may reach it as a part of another filter.
    pub(super) fn reach(self) -> Kinds {
        self.named.unwrap_or(self.possible)
    }

    fn joined(self, other: Self) -> Self {
        Self {
            is_kinds: self.is_kinds && other.is_kinds,
            asks_for_state: self.asks_for_state || other.asks_for_state,
            ..self
        }
    }
}
