//! Widgets one below another, or side by side.

use std::{any::Any, fmt};

use crate::{DialogData, Widget};

/// The widgets of a window, or of a part of it, in their order. Each method adds one, and gives it back for its options.
pub struct Keys<D, R, T> {
    widgets: Vec<Box<dyn Widget<D, R, T>>>,
}

impl<D: DialogData, R: 'static, T: 'static> Keys<D, R, T> {
    pub(crate) fn new() -> Self {
        Self {
            widgets: Vec::new(),
        }
    }

    /// What `fill` puts there.
    pub(crate) fn of(fill: impl FnOnce(&mut Self)) -> Vec<Box<dyn Widget<D, R, T>>> {
        let mut keys = Self::new();
        fill(&mut keys);
        keys.widgets
    }

    /// Adds a widget, of the library or of your own.
    pub fn add<W: Widget<D, R, T>>(&mut self, widget: W) -> &mut W {
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
}

impl<D, R, T> fmt::Debug for Keys<D, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}
