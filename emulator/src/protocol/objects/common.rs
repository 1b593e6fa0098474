//! What many messages have in common, such as who wrote them and where: kept once, shown in each.

use std::{ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that others may have too; clones are the same.
#[derive(Debug)]
pub(crate) struct Common<T>(Arc<T>);

impl<T> Clone for Common<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: PartialEq> Common<T> {
    /// Becomes the first of these that is equal, so that one of the two is kept.
    pub(crate) fn like<'a>(self, others: impl IntoIterator<Item = &'a Self>) -> Self
    where
        T: 'a,
    {
        let mut others = others.into_iter();
        others
            .find(|other| **other == self)
            .cloned()
            .unwrap_or(self)
    }
}

impl<T: Clone> Common<T> {
    /// The value, to change here only.
    pub(crate) fn own(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> From<T> for Common<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Deref for Common<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: PartialEq> PartialEq for Common<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || *self.0 == *other.0
    }
}

impl<T: Serialize> Serialize for Common<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Common<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}
