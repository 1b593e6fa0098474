//! Widgets side by side.

use ostankino::reply::Button;

use crate::{At, DialogData, Keys, View, Widget, shown::rows};

/// Widgets side by side: see [`Keys::row`].
pub struct Row<D, R, T>(Vec<Box<dyn Widget<D, R, T>>>);

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// Widgets side by side, in one row: up to eight buttons.
    pub fn row(&mut self, fill: impl FnOnce(&mut Self)) {
        self.add(Row(Self::of(fill)));
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Row<D, R, T>
{
    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        vec![rows(&self.0, at, view).into_iter().flatten().collect()]
    }

    fn inner(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &self.0
    }
}
