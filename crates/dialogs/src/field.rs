//! A field of a dialog's data, which a widget reads and writes.

use std::fmt;

/// A field of a dialog's data, made by [`field!`](crate::field!).
pub struct Field<D, X> {
    get: fn(&D) -> &X,
    get_mut: fn(&mut D) -> &mut X,
}

impl<D, X> Field<D, X> {
    /// What [`field!`](crate::field!) makes of the name of a field.
    #[must_use]
    pub fn new(get: fn(&D) -> &X, get_mut: fn(&mut D) -> &mut X) -> Self {
        Self { get, get_mut }
    }

    /// The field.
    #[must_use]
    pub fn of(self, data: &D) -> &X {
        (self.get)(data)
    }

    /// The field, to be changed.
    #[must_use]
    pub fn of_mut(self, data: &mut D) -> &mut X {
        (self.get_mut)(data)
    }
}

impl<D, X> Clone for Field<D, X> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, X> Copy for Field<D, X> {}

impl<D, X> fmt::Debug for Field<D, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field<{}>", std::any::type_name::<X>())
    }
}

/// A field of a dialog's data, or a field of a field: `field!(count)`, `field!(address.street)`. One that is not there does not
/// compile.
#[macro_export]
macro_rules! field {
    ($($name:tt).+) => {
        $crate::Field::new(|data| &data.$($name).+, |data| &mut data.$($name).+)
    };
}
