//! Widgets and those inside of them: drawn, looked for, pressed.

use ostankino::{Result, reply::Button};

use crate::{At, DialogData, Press, Turn, View, Widget, widgets::own};

/// Widgets of a window, or of a part of it.
type Widgets<D, R, T> = [Box<dyn Widget<D, R, T>>];

/// The rows of all of these, one below another.
pub(crate) fn rows<D: DialogData, R: 'static, T: 'static>(
    widgets: &Widgets<D, R, T>,
    at: &At<'_>,
    view: &View<D, R, T>,
) -> Vec<Vec<Button>> {
    let rows = widgets.iter().flat_map(|widget| widget.draw(at, view));
    rows.filter(|row| !row.is_empty()).collect()
}

/// Looks at each of them.
pub(crate) fn each<D: DialogData, R: 'static, T: 'static>(
    widgets: &Widgets<D, R, T>,
    look: &mut impl FnMut(&dyn Widget<D, R, T>),
) {
    for widget in widgets {
        look(&**widget);
        each(widget.inner(), look);
    }
}

/// Whether a press of the widget of that id needs the view; `None` if there is no such widget.
pub(crate) fn looks<D: DialogData, R: 'static, T: 'static>(
    widgets: &Widgets<D, R, T>,
    is_it: &impl Fn(&str) -> bool,
) -> Option<bool> {
    let (around, widget) = find(widgets, is_it)?;
    Some(widget.looks() || around.iter().any(|around| around.hides()))
}

/// Presses the widget of that id, if there is one.
pub(crate) async fn press_within<D: DialogData, R: 'static, T: 'static>(
    widgets: &Widgets<D, R, T>,
    is_it: &impl Fn(&str) -> bool,
    press: Press<'_, D, R, T>,
) -> Result<Option<Turn<D>>> {
    let Some((around, widget)) = find(widgets, is_it) else {
        return Ok(None);
    };
    if !press.is_first && !widget.repeats() {
        return Ok(Some(Turn::stay()));
    }
    if let Some(view) = press.view
        && !around.iter().all(|around| around.shows(view))
    {
        return Ok(Some(
            Turn::stay().toast(own::texts(press.request).dialog_gone_toast()),
        ));
    }
    widget.press(press).await.map(Some)
}

/// A widget, and what it is in.
type Found<'a, D, R, T> = (Vec<&'a dyn Widget<D, R, T>>, &'a dyn Widget<D, R, T>);

fn find<'a, D: DialogData, R: 'static, T: 'static>(
    widgets: &'a Widgets<D, R, T>,
    is_it: &impl Fn(&str) -> bool,
) -> Option<Found<'a, D, R, T>> {
    let mut way = Vec::new();
    way_to(widgets, is_it, &mut way);
    let widget = way.pop()?;
    Some((way, widget))
}

/// Looks for a widget; what it is in, and it, last.
fn way_to<'a, D: DialogData, R: 'static, T: 'static>(
    widgets: &'a Widgets<D, R, T>,
    is_it: &impl Fn(&str) -> bool,
    way: &mut Vec<&'a dyn Widget<D, R, T>>,
) -> bool {
    for widget in widgets {
        way.push(&**widget);
        let is_here = !widget.id().is_empty() && is_it(widget.id());
        if is_here || way_to(widget.inner(), is_it, way) {
            return true;
        }
        way.pop();
    }
    false
}
