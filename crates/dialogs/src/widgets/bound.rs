//! Where a widget keeps what it changes: a field, or what a field has for an item of a list.

use crate::{Field, View};

type Read<D, R, T, X> = Box<dyn Fn(&D, Option<&View<D, R, T>>) -> X + Send + Sync>;
type Write<D, R, T, X> = Box<dyn Fn(&mut D, Option<&View<D, R, T>>, X) + Send + Sync>;

/// Where a widget keeps what it changes.
pub(super) struct Bound<D, R, T, X> {
    read: Read<D, R, T, X>,
    write: Write<D, R, T, X>,
    looks: bool,
}

impl<D: 'static, R, T, X: Clone + 'static> Bound<D, R, T, X> {
    /// In that field.
    pub(super) fn field(field: Field<D, X>) -> Self {
        Self {
            read: Box::new(move |data, _| field.of(data).clone()),
            write: Box::new(move |data, _, value| *field.of_mut(data) = value),
            looks: false,
        }
    }
}

impl<D, R, T, X> Bound<D, R, T, X> {
    /// In what depends on the view, without which it is not changed.
    pub(super) fn viewed(
        read: impl Fn(&D, Option<&View<D, R, T>>) -> X + Send + Sync + 'static,
        write: impl Fn(&mut D, Option<&View<D, R, T>>, X) + Send + Sync + 'static,
    ) -> Self {
        Self {
            read: Box::new(read),
            write: Box::new(write),
            looks: true,
        }
    }

    pub(super) fn read(&self, data: &D, view: Option<&View<D, R, T>>) -> X {
        (self.read)(data, view)
    }

    pub(super) fn write(&self, data: &mut D, view: Option<&View<D, R, T>>, value: X) {
        (self.write)(data, view, value);
    }

    pub(super) fn looks(&self) -> bool {
        self.looks
    }
}
