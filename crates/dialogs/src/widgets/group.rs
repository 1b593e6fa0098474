//! Widgets in rows of the same width.

use ostankino::reply::Button;

use crate::{At, DialogData, Keys, View, Widget, within::rows};

/// Widgets in rows of the same width: see [`Keys::group`].
pub struct Group<D: DialogData, R, T> {
    width: usize,
    inner: Vec<Box<dyn Widget<D, R, T>>>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// Widgets whose buttons stand in rows of `width`, whatever rows they would make themselves.
    ///
    /// # Panics
    ///
    /// If the width is not 1 to 8.
    #[track_caller]
    pub fn group(&mut self, width: usize, fill: impl FnOnce(&mut Self)) {
        assert!(
            (1..=8).contains(&width),
            "a row has 1 to 8 buttons, not {width}"
        );
        let inner = self.part(fill);
        self.add(Group { width, inner });
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Group<D, R, T>
{
    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let buttons: Vec<_> = rows(&self.inner, at, view).into_iter().flatten().collect();
        buttons.chunks(self.width).map(<[_]>::to_vec).collect()
    }

    fn inner(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &self.inner
    }
}
