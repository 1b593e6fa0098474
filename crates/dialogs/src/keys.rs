//! Widgets one below another, or side by side.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{DialogData, Widget, Windows, address::widget_of};

/// The widgets of a window, or of a part of it, in their order. Each method adds one, and gives it back for its options.
pub struct Keys<D: DialogData, R, T> {
    widgets: Vec<Box<dyn Widget<D, R, T>>>,
    pub(crate) scope: Scope<D::Window>,
}

/// Of which window the widgets are, and which are there already.
#[derive(Clone)]
pub(crate) struct Scope<W> {
    pub(crate) dialog: &'static str,
    pub(crate) window: W,
    /// Of which list, if they are there for each of its items.
    pub(crate) list: Option<&'static str>,
    ids: Arc<Mutex<Vec<&'static str>>>,
}

impl<W: Windows> Scope<W> {
    pub(crate) fn new(dialog: &'static str, window: W) -> Self {
        Self {
            dialog,
            window,
            list: None,
            ids: Arc::default(),
        }
    }

    /// The same window, for each item of a list.
    pub(crate) fn of_list(&self, list: &'static str) -> Self {
        Self {
            list: Some(list),
            ..Self::new(self.dialog, self.window)
        }
    }

    /// `order/Extras`, or `order/Extras/cart` for what is there for each item.
    pub(crate) fn place(&self) -> String {
        let window = format!("{}/{}", self.dialog, self.window.name());
        match self.list {
            Some(list) => format!("{window}/{list}"),
            None => window,
        }
    }

    /// By what a widget of that id is found.
    fn number(&self, id: &str) -> u32 {
        match self.list {
            Some(list) => inner_of(self.dialog, self.window.name(), list, id),
            None => widget_of(self.dialog, self.window.name(), id),
        }
    }

    /// There is a widget of that id from now on.
    #[track_caller]
    fn take(&self, id: &'static str) {
        if id.is_empty() {
            return;
        }
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.number(id);
        let other = ids.iter().find(|other| self.number(other) == number);
        let place = self.place();
        match other {
            Some(other) if *other == id => {
                panic!("{place} has two widgets `{id}`: each needs an id of its own")
            }
            Some(other) => panic!(
                "the widgets `{other}` and `{id}` of {place} cannot be told apart: rename one of them"
            ),
            None => ids.push(id),
        }
    }
}

/// The number by which a widget is addressed that is there for each item of a list: twelve bits.
pub(crate) fn inner_of(dialog: &str, window: &str, list: &str, id: &str) -> u32 {
    widget_of(dialog, window, &format!("{list}/{id}")) & 0xFFF
}

impl<D: DialogData, R: 'static, T: 'static> Keys<D, R, T> {
    pub(crate) fn new(scope: Scope<D::Window>) -> Self {
        Self {
            widgets: Vec::new(),
            scope,
        }
    }

    /// What `fill` puts into a part of it.
    pub(crate) fn part(&self, fill: impl FnOnce(&mut Self)) -> Vec<Box<dyn Widget<D, R, T>>> {
        let mut keys = Self::new(self.scope.clone());
        fill(&mut keys);
        keys.widgets
    }

    /// Adds a widget, of the library or of your own.
    ///
    /// # Panics
    ///
    /// If another of the window has its id. So do all methods that add one.
    #[track_caller]
    pub fn add<W: Widget<D, R, T>>(&mut self, widget: W) -> &mut W {
        self.scope.take(widget.id());
        self.widgets.push(Box::new(widget));
        let added = self
            .widgets
            .last_mut()
            .map(|widget| &mut **widget as &mut dyn Any);
        added
            .and_then(|widget| widget.downcast_mut())
            .expect("it was just added")
    }

    pub(crate) fn widgets(&self) -> &[Box<dyn Widget<D, R, T>>] {
        &self.widgets
    }

    pub(crate) fn into_widgets(self) -> Vec<Box<dyn Widget<D, R, T>>> {
        self.widgets
    }
}

impl<D: DialogData, R, T> fmt::Debug for Keys<D, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}
