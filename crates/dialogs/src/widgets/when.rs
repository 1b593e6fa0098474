//! Widgets that are there under a condition.

use ostankino::reply::Button;

use super::Draw;
use crate::{At, DialogData, Keys, View, Widget, within::rows};

/// Widgets that are there under a condition: see [`Keys::when`].
pub struct When<D: DialogData, R, T> {
    condition: Draw<D, R, T, bool>,
    inner: Vec<Box<dyn Widget<D, R, T>>>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// Widgets that are there while the condition holds. When one of them is pressed on an older picture, the condition is looked
    /// at again.
    pub fn when(
        &mut self,
        condition: impl Fn(&View<D, R, T>) -> bool + Send + Sync + 'static,
        fill: impl FnOnce(&mut Self),
    ) {
        let inner = self.part(fill);
        self.add(When {
            condition: Box::new(condition),
            inner,
        });
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for When<D, R, T>
{
    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        match (self.condition)(view) {
            true => rows(&self.inner, at, view),
            false => Vec::new(),
        }
    }

    fn inner(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &self.inner
    }

    fn shows(&self, view: &View<D, R, T>) -> bool {
        (self.condition)(view)
    }

    fn hides(&self) -> bool {
        true
    }
}
