//! Lists of which a window shows a page.

use ostankino::{Error, FromRequest, Needs, Request, Result};

/// Which part of a list the window shows, as an argument of its getter: what a [`pager`](crate::Window::pager) of the window turned
/// to. It becomes `LIMIT` and `OFFSET`, so that a list of any length costs one short query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which page, from 0 on.
    pub number: u32,
    /// How many items it has.
    pub per_page: u32,
}

/// What a getter needs that takes a [`Page`]: a pager in its window. It never leaves the window.
#[derive(Clone)]
pub(crate) struct Paged;

/// The items of a page, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows<I> {
    /// Those of the page.
    pub items: Vec<I>,
    /// How many there are on all pages together.
    pub total: u64,
}

/// How many items a list has in all; a [`pager`](crate::Window::pager) asks it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell how many items there are on all pages together",
    label = "what the getter of this window finds has no pages",
    note = "a window with a pager has a getter that takes a `Page` and returns `Result<Rows<_>>`"
)]
pub trait Counted {
    /// How many there are.
    fn total(&self) -> u64;
}

impl Page {
    /// How many items come before it.
    #[must_use]
    pub fn offset(self) -> i64 {
        i64::from(self.number) * i64::from(self.per_page)
    }

    /// How many items it has at the most.
    #[must_use]
    pub fn limit(self) -> i64 {
        self.per_page.into()
    }

    /// The items of it, where all are at hand.
    pub fn of<I>(self, all: impl IntoIterator<Item = I, IntoIter: ExactSizeIterator>) -> Rows<I> {
        let all = all.into_iter();
        let total = all.len() as u64;
        let before = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let items = all.skip(before).take(self.per_page as usize).collect();
        Rows { items, total }
    }
}

impl<I> Counted for Rows<I> {
    fn total(&self) -> u64 {
        self.total
    }
}

impl FromRequest for Page {
    async fn from_request(request: &Request) -> Result<Self> {
        let page = request.extensions.get().copied();
        page.ok_or(Error::Mismatch("page: it is no getter of a window"))
    }

    fn needs(needs: &mut Needs) {
        needs.state::<Paged>();
    }
}
