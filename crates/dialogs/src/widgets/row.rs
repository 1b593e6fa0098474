//! Widgets side by side.

use ostankino::reply::Button;

use crate::{At, DialogData, Keys, View, Widget, within::rows};

/// Widgets side by side: see [`Keys::row`].
pub struct Row<D: DialogData, R, T>(Vec<Box<dyn Widget<D, R, T>>>);

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// Widgets side by side, in one row: up to eight buttons. More are an error that names the window.
    pub fn row(&mut self, fill: impl FnOnce(&mut Self)) {
        let inner = self.part(fill);
        self.add(Row(inner));
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Row<D, R, T>
{
    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let buttons = rows(&self.0, at, view).into_iter().flatten();
        vec![buttons.collect()]
    }

    fn inner(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &self.0
    }
}
