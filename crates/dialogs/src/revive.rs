//! A dialog that begins anew by a press of a button which it left behind.

use ostankino::{Reply, Result};

use crate::{
    address::Class,
    dialog::AnyDialog,
    engine::Engine,
    message::MessageId,
    picture::Kind,
    said::{Said, answer, plain},
    show::{settle_on, strip},
    stack::{Live, Stack},
    turn::Started,
    widgets::own,
};

impl<'a> Engine<'a> {
    /// A button was pressed of a dialog that is over; `widget` is the number of what it is of. It begins anew, if it does so, in the
    /// message that was pressed: there the user looks, and an abandoned menu is nothing that anybody would keep.
    pub(crate) async fn revive(
        self,
        widget: u32,
        stack: Option<Stack>,
        message: MessageId,
    ) -> Result<Reply> {
        let Some((dialog, data)) = self.revived(widget, message) else {
            return Ok(self.closed(message));
        };
        let mut stack = stack.unwrap_or_else(|| Stack::begin(self.by));
        if stack.frames.iter().any(|frame| frame.dialog == data.dialog) {
            // It is open elsewhere, and nobody would have it lost there.
            let stale = own::texts(self.request).dialog_stale_toast();
            return Ok(answer(plain(stale)).and(strip(message)));
        }
        if let Some(access) = &dialog.rules().access
            && !access.lets_in(self.request, stack.owner).await?
        {
            return Ok(answer(plain(dialog.refusal(self.request).await?)));
        }
        self.open(&mut stack, data)?;
        let copy = self.settle_on_old(message, &mut stack);
        let mut said = Said::default();
        let toast = own::texts(self.request).dialog_again_toast();
        said.add(plain(toast), Reply::none(), crate::Show::Auto);
        Ok(self.finish(stack, said).await?.and(copy))
    }

    /// The dialog that begins anew by a press of that widget, and its data. In a group an old button of somebody's own may be anybody's.
    fn revived(&self, widget: u32, message: MessageId) -> Option<(&'a dyn AnyDialog, Started)> {
        let is_shared = self.class == Class::Shared;
        let is_theirs = self.request.update.is_private() || message.is_ephemeral();
        let (name, dialog, data) = self.dialogs.revived(widget)?;
        if dialog.rules().is_shared != is_shared || !(is_shared || is_theirs) {
            return None;
        }
        let started = Started {
            dialog: name.into(),
            data,
        };
        Some((dialog, started))
    }

    /// The old message shows the stack from now on, whatever it shows.
    fn settle_on_old(&self, message: MessageId, stack: &mut Stack) -> Reply {
        let sent = stack.entry().number();
        let of_another = settle_on(message, self.user(), stack);
        let is_media = || {
            self.request
                .update
                .message()
                .is_some_and(|it| it.text.is_none())
        };
        let kind = match is_media() {
            true => Kind::Media,
            false => Kind::Text,
        };
        stack.live = Some(Live {
            id: Some(message),
            before: None,
            seen_by: self.user().filter(|_| message.is_ephemeral()),
            sent,
            kind,
            hash: 0,
            is_bare: false,
            album: None,
        });
        of_another
    }
}
