//! What is said besides the window, and in which order: notes over the chat, and whatever a turn has to say.

use ostankino::{Reply, html::Plain};

use crate::{
    Show,
    address::Class,
    elsewhere::carry_press,
    engine::Engine,
    message::MessageId,
    show::{Cause, strip, to_one},
    turn::Toast,
    widgets::own,
};

/// What a turn left to say and to show.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) toast: Option<Toast>,
    pub(crate) reply: Reply,
    pub(crate) show: Show,
    /// Whether the dialog or its window was of another version.
    pub(crate) is_lost: bool,
}

impl Engine<'_> {
    /// All that is said, in its order. `is_ephemeral` says whether one alone sees the window.
    pub(crate) fn say(&self, mut said: Said, shown: Reply, is_ephemeral: bool) -> Reply {
        let toast = said.toast;
        match (self.cause, &self.press) {
            // Should the window be refused, the answer says so.
            (Cause::Press(_), _) if is_ephemeral => said.reply.and(shown).and(answer(toast)),
            (Cause::Press(_), _) => {
                let is_left = self.class == Class::Shared
                    && carry_press(&mut said.reply, &self.request.update, self.dialogs);
                let answered = match (is_left, toast) {
                    (true, None) => Reply::leaving_the_answer(),
                    (_, toast) => answer(toast),
                };
                answered.and(said.reply).and(shown)
            }
            (_, Some(press)) => {
                let answered = answer(toast).param("callback_query_id", press.as_str());
                said.reply.and(shown).and(answered)
            }
            (Cause::Message | Cause::Event, None) => {
                let said_first = match (toast, self.user()) {
                    (None, _) => Reply::none(),
                    (Some(toast), Some(user)) if is_ephemeral => {
                        to_one(Reply::text(toast.text.0), user, None).or(Reply::none())
                    }
                    (Some(toast), _) => Reply::text(toast.text.0),
                };
                said_first.and(said.reply).and(shown)
            }
        }
    }

    /// Nothing is open that the button could be of. In a group it may be open to somebody else, unless all share it.
    pub(crate) fn closed(&self, message: MessageId) -> Reply {
        let is_known = self.request.update.is_private()
            || self.class == Class::Shared
            || message.is_ephemeral();
        match is_known {
            true => {
                answer(plain(own::texts(self.request).dialog_closed_toast())).and(strip(message))
            }
            false => answer(plain(own::texts(self.request).dialog_not_yours_toast())),
        }
    }
}

impl Said {
    pub(crate) fn add(&mut self, toast: Option<Toast>, reply: Reply, show: Show) {
        self.toast = toast.or(self.toast.take());
        self.reply = std::mem::take(&mut self.reply).and(reply);
        self.show = show;
    }
}

impl Toast {
    pub(crate) fn of(text: Plain) -> Self {
        Self {
            text,
            is_alert: false,
        }
    }
}

pub(crate) fn plain(text: Plain) -> Option<Toast> {
    Some(Toast::of(text))
}

/// Answers a press at once, before anything else is done.
pub(crate) fn answer(toast: Option<Toast>) -> Reply {
    match toast {
        None => Reply::call(ostankino::Call::new("answerCallbackQuery")),
        Some(Toast { text, is_alert }) => {
            let reply = Reply::toast(text);
            match is_alert {
                true => reply.param("show_alert", true),
                false => reply,
            }
        }
    }
}
