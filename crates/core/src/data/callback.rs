//! What a button carries.

use super::Stale;

/// What a button carries, as a type: derived, with a prefix that is the bot's only one so.
///
/// ```
/// # extern crate ostankino_core as ostankino;
/// use ostankino::{CallbackData, Pressed, Reply, Router, html};
///
/// #[derive(CallbackData)]
/// #[callback(prefix = "cart")]
/// enum Cart {
///     Add { item: i64, count: u8 },
///     Find(#[max(20)] String),
///     Pay,
/// }
///
/// async fn offer() -> Reply {
///     Reply::text("Чай, 100 ₽").press("В корзину", &Cart::Add { item: 7, count: 1 })
/// }
///
/// async fn pressed(Pressed(cart): Pressed<Cart>) -> Reply {
///     Reply::toast(match cart {
///         Cart::Add { count, .. } => format!("Добавлено: {count}"),
///         Cart::Find(_) | Cart::Pay => "Скоро".into(),
///     })
/// }
/// # fn router() -> Router {
/// Router::new().command("tea", offer).press::<Cart, _>(pressed)
/// # }
/// ```
///
/// Fields are whatever is [`Pack`](super::Pack); of a `String` it is said how many bytes it has at the most.
/// What may take more than 64 bytes, the most that Telegram keeps for a button, does not compile:
///
/// ```compile_fail,E0080
/// # extern crate ostankino_core as ostankino;
/// #[derive(ostankino::CallbackData)]
/// #[callback(prefix = "cart")]
/// struct TooMuch([i64; 5]);
/// ```
///
/// Buttons stay in chats for years: [the module](super) tells what may change meanwhile. In a crate that has
/// no `ostankino`, only `ostankino-core`, `#[callback(prefix = "cart", crate = "ostankino_core")]` says so.
pub trait CallbackData: Sized {
    /// What the data begin with, `cart:`; by it a route takes a press.
    const PREFIX: &'static str;

    /// How many bytes the data take at the most.
    const MAX: usize;

    /// The data of a button.
    ///
    /// ```
    /// # extern crate ostankino_core as ostankino;
    /// # use ostankino::CallbackData;
    /// #[derive(CallbackData, Debug, PartialEq)]
    /// #[callback(prefix = "page")]
    /// struct Page(u16);
    ///
    /// assert_eq!(Page(7).encode(), "page:H");
    /// assert_eq!(Page::decode("page:H"), Ok(Page(7)));
    /// ```
    fn encode(&self) -> String;

    /// What a button was made with.
    ///
    /// # Errors
    ///
    /// [`Stale`] if the data are of another type, or of another version of it.
    fn decode(data: &str) -> Result<Self, Stale>;
}
