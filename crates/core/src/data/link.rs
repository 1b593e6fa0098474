//! What a link to the bot carries.

use super::Stale;
use crate::{Bot, Error, Result};

/// What a link to the bot carries, `t.me/<bot>?start=…`, as a type: derived, with a prefix that is the bot's
/// only one so.
///
/// ```
/// # extern crate ostankino_core as ostankino;
/// use ostankino::{Bot, DeepLink, Html, Link, Result, Router, User, html};
///
/// #[derive(DeepLink)]
/// #[deep_link(prefix = "r")]
/// struct Referral {
///     by: i64,
/// }
///
/// async fn invite(user: User, bot: Bot) -> Result<Html> {
///     let url = Referral { by: user.id }.url(&bot)?;
///     Ok(html!("<a href=\"{url}\">Приходите!</a>"))
/// }
///
/// async fn referred(Link(Referral { by }): Link<Referral>) -> Html {
///     html!("Здравствуйте! Вас пригласил {by}.")
/// }
/// # fn router() -> Router {
/// Router::new()
///     .command("invite", invite)
///     // Before the plain /start.
///     .link::<Referral, _>(referred)
///     .command("start", || async { "Здравствуйте!" })
/// # }
/// ```
///
/// Its fields are those of [`CallbackData`](super::CallbackData), and as with them more than 64 characters do not
/// compile. Whoever reads a link can change it: it says where somebody came from, not who that is.
pub trait DeepLink: Sized {
    /// What the payload begins with, `r-`.
    const PREFIX: &'static str;

    /// How many characters the payload takes at the most.
    const MAX: usize;

    /// The payload of a link.
    fn encode(&self) -> String;

    /// What a link was made with.
    ///
    /// # Errors
    ///
    /// [`Stale`] if the payload is of another type, or of another version of it.
    fn decode(payload: &str) -> Result<Self, Stale>;

    /// The link to the bot.
    ///
    /// # Errors
    ///
    /// If a text is longer than its `#[max(…)]`, or the bot does not know its name yet: that is what
    /// [`Bot::identify`] is for, which a service has done before its first update.
    fn url(&self, bot: &Bot) -> Result<String> {
        let payload = self.encode();
        if Self::decode(&payload).is_err() {
            return Err(Error::message(super::UNREADABLE));
        }
        let name = bot.username();
        let name = name.ok_or_else(|| Error::message("the bot's name is not known yet"))?;
        Ok(format!("https://t.me/{name}?start={payload}"))
    }
}
