//! Buttons that lead to another window, or out of the dialog.

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::Draw;
use crate::{
    At, DialogData, Keys, Lead, Press, Turn, View, Widget, Windows,
    names::{after, before},
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
    #[track_caller]
    pub fn to<P: Into<Plain>>(
        &mut self,
        window: D::Window,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.lead(window.name(), Some(window), label);
    }

    /// A button that leads to the next window, in the order of their names.
    ///
    /// # Panics
    ///
    /// If this is the last one.
    #[track_caller]
    pub fn next<P: Into<Plain>>(
        &mut self,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        let Some(next) = after(self.scope.window) else {
            panic!(
                "{} is the last window: there is none after it",
                self.scope.place()
            );
        };
        self.to(next, label);
    }

    /// A button that leads to the window before, in the order of their names.
    ///
    /// # Panics
    ///
    /// If this is the first one.
    #[track_caller]
    pub fn back<P: Into<Plain>>(
        &mut self,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        let Some(before) = before(self.scope.window) else {
            panic!(
                "{} is the first window: there is none before it",
                self.scope.place()
            );
        };
        self.to(before, label);
    }

    /// A button that ends the dialog without a result.
    #[track_caller]
    pub fn cancel<P: Into<Plain>>(
        &mut self,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) {
        self.lead(CANCEL, None, label);
    }

    #[track_caller]
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

    fn leads(&self) -> Vec<Lead<D::Window>> {
        vec![self.to.map_or(Lead::Out, Lead::Window)]
    }
}
