//! What stands under the text of a window: buttons, and what they do.

use std::{any::Any, borrow::Cow};

use futures_util::future::BoxFuture;
use ostankino::{Needs, Request, Result, html::Plain, reply::Button};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    DialogData, Lead, Turn, View,
    address::{Address, Class, Entry, LONGEST_KEY, widget_of},
    keys::inner_of,
    stack::Memory,
    view::{recall, remember},
};

/// A part of a window: it draws rows of buttons, and does what a press of one of them asks for.
///
/// What the library has is made of this trait and of nothing else: a widget of your own implements it, and
/// [`Keys::add`](crate::Keys::add) takes it.
///
/// ```
/// use futures_util::future::BoxFuture;
/// use ostankino::{Result, reply::Button};
/// use ostankino_dialogs::{At, DialogData, Press, Turn, View, Widget};
///
/// /// One to five stars.
/// struct Stars<D> {
///     get: fn(&D) -> u8,
///     set: fn(&mut D, u8),
/// }
///
/// impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T> for Stars<D> {
///     fn id(&self) -> &'static str {
///         "stars"
///     }
///
///     fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
///         let given = (self.get)(&view.data);
///         let star = |n| if n <= given { "★" } else { "☆" };
///         vec![(1..=5).map(|n| at.button("stars", star(n), &n.to_string())).collect()]
///     }
///
///     fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
///         let mut data = press.data;
///         if let Ok(stars) = press.key.parse() {
///             (self.set)(&mut data, stars);
///         }
///         Box::pin(async { Ok(Turn::stay().with(data)) })
///     }
/// }
/// ```
pub trait Widget<D: DialogData, R, T>: Any + Send + Sync {
    /// The name by which its buttons find it, unique in its window; that of a container is "".
    fn id(&self) -> &'static str {
        ""
    }

    /// Its rows of buttons. The same view gives the same rows.
    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>>;

    /// What a press of one of its buttons does.
    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let _ = press;
        Box::pin(async { Ok(Turn::stay()) })
    }

    /// Whether [`press`](Self::press) looks at the [view](Press::view), for which the getter has to run.
    fn looks(&self) -> bool {
        false
    }

    /// Whether a press means the same on a picture that is no longer the latest: each of six quick presses of a counter
    /// counts. If not, all but the first are answered without a word.
    fn repeats(&self) -> bool {
        true
    }

    /// What is inside of a container.
    fn inner(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &[]
    }

    /// Whether what is inside is shown. Where it is not, nobody presses it.
    fn shows(&self, view: &View<D, R, T>) -> bool {
        let _ = view;
        true
    }

    /// Whether [`shows`](Self::shows) depends on the view.
    fn hides(&self) -> bool {
        false
    }

    /// Where it may lead, for the diagram.
    fn leads(&self) -> Vec<Lead<D::Window>> {
        Vec::new()
    }

    /// What its handlers need besides the update.
    fn needs(&self, needs: &mut Needs) {
        let _ = needs;
    }
}

/// Where a widget stands, by which its buttons are found again.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    pub(crate) dialog: &'a str,
    pub(crate) window: &'a str,
    pub(crate) class: Class,
    pub(crate) entry: Entry,
    /// For which item of which list.
    pub(crate) item: Option<AtItem<'a>>,
}

/// An item of a list, for which there are widgets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtItem<'a> {
    pub(crate) list: &'a str,
    /// Its key, as it is packed.
    pub(crate) key: &'a str,
}

impl<'a> At<'a> {
    /// A window of no entry: what is drawn there is only compared.
    pub(crate) fn nowhere(dialog: &'a str, window: &'a str) -> Self {
        Self {
            dialog,
            window,
            class: Class::Own,
            entry: Entry::default(),
            item: None,
        }
    }

    /// A button of the widget of that id. `key` says what of the widget it is; [`Press::key`] gives it back.
    ///
    /// # Panics
    ///
    /// If the key has more than [`LONGEST_KEY`] bytes.
    #[track_caller]
    pub fn button(&self, id: &str, label: impl Into<Plain>, key: &str) -> Button {
        let Self { dialog, window, .. } = *self;
        let (widget, key) = match self.item {
            None => (id, Cow::Borrowed(key)),
            Some(AtItem { list, key: item }) => {
                let inner = inner_of(dialog, window, list, id);
                (list, Cow::Owned(format!("{inner:03x}{item}.{key}")))
            }
        };
        assert!(
            key.len() <= LONGEST_KEY,
            "a button of the widget `{id}` of {dialog}/{window} has a key of {} bytes: the most is {LONGEST_KEY}",
            key.len()
        );
        let address = Address {
            class: self.class,
            entry: self.entry,
            widget: widget_of(dialog, window, widget),
            key: &key,
        };
        Button::new(label, address.encode())
    }
}

/// A button that was pressed.
#[non_exhaustive]
pub struct Press<'a, D, R, T> {
    /// What of the widget it is: what the widget gave to [`At::button`].
    pub key: &'a str,
    /// The data of the dialog.
    pub data: D,
    /// The window as it is now; there if the widget [looks](Widget::looks) at it.
    pub view: Option<&'a View<D, R, T>>,
    /// The press as it came, for handlers.
    pub request: &'a Request,
    pub(crate) memory: &'a mut Memory,
    /// Whether the user did nothing since the picture was shown on which it was made.
    pub(crate) is_first: bool,
    /// Of which item of a list, before the ids of what remembers something there.
    pub(crate) item: &'a str,
    /// Where the window is.
    pub(crate) at: At<'a>,
}

impl<D, R, T> Press<'_, D, R, T> {
    /// What the widget remembers, or nothing yet.
    #[must_use]
    pub fn recall<M: DeserializeOwned>(&self, widget: &str) -> Option<M> {
        recall(self.memory, &format!("{}{widget}", self.item))
    }

    /// Has the widget remember something of what it shows, for as long as the window is open. What the user chose belongs
    /// into the data instead.
    ///
    /// # Panics
    ///
    /// If that does not become JSON.
    pub fn remember<M: Serialize>(&mut self, widget: &str, what: &M) {
        remember(self.memory, &format!("{}{widget}", self.item), what);
    }
}

impl<D: std::fmt::Debug, R, T> std::fmt::Debug for Press<'_, D, R, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press")
            .field("key", &self.key)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}
