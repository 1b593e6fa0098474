//! A button that starts another dialog upon this one.

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::Draw;
use crate::{At, DialogData, Keys, Lead, Press, Turn, View, Widget};

/// A button that starts another dialog: see [`Keys::start`].
pub struct Start<D, R, T, C> {
    id: &'static str,
    label: Draw<D, R, T, Plain>,
    child: fn(&D) -> C,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button that starts another dialog upon this one, with data made of this one's.
    #[track_caller]
    pub fn start<C: DialogData, P: Into<Plain>>(
        &mut self,
        id: &'static str,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
        child: fn(&D) -> C,
    ) {
        self.add(Start {
            id,
            label: Box::new(move |view| label(view).into()),
            child,
        });
    }
}

impl<D, R, T, C> Widget<D, R, T> for Start<D, R, T, C>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    C: DialogData,
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        vec![vec![at.button(self.id, (self.label)(view), "")]]
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let child = (self.child)(&press.data);
        Box::pin(async { Ok(Turn::start(child)) })
    }

    fn leads(&self) -> Vec<Lead<D::Window>> {
        vec![Lead::Dialog(C::NAME)]
    }
}
