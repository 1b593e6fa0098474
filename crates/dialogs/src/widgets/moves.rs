//! Buttons that lead to another window, or out of the dialog.

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::Draw;
use crate::{
    At, DialogData, Keys, Press, Turn, View, Widget, Windows,
    turn::{after, before},
};

/// A button that leads somewhere: see [`Keys::to`].
pub struct Move<D: DialogData, R, T> {
    id: &'static str,
    label: Draw<D, R, T, Plain>,
    /// Nothing: out of the dialog.
    to: Option<D::Window>,
}

/// Ids of the moves, apart from those of authors.
const CANCEL: &str = "<cancel";

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button that leads to a window of the dialog. It is known by that window's name, so a window has one that leads to each.
    pub fn to<P: Into<Plain>>(
        &mut self,
        window: D::Window,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.lead(window.name(), Some(window), label);
    }

    /// A button that leads to the window after `this`, in the order of their names.
    pub fn next<P: Into<Plain>>(
        &mut self,
        this: D::Window,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.to(after(this), label);
    }

    /// A button that leads to the window before `this`, in the order of their names.
    pub fn back<P: Into<Plain>>(
        &mut self,
        this: D::Window,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.to(before(this), label);
    }

    /// A button that ends the dialog without a result.
    pub fn cancel<P: Into<Plain>>(
        &mut self,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.lead(CANCEL, None, label);
    }

    fn lead<P: Into<Plain>>(
        &mut self,
        id: &'static str,
        to: Option<D::Window>,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.add(Move {
            id,
            label: Box::new(move |view| label(view).into()),
            to,
        });
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Move<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        vec![vec![at.button(self.id, (self.label)(view), "")]]
    }

    fn press<'a>(&'a self, _: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let to = self.to;
        Box::pin(async move { Ok(to.map_or_else(Turn::cancel, Turn::to)) })
    }

    fn leads(&self) -> Vec<D::Window> {
        self.to.into_iter().collect()
    }
}
