//! Dialogs and their windows are named by types, so that a typo does not compile.

use serde::{Serialize, de::DeserializeOwned};

/// What a dialog learns from its user, and by which it is started: `Turn::start(Order::default())`.
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
/// #[derive(Clone, Default, Serialize, Deserialize)]
/// struct Order {
///     dish: Option<i64>,
///     count: u8,
/// }
///
/// impl DialogData for Order {
///     const NAME: &'static str = "order";
///     type Window = OrderWindow;
/// }
/// ```
pub trait DialogData: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the dialog, unique in the bot. Buttons in old messages know it by that name.
    const NAME: &'static str;

    /// Its windows. The first of them is shown when it is started.
    type Window: Windows;
}

/// The windows of a dialog, made by [`windows!`](crate::windows).
pub trait Windows: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    /// All of them, the one it begins with first.
    const ALL: &'static [Self];

    /// By which it is stored.
    fn name(self) -> &'static str;
}

/// Names the windows of a dialog, in the order in which [`Turn::next`](crate::Turn::next) and
/// [`Turn::back`](crate::Turn::back) go through them: see [`DialogData`].
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
