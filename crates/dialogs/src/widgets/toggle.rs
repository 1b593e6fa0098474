//! A button that switches something on and off.

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::{Draw, bound::Bound};
use crate::{At, DialogData, Field, Keys, Press, Turn, View, Widget};

/// A button that switches something on and off: see [`Keys::toggle`].
pub struct Toggle<D, R, T> {
    id: &'static str,
    bound: Bound<D, R, T, bool>,
    label: Draw<D, R, T, Plain>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button that switches something on and off; its label shows a mark while it is on.
    #[track_caller]
    pub fn toggle<P: Into<Plain>>(
        &mut self,
        id: &'static str,
        field: Field<D, bool>,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.toggles(id, Bound::field(field), label);
    }

    #[track_caller]
    pub(super) fn toggles<P: Into<Plain>>(
        &mut self,
        id: &'static str,
        bound: Bound<D, R, T, bool>,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.add(Toggle {
            id,
            bound,
            label: Box::new(move |view| label(view).into()),
        });
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Toggle<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let Plain(label) = (self.label)(view);
        let label = match self.bound.read(&view.data, Some(view)) {
            true => format!("✓ {label}"),
            false => label,
        };
        vec![vec![at.button(self.id, label, "")]]
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let mut data = press.data;
        let is_on = self.bound.read(&data, press.view);
        self.bound.write(&mut data, press.view, !is_on);
        Box::pin(async { Ok(Turn::stay().with(data)) })
    }

    fn looks(&self) -> bool {
        self.bound.looks()
    }
}
