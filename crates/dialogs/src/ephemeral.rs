//! What one member of a group alone is shown of the stack, and what is said where Telegram does not let the bot.

use ostankino::{Reply, telegram::ChatKind};

use crate::{
    Show, address::Class, dialog::AnyDialog, engine::Engine, show::Cause, turn::Toast, widgets::own,
};

impl Engine<'_> {
    /// Who caused the update, if somebody did.
    pub(crate) fn user(&self) -> Option<i64> {
        self.request.update.person().map(|person| person.id)
    }

    pub(crate) fn is_ephemeral(&self, dialog: &str) -> bool {
        let dialog = self.dialogs.get(dialog);
        dialog.is_some_and(|dialog| dialog.rules().is_ephemeral)
    }

    /// Who alone is to see the window of a dialog, if that can be.
    pub(crate) fn seen_by(&self, dialog: &dyn AnyDialog, show: Show) -> Option<i64> {
        let kind = self.request.update.chat().map(|chat| chat.kind);
        let is_wanted = dialog.rules().is_ephemeral || show == Show::Ephemeral;
        let is_possible = self.class == Class::Own && kind == Some(ChatKind::Supergroup);
        self.user().filter(|_| is_wanted && is_possible)
    }

    /// What is said in place of a window that nobody else was to see. The press that was too late is answered by it, beside what was
    /// to be said anyway.
    pub(crate) fn instead(&self, toast: Option<&Toast>) -> Reply {
        let texts = own::texts(self.request);
        let press = self.press.as_deref();
        match self.cause {
            Cause::Press(_) => self.missed(toast),
            _ if press.is_some() => {
                let missed = self.missed(toast);
                missed.param("callback_query_id", press.unwrap_or_default())
            }
            Cause::Message => Reply::text(texts.dialog_not_for_one()),
            Cause::Event => Reply::none(),
        }
    }

    fn missed(&self, toast: Option<&Toast>) -> Reply {
        let missed = own::texts(self.request).dialog_missed_toast();
        match toast {
            Some(Toast { text, .. }) => Reply::toast(format!("{}\n{}", text.0, missed.0)),
            None => Reply::toast(missed),
        }
    }
}
