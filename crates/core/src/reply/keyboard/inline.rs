//! Buttons under a message.

use serde_json::{Value, json};

use super::{Button, Keyboard};
use crate::{
    reply::{
        checks::{self, Checked},
        mistake::Mistake,
    },
    telegram::Call,
};

/// The keyboard of a message: rows of buttons, up to 8 in each and 100 in all.
///
/// ```
/// use ostankino_core::reply::{Button, InlineKeyboard};
///
/// let pages = InlineKeyboard::new()
///     .grid(3, (1..=9).map(|n| Button::new(n.to_string(), format!("page:{n}"))))
///     .row([Button::new("Закрыть", "close").danger()]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a keyboard does nothing until it is in a reply"]
pub struct InlineKeyboard {
    rows: Vec<Value>,
    force_reply: bool,
    mistake: Option<Mistake>,
}

impl InlineKeyboard {
    /// Without buttons: what takes those of a message away.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn row(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let mut row = Vec::new();
        for button in buttons {
            let (button, mistake) = button.take();
            self.mistake = self.mistake.or(mistake);
            row.push(button);
        }
        self.rows.push(row.into());
        self
    }

    /// Adds rows of `width` buttons each; the last one may be shorter.
    ///
    /// # Panics
    ///
    /// If `width` is 0.
    #[track_caller]
    pub fn grid(mut self, width: usize, buttons: impl IntoIterator<Item = Button>) -> Self {
        assert!(width > 0, "a row without buttons is none");
        let mut buttons = buttons.into_iter().peekable();
        while buttons.peek().is_some() {
            self = self.row(buttons.by_ref().take(width));
        }
        self
    }

    /// Has the user's client answer the message, as if the user had begun to.
    pub fn force_reply(mut self) -> Self {
        self.force_reply = true;
        self
    }

    /// The keyboard as the Bot API has it, and the first mistake that was made with it.
    pub(in crate::reply) fn take(self) -> (Value, Option<Mistake>) {
        let mut markup = json!({"inline_keyboard": self.rows});
        if self.force_reply {
            markup["force_reply"] = true.into();
        }
        (markup, self.mistake)
    }
}

/// Changes the rows of a call's inline keyboard; one without buttons gets them.
pub(in crate::reply) fn change(call: &mut Call, change: impl FnOnce(&mut Vec<Value>)) -> Checked {
    checks::takes_markup(call)?;
    let (_, params) = call.parts_mut();
    let markup = params.entry("reply_markup").or_insert(Value::Null);
    if markup.is_null() {
        *markup = json!({"inline_keyboard": []});
    }
    let rows = markup
        .get_mut("inline_keyboard")
        .and_then(Value::as_array_mut);
    let rows = rows.ok_or("its keyboard is of another kind than the buttons added to it")?;
    change(rows);
    checks::fit(rows)
}

impl From<InlineKeyboard> for Keyboard {
    fn from(keyboard: InlineKeyboard) -> Self {
        let (markup, mistake) = keyboard.take();
        Self { markup, mistake }
    }
}
