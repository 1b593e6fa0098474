//! What becomes of a dialog by a press, an input or a result.

use std::borrow::Cow;

use ostankino::{Error, IntoError, IntoReply, Reply, Result, html::Plain};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use crate::DialogData;

/// What becomes of a dialog: what it learned, which window is next, and what is said besides.
///
/// It is what buttons, inputs and results end in. What a handler wrote to the database is committed before the window changes;
/// if it fails, the dialog stays as it was, and the user gets the apology.
#[derive(Debug)]
#[must_use = "a turn does nothing until it is returned"]
pub struct Turn<D: DialogData> {
    pub(crate) data: Option<D>,
    pub(crate) go: Go<D::Window>,
    pub(crate) toast: Option<Toast>,
    pub(crate) reply: Reply,
    pub(crate) show: Show,
    pub(crate) problem: Option<Error>,
}

/// Where it goes.
#[derive(Debug)]
pub(crate) enum Go<W> {
    Stay,
    To(W),
    Start(Started),
    /// Over, with that result for the dialog below, if it has one.
    Done(Option<Value>),
    /// All dialogs of the place are over.
    Close,
}

/// A dialog to be started.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    pub(crate) dialog: Cow<'static, str>,
    pub(crate) data: Box<RawValue>,
}

/// A short note over the chat.
#[derive(Clone, Debug)]
pub(crate) struct Toast {
    pub(crate) text: Plain,
    pub(crate) is_alert: bool,
}

/// How a window comes into the chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// The message is edited where it is the last thing the user saw of the dialog, and sent again below what was written
    /// since.
    #[default]
    Auto,
    /// It is edited, wherever it is.
    Edit,
    /// It is sent again, and the one before loses its buttons.
    Send,
    /// It is sent again, and the one before is deleted.
    DeleteAndSend,
    /// In a supergroup only its user sees it, until it is sent anew: see [`Dialog::ephemeral`](crate::Dialog::ephemeral). Elsewhere,
    /// and of what all of a chat share, it is `Auto`.
    Ephemeral,
    /// It stays as it is, until the next turn.
    Silent,
}

impl<D: DialogData> Turn<D> {
    fn of(go: Go<D::Window>) -> Self {
        Self {
            data: None,
            go,
            toast: None,
            reply: Reply::none(),
            show: Show::Auto,
            problem: None,
        }
    }

    /// To the same window; it is drawn again from today's data.
    pub fn stay() -> Self {
        Self::of(Go::Stay)
    }

    /// To another window of the dialog, or to the same one as if it were entered again.
    pub fn to(window: D::Window) -> Self {
        Self::of(Go::To(window))
    }

    /// To a dialog upon this one, which waits for its result.
    pub fn start<C: DialogData>(child: C) -> Self {
        let started = Started::of(child);
        let (go, problem) = match started {
            Ok(started) => (Go::Start(started), None),
            Err(error) => (Go::Stay, Some(error)),
        };
        Self {
            problem,
            ..Self::of(go)
        }
    }

    /// The dialog is over. The one below gets `result`, if it [takes](crate::Dialog::on_result) it; below the lowest
    /// the message stays as it is shown, without buttons.
    ///
    /// A result of another type than the dialog's does not compile:
    ///
    /// ```compile_fail
    /// # use ostankino_dialogs::{DialogData, Turn, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Ask { Sure } }
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "confirm", windows = Ask, result = bool)]
    /// struct Confirm {}
    ///
    /// let turn = Turn::<Confirm>::done("да");
    /// ```
    pub fn done(result: D::Result) -> Self {
        let (go, problem) = match serde_json::to_value(result) {
            Ok(result) => (Go::Done(Some(result)), None),
            Err(error) => (Go::Stay, Some(error.into())),
        };
        Self {
            problem,
            ..Self::of(go)
        }
    }

    /// The dialog is over without a result.
    pub fn cancel() -> Self {
        Self::of(Go::Done(None))
    }

    /// All dialogs of the place are over.
    pub fn close() -> Self {
        Self::of(Go::Close)
    }

    /// What the dialog knows from now on.
    pub fn with(mut self, data: D) -> Self {
        self.data = Some(data);
        self
    }

    /// Shows a short note over the chat: plain text, up to 200 characters. After an input, which has no such note, it is sent as
    /// a message.
    pub fn toast(mut self, text: impl Into<Plain>) -> Self {
        let text = text.into();
        self.toast = Some(Toast {
            text,
            is_alert: false,
        });
        self
    }

    /// The same in a box that has to be closed.
    pub fn alert(mut self, text: impl Into<Plain>) -> Self {
        let text = text.into();
        self.toast = Some(Toast {
            text,
            is_alert: true,
        });
        self
    }

    /// Says something besides, before the window: a text, or any other reply.
    pub fn say(mut self, reply: impl IntoReply) -> Self {
        match reply.into_reply() {
            Ok(reply) => self.reply = self.reply.and(reply),
            Err(problem) => {
                self.problem.get_or_insert(problem);
            }
        }
        self
    }

    /// How the window comes into the chat this time.
    pub fn show(mut self, show: Show) -> Self {
        self.show = show;
        self
    }
}

impl Started {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "data that a dialog is started with are of no more use"
    )]
    pub(crate) fn of<C: DialogData>(data: C) -> Result<Self> {
        Ok(Self {
            dialog: C::NAME.into(),
            data: to_raw_value(&data)?,
        })
    }
}

/// What can be returned where a [`Turn`] is asked for.
pub trait IntoTurn<D: DialogData> {
    /// As a turn.
    ///
    /// # Errors
    ///
    /// The handler failed.
    fn into_turn(self) -> Result<Turn<D>>;
}

impl<D: DialogData> IntoTurn<D> for Turn<D> {
    fn into_turn(self) -> Result<Self> {
        Ok(self)
    }
}

/// Stays.
impl<D: DialogData> IntoTurn<D> for () {
    fn into_turn(self) -> Result<Turn<D>> {
        Ok(Turn::stay())
    }
}

impl<D: DialogData, I: IntoTurn<D>, E: IntoError> IntoTurn<D> for Result<I, E> {
    fn into_turn(self) -> Result<Turn<D>> {
        self.map_err(IntoError::into_error)?.into_turn()
    }
}
