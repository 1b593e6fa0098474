//! Turns the pages of the window's list.

use futures_util::future::BoxFuture;
use ostankino::{Result, reply::Button};

use crate::{At, Counted, DialogData, Press, Turn, View, Widget, Window};

/// Turns the pages of the window's list: see [`Window::pager`].
#[derive(Debug)]
pub struct Pager {
    id: &'static str,
    per_page: u32,
}

impl<D: DialogData, R: Counted + Send + Sync + 'static, T: Send + Sync + 'static> Window<D, R, T> {
    /// Buttons that turn the pages of the window's list, where that has more than one: its getter takes the
    /// [`Page`](crate::Page). Put it into a window made by [`Dialog::paged`](crate::Dialog::paged).
    ///
    /// # Panics
    ///
    /// If the window has one already, or a page has no items.
    #[track_caller]
    pub fn pager(&mut self, id: &'static str, per_page: u32) {
        assert!(per_page > 0, "a page without items is none");
        assert!(self.pager.is_none(), "a window has one pager");
        self.pager = Some((id, per_page));
        self.add(Pager { id, per_page });
    }
}

impl Pager {
    fn pages(&self, total: u64) -> u64 {
        total.div_ceil(self.per_page.into()).max(1)
    }
}

impl<D: DialogData, R: Counted + Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Pager
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let pages = self.pages(view.rows.total());
        if pages < 2 {
            return Vec::new();
        }
        let page: u64 = view.memory(self.id).unwrap_or(0);
        let turn = |label: &str, key: &str, is_there: bool| {
            at.button(self.id, if is_there { label } else { "·" }, key)
        };
        vec![vec![
            turn("‹", "-", page > 0),
            at.button(self.id, format!("{} / {pages}", page + 1), ""),
            turn("›", "+", page + 1 < pages),
        ]]
    }

    fn press<'a>(&'a self, mut press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let page: u32 = press.recall(self.id).unwrap_or(0);
        let page = match press.key {
            "+" => page.saturating_add(1),
            "-" => page.saturating_sub(1),
            _ => page,
        };
        // A page that is there no more becomes the last one when it is drawn.
        press.remember(self.id, &page);
        Box::pin(async { Ok(Turn::stay()) })
    }
}
