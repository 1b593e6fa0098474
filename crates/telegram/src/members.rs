//! Who came into a group, and who left it.

use std::ops::Deref;

use super::{User, lenient::Lenient};

/// Who joined a group: never nobody. The bot itself may be among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMembers(Vec<User>);

impl Deref for NewMembers {
    type Target = [User];

    fn deref(&self) -> &[User] {
        &self.0
    }
}

impl Lenient for NewMembers {
    fn read(json: &[u8]) -> Option<Self> {
        let users = Vec::read(json).filter(|users: &Vec<_>| !users.is_empty());
        users.map(Self)
    }
}

/// Who left a group, or was put out of it; possibly the bot itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftMember(pub User);

impl Deref for LeftMember {
    type Target = User;

    fn deref(&self) -> &User {
        &self.0
    }
}
