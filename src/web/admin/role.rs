//! Who may do what: told by the configuration alone, and asked anew for each request.

use std::collections::HashMap;

use crate::Config;

/// What somebody may do. A higher one may all that the lower ones may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Looks.
    Viewer,
    /// Acts: replays, resets, pauses.
    Operator,
    /// Erases users, and hands out what is kept of them.
    Owner,
}

/// Everybody who has a role.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster(HashMap<i64, Role>);

impl Roster {
    pub(super) fn of(config: &Config) -> Self {
        let admin = &config.admin;
        let of_bot = config.admins_of_bot();
        let all = [
            (&admin.viewers, Role::Viewer),
            (&admin.operators, Role::Operator),
            (&admin.owners, Role::Owner),
            (&of_bot, Role::Owner),
        ];
        // The higher ones come later.
        let each = all
            .into_iter()
            .flat_map(|(ids, role)| ids.iter().map(move |id| (*id, role)));
        Self(each.collect())
    }

    pub(super) fn role(&self, user: i64) -> Option<Role> {
        self.0.get(&user).copied()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = i64> {
        self.0.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_named_twice_has_the_higher_role() {
        let mut config = Config::default();
        config.admin.owners = vec![1];
        config.admin.operators = vec![1, 2];
        config.admin.viewers = vec![2, 3];
        let roster = Roster::of(&config);
        let roles = [1, 2, 3, 4].map(|id| roster.role(id));
        let [owner, operator, viewer] = [Role::Owner, Role::Operator, Role::Viewer].map(Some);
        assert_eq!(roles, [owner, operator, viewer, None]);
        assert!(owner > operator && operator > viewer);
    }
}
