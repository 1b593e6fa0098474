//! Buttons that the bot hears nothing of: a link, a web app, a text to copy, an inline query.

use ostankino::reply::Button;

use super::Draw;
use crate::{At, DialogData, Keys, View, Widget};

/// A button that the bot hears nothing of: see [`Keys::link`].
pub struct Link<D, R, T>(Draw<D, R, T, Button>);

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button that the bot hears nothing of, as [`Button::url`], [`Button::web_app`], [`Button::copy`] and
    /// [`Button::switch_inline`] make them.
    ///
    /// ```
    /// # use ostankino::reply::Button;
    /// # use ostankino_dialogs::{Dialog, DialogData, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Shop { Open } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "shop", windows = Shop)]
    /// # struct Visit {}
    /// let dialog = Dialog::<Visit>::new().window(Shop::Open, |w| {
    ///     w.text(|_| "Ваш промокод: LETO");
    ///     w.link(|_| Button::copy("Скопировать", "LETO"));
    ///     w.link(|_| Button::url("Сайт", "https://example.org"));
    /// });
    /// ```
    pub fn link(&mut self, button: impl Fn(&View<D, R, T>) -> Button + Send + Sync + 'static) {
        self.add(Link(Box::new(button)));
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Link<D, R, T>
{
    fn draw(&self, _: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        vec![vec![(self.0)(view)]]
    }
}
