//! Turns the pages of the window's list.

use futures_util::future::BoxFuture;
use ostankino::{Result, reply::Button};

use super::turning;
use crate::{At, Counted, DialogData, Press, Turn, View, Widget, Window};

/// Turns the pages of the window's list: see [`Window::pager`].
#[derive(Debug)]
pub struct Pager {
    id: &'static str,
    per_page: u32,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Window<D, R, T> {
    /// Buttons that turn the pages of the window's list, where that has more than one: its getter takes the
    /// [`Page`](crate::Page), and returns [`Rows`](crate::Rows). In a window whose getter finds anything else it does not
    /// compile:
    ///
    /// ```compile_fail
    /// # use ostankino::Result;
    /// # use ostankino_dialogs::{Dialog, DialogData, Page, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Dish } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Step)]
    /// # struct Order {}
    /// async fn dishes(page: Page) -> Result<Vec<String>> {
    ///     Ok(vec!["Борщ".into()])
    /// }
    ///
    /// let dialog = Dialog::<Order>::new().window_of(Step::Dish, dishes, |w| {
    ///     w.text(|_| "Меню");
    ///     w.pager("page", 8);
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// If the window has one already, or a page has no items.
    #[track_caller]
    pub fn pager(&mut self, id: &'static str, per_page: u32)
    where
        R: Counted,
    {
        self.has_pages(id, per_page);
        self.add(Pager { id, per_page });
    }
}

impl<D: DialogData, R: Counted + Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Pager
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let pages = view.rows.total().div_ceil(self.per_page.into());
        if pages < 2 {
            return Vec::new();
        }
        let page: u64 = view.memory(self.id).unwrap_or(0);
        vec![turning::buttons(at, self.id, page.min(pages - 1), pages)]
    }

    fn press<'a>(&'a self, mut press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let page: u64 = press.recall(self.id).unwrap_or(0);
        // A page that is there no more becomes the last one when it is drawn.
        let page = turning::turned(page, press.key);
        press.remember(self.id, &page);
        Box::pin(async { Ok(Turn::stay()) })
    }
}
