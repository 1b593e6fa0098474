//! Dialogs of others, and of whole chats: what is done to them from elsewhere is an event, handled in their order.

use ostankino::{Event, Fired, Reply, Result, Update, event::Whose, reply::Effect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DialogData, DialogSet, Dialogs, address::Class, show::Cause, turn::Started};

/// The dialogs of somebody in some place: see [`Dialogs::of`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens there until a handler returns the reply"]
pub struct DialogsOf(Whose);

/// What is to be done with the dialogs of a place, by who handles what happens there.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The user who wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<i64>,
    /// The press of what the chat shares that it came of, and that is left to be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    press: Option<String>,
    what: What,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Start {
        dialog: String,
        data: Value,
    },
    /// All of the place are over.
    Close(Of),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Of {
    Somebody,
    Chat,
}

impl Event for Asked {
    const NAME: &'static str = "ostankino.dialog";
}

impl Dialogs {
    /// The dialogs of somebody else, or elsewhere, or of a whole chat. What is done to them leaves with the reply, once the
    /// handler's work is committed, and happens after everything there that waits already, and once.
    ///
    /// ```
    /// use ostankino::{Reply, Result, event::Whose};
    /// use ostankino_dialogs::Dialogs;
    /// # use ostankino_dialogs::{DialogData, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Ask } }
    /// # #[derive(Clone, Serialize, Deserialize)] struct Rating { order: i64 }
    /// # impl DialogData for Rating { const NAME: &'static str = "rating"; type Window = Step; type Result = (); }
    ///
    /// /// The courier presses «Доставлено»; the guest is asked how it was.
    /// async fn delivered() -> Result<Reply> {
    ///     let guest = Whose::user(42);
    ///     Ok(Reply::toast("Спасибо").and(Dialogs::of(guest).start(Rating { order: 7 })?))
    /// }
    /// ```
    pub fn of(whose: Whose) -> DialogsOf {
        DialogsOf(whose)
    }
}

impl DialogsOf {
    /// An event happens to them: see [`Dialog::on`](crate::Dialog::on).
    #[track_caller]
    pub fn send<E: Event>(self, event: &E) -> Reply {
        Reply::none().event_of(self.0, event)
    }

    /// Starts a dialog there, below what was said.
    ///
    /// # Errors
    ///
    /// The data do not become JSON.
    pub fn start<D: DialogData>(self, data: D) -> Result<Reply> {
        let by = self.0.user;
        let started = Started::of(data)?;
        ask(self.0, by, started)
    }

    /// Ends all that are open there.
    pub fn close(self) -> Reply {
        let (by, of) = match self.0.user {
            Some(user) => (Some(user), Of::Somebody),
            None => (None, Of::Chat),
        };
        let what = What::Close(of);
        let press = None;
        Reply::none().event_of(self.0, &Asked { by, press, what })
    }
}

/// Asks for a dialog that all of the update's chat share.
pub(crate) fn start_in_chat(update: &Update, started: Started) -> Result<Reply> {
    ask(chat_of(update), update.user_id(), started)
}

/// Has all that the chat of the update shares end.
pub(crate) fn close_in_chat(update: &Update) -> Reply {
    let (by, what) = (update.user_id(), What::Close(Of::Chat));
    let press = None;
    Reply::none().event_of(chat_of(update), &Asked { by, press, what })
}

fn ask(whose: Whose, by: Option<i64>, started: Started) -> Result<Reply> {
    let what = What::Start {
        dialog: started.dialog.into_owned(),
        data: serde_json::from_str(started.data.get())?,
    };
    let press = None;
    Ok(Reply::none().event_of(whose, &Asked { by, press, what }))
}

/// Asks for a dialog of who pressed what the chat shares.
pub(crate) fn start_for_one(update: &Update, started: Started) -> Result<Reply> {
    let whose = Whose {
        user: update.user_id(),
        ..chat_of(update)
    };
    ask(whose, update.user_id(), started)
}

/// Has the dialogs that a reply to a press starts for who pressed, in the same chat, know of the press, if one alone is to see
/// them: it is their right to be shown so. Says whether one does; it answers the press.
pub(crate) fn carry_press(reply: &mut Reply, update: &Update, dialogs: &DialogSet) -> bool {
    let Some(query) = update.callback_query() else {
        return false;
    };
    let mut is_carried = false;
    for effect in reply.effects_mut() {
        let Effect::Event {
            name,
            data,
            whose: Some(whose),
        } = effect
        else {
            continue;
        };
        let is_theirs = whose.user == Some(query.from.id) && whose.chat == update.chat_id();
        let is_ephemeral = |dialog: &str| {
            let dialog = dialogs.get(dialog);
            dialog.is_some_and(|dialog| dialog.rules().is_ephemeral)
        };
        let started = data["what"]["start"]["dialog"].as_str();
        if name == Asked::NAME && is_theirs && !is_carried && started.is_some_and(is_ephemeral) {
            data["press"] = query.id.as_str().into();
            is_carried = true;
        }
    }
    is_carried
}

fn chat_of(update: &Update) -> Whose {
    Whose {
        user: None,
        sender_chat: None,
        ..Whose::of(update)
    }
}

/// Whose dialogs an update is about.
pub(crate) fn class_of(update: &Update) -> Class {
    let is_nobodys = update.speaker_id().is_none() && update.chat_id().is_some();
    match update.is_shared_press() || is_nobodys {
        true => Class::Shared,
        false => Class::Own,
    }
}

/// Does what was asked for elsewhere.
pub(crate) async fn asked(dialogs: Dialogs, Fired(asked): Fired<Asked>) -> Result<Reply> {
    let update = dialogs.update().clone();
    let Asked { by, press, what } = asked;
    let is_of_chat = match &what {
        What::Start { dialog, .. } => dialogs.is_shared(dialog),
        What::Close(of) => *of == Of::Chat,
    };
    if is_of_chat && class_of(&update) == Class::Own {
        // Whoever asked for it did not know that.
        let asked = Asked { by, press, what };
        return Ok(Reply::none().event_of(chat_of(&update), &asked));
    }
    let engine = dialogs.engine_after(Cause::Message, by);
    let engine = engine.after_press(press);
    match what {
        What::Start { dialog, data } => {
            let started = Started {
                dialog: dialog.into(),
                data: serde_json::value::to_raw_value(&data)?,
            };
            engine.start(started).await
        }
        What::Close(_) => engine.close().await,
    }
}
