//! Keyboards of every kind: buttons under a message, and keys in place of the user's own.

mod button;
mod inline;
mod key;

use serde_json::{Value, json};

pub(super) use self::inline::change;
pub use self::{
    button::Button,
    inline::InlineKeyboard,
    key::{Key, ReplyKeyboard},
};
use super::{Reply, checks, mistake::Mistake};
use crate::types::{ForceReply, ReplyKeyboardRemove};

/// What stands under a message, or in place of the user's own keyboard.
///
/// ```
/// use ostankino_core::{Reply, reply::{Button, InlineKeyboard, Keyboard, ReplyKeyboard}};
///
/// let reply = Reply::text("Что дальше?")
///     .keyboard(InlineKeyboard::new().row([Button::new("Ещё", "more"), Button::url("Сайт", "https://example.org")]));
/// let menu = Reply::text("Меню").keyboard(ReplyKeyboard::new().row(["Каталог", "Корзина"]));
/// let gone = Reply::text("Готово").keyboard(Keyboard::remove());
/// let asked = Reply::text("Как вас зовут?").keyboard(Keyboard::force_reply());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a keyboard does nothing until it is in a reply"]
pub struct Keyboard {
    markup: Value,
    mistake: Option<Mistake>,
}

impl Keyboard {
    /// Takes the reply keyboard away.
    pub fn remove() -> Self {
        ReplyKeyboardRemove::builder()
            .remove_keyboard(true)
            .build()
            .into()
    }

    /// Has the user's client answer this message, as if the user had begun to.
    pub fn force_reply() -> Self {
        ForceReply::builder().force_reply(true).build().into()
    }

    fn of(markup: Value) -> Self {
        Self {
            markup,
            mistake: None,
        }
    }
}

impl From<ForceReply> for Keyboard {
    fn from(force: ForceReply) -> Self {
        Self::of(json!(force))
    }
}

impl From<ReplyKeyboardRemove> for Keyboard {
    fn from(remove: ReplyKeyboardRemove) -> Self {
        Self::of(json!(remove))
    }
}

impl Reply {
    /// Puts a keyboard under the last call: in place of the buttons that are there.
    ///
    /// [`button`](Self::button), [`link`](Self::link), [`put`](Self::put) and [`row`](Self::row) go
    /// on with an [`InlineKeyboard`].
    #[track_caller]
    pub fn keyboard(self, keyboard: impl Into<Keyboard>) -> Self {
        let Keyboard { markup, mistake } = keyboard.into();
        let problem = match self.calls.last() {
            Some(call) => checks::markup(call, &markup),
            None => Err("there is no message to put a keyboard under".into()),
        };
        let reply = self.mistaken(mistake).checked(problem);
        match reply.calls.is_empty() {
            true => reply,
            false => reply.param("reply_markup", markup),
        }
    }

    /// Adds a button of any kind to the last row of the last call's inline keyboard.
    #[track_caller]
    pub fn put(self, button: Button) -> Self {
        let (button, mistake) = button.take();
        self.mistaken(mistake).push_button(button)
    }
}
