//! Dialogs and their windows are named by types, so that a typo does not compile.

use serde::{Serialize, de::DeserializeOwned};

/// What a dialog learns from its user, and by which it is started: `dialogs.start(Order::default())`.
///
/// It is stored as JSON from one update to the next, possibly for weeks and across deploys: fields are added with
/// `#[serde(default)]`, and the names stay.
///
/// ```
/// use ostankino_dialogs::{DialogData, windows};
/// use serde::{Deserialize, Serialize};
///
/// windows! {
///     /// The windows of an order.
///     pub OrderWindow { Dish, Extras, Note }
/// }
///
/// #[derive(Clone, Default, Serialize, Deserialize, DialogData)]
/// #[dialog(name = "order", windows = OrderWindow, result = i64)]
/// struct Order {
///     dish: Option<i64>,
///     count: u8,
/// }
/// ```
///
/// A dialog that ends without a result needs no `result`. One without a name does not compile:
///
/// ```compile_fail
/// # use ostankino_dialogs::{DialogData, windows};
/// # use serde::{Deserialize, Serialize};
/// # windows! { pub OrderWindow { Dish, Extras, Note } }
/// #[derive(Clone, Default, Serialize, Deserialize, DialogData)]
/// #[dialog(windows = OrderWindow)]
/// struct Order {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no dialog",
    note = "derive it: `#[derive(Clone, Serialize, Deserialize, DialogData)] #[dialog(name = \"order\", windows = Step)]`"
)]
pub trait DialogData: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the dialog, unique in the bot. Buttons in old messages know it by that name.
    const NAME: &'static str;

    /// Its windows. The first of them is shown when it is started.
    type Window: Windows;

    /// What it ends with, by [`Turn::done`](crate::Turn::done): the dialog below takes that as [`Done`](crate::Done).
    type Result: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
}

/// The windows of a dialog, made by [`windows!`](crate::windows).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the windows of a dialog",
    note = "it is made by `windows! {{ Step {{ First, Second }} }}`"
)]
pub trait Windows: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    /// All of them, the one it begins with first.
    const ALL: &'static [Self];

    /// By which it is stored.
    fn name(self) -> &'static str;
}

/// Names the windows of a dialog, in the order in which [`Keys::next`](crate::Keys::next) and
/// [`Keys::back`](crate::Keys::back) go through them: see [`DialogData`].
#[macro_export]
macro_rules! windows {
    ($(#[$attribute:meta])* $visibility:vis $Name:ident { $($(#[$of_window:meta])* $Window:ident),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(clippy::allow_attributes, missing_docs)]
        $visibility enum $Name { $($(#[$of_window])* $Window),+ }

        impl $crate::Windows for $Name {
            const ALL: &'static [Self] = &[$(Self::$Window),+];

            fn name(self) -> &'static str {
                match self { $(Self::$Window => stringify!($Window)),+ }
            }
        }
    };
}

/// The window before, in the order in which they are named, if there is one.
pub(crate) fn before<W: Windows>(window: W) -> Option<W> {
    let all = W::ALL.iter().rev();
    all.skip_while(|it| **it != window).nth(1).copied()
}

/// The window after, if there is one.
pub(crate) fn after<W: Windows>(window: W) -> Option<W> {
    let all = W::ALL.iter();
    all.skip_while(|it| **it != window).nth(1).copied()
}
