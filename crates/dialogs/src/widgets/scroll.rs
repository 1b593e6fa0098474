//! Rows of buttons of which a few are shown at once.

use futures_util::future::BoxFuture;
use ostankino::{Result, reply::Button};

use super::turning;
use crate::{At, DialogData, Keys, Press, Turn, View, Widget, within::rows};

/// Rows of buttons of which a few are shown at once: see [`Keys::scroll`].
pub struct Scroll<D: DialogData, R, T> {
    id: &'static str,
    height: usize,
    inner: Vec<Box<dyn Widget<D, R, T>>>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// Widgets of which `height` rows are shown at once, with buttons below that turn to others. All of them are at hand
    /// whenever the window is drawn; a list in the database is turned by a [`pager`](crate::Window::pager).
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Hour } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "call", windows = Step)]
    /// # struct Call { hour: Option<u8> }
    /// const HOURS: [u8; 24] = {
    ///     let (mut hours, mut hour) = ([0; 24], 0);
    ///     while hour < 24 {
    ///         hours[hour as usize] = hour;
    ///         hour += 1;
    ///     }
    ///     hours
    /// };
    ///
    /// let dialog = Dialog::<Call>::new().window(Step::Hour, |w| {
    ///     w.text(|_| "Когда позвонить?");
    ///     w.scroll("hours", 3, |w| {
    ///         w.select("hour", |_| &HOURS, |hour| *hour, |_, hour| format!("{hour}:00"))
    ///             .columns(2)
    ///             .bind(field!(hour));
    ///     });
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// If the height is 0.
    #[track_caller]
    pub fn scroll(&mut self, id: &'static str, height: usize, fill: impl FnOnce(&mut Self)) {
        let place = self.scope.place();
        assert!(
            height > 0,
            "the scroll `{id}` of {place} shows no rows: it shows 1 or more"
        );
        let inner = self.part(fill);
        self.add(Scroll { id, height, inner });
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Scroll<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let all = rows(&self.inner, at, view);
        let pages = all.len().div_ceil(self.height).max(1);
        let page = view.memory(self.id).unwrap_or(0).min(pages - 1);
        let mut shown: Vec<_> = all
            .into_iter()
            .skip(page * self.height)
            .take(self.height)
            .collect();
        if pages > 1 {
            shown.push(turning::buttons(at, self.id, page as u64, pages as u64));
        }
        shown
    }

    fn press<'a>(&'a self, mut press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let page: u64 = press.recall(self.id).unwrap_or(0);
        let page = turning::turned(page, press.key);
        press.remember(self.id, &page);
        Box::pin(async { Ok(Turn::stay()) })
    }

    fn inner(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &self.inner
    }
}
