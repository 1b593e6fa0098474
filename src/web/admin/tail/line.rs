//! What is told of an update that ended: nothing that anybody wrote.

use serde::{Deserialize, Serialize};

/// An attempt at an update that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    /// When, in milliseconds since 1970.
    pub(super) at: i64,
    pub(super) update: i64,
    pub(super) kind: String,
    pub(super) user: Option<i64>,
    pub(super) chat: Option<i64>,
    pub(super) route: Option<String>,
    pub(super) outcome: String,
    pub(super) ms: u64,
    /// How many characters its text has.
    pub(super) chars: Option<usize>,
}

/// Which lines somebody wants to see.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) user: Option<i64>,
    /// A part of its name.
    pub(super) route: Option<String>,
    pub(super) outcome: Option<String>,
}

impl Filter {
    pub(super) fn takes(&self, line: &Line) -> bool {
        let route = line.route.as_deref().unwrap_or_default();
        self.user.is_none_or(|user| line.user == Some(user))
            && self
                .route
                .as_ref()
                .is_none_or(|part| route.contains(part.as_str()))
            && self
                .outcome
                .as_ref()
                .is_none_or(|outcome| line.outcome == *outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_takes_what_fits_all_of_it() {
        let line = Line {
            user: Some(7),
            route: Some("command(start)".into()),
            outcome: "ok".into(),
            ..Line::default()
        };
        let all = Filter {
            user: Some(7),
            route: Some("start".into()),
            outcome: Some("ok".into()),
        };
        assert!(Filter::default().takes(&line) && all.takes(&line));
        let user = Some(8);
        assert!(
            !Filter {
                user,
                ..all.clone()
            }
            .takes(&line)
        );
        let route = Some("help".into());
        assert!(
            !Filter {
                route,
                ..all.clone()
            }
            .takes(&line)
        );
        let outcome = Some("failed".into());
        assert!(!Filter { outcome, ..all }.takes(&line));
    }
}
