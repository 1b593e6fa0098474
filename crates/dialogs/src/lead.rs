//! Where a widget may lead: the arrows of the diagram.

/// Where a widget or an input may lead, for the [diagram](crate::DialogSet::diagram).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lead<W> {
    /// To another window of the dialog.
    Window(W),
    /// To another dialog, of that name, upon this one.
    Dialog(&'static str),
    /// Out of the dialog.
    Out,
}

/// Those to windows.
pub(crate) fn to<W>(windows: impl IntoIterator<Item = W>) -> Vec<Lead<W>> {
    windows.into_iter().map(Lead::Window).collect()
}
