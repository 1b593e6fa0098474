//! A button that switches something on and off.

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::Draw;
use crate::{At, DialogData, Field, Keys, Press, Turn, View, Widget};

/// A button that switches something on and off: see [`Keys::toggle`].
pub struct Toggle<D, R, T> {
    id: &'static str,
    field: Field<D, bool>,
    label: Draw<D, R, T, Plain>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button that switches something on and off; its label shows a mark while it is on.
    pub fn toggle<P: Into<Plain>>(
        &mut self,
        id: &'static str,
        field: Field<D, bool>,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.add(Toggle {
            id,
            field,
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
        let label = match self.field.of(&view.data) {
            true => format!("✓ {label}"),
            false => label,
        };
        vec![vec![at.button(self.id, label, "")]]
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let mut data = press.data;
        let is_on = self.field.of_mut(&mut data);
        *is_on = !*is_on;
        Box::pin(async { Ok(Turn::stay().with(data)) })
    }
}
