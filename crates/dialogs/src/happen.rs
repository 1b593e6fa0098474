//! What becomes of the stack of a place by an event.

use ostankino::{Reply, Result};

use crate::{
    Show,
    dialog::{AnyDialog, Next, Outcome},
    engine::Engine,
    said::Said,
    stack::Stack,
};

impl<'a> Engine<'a> {
    /// An event happens to the uppermost dialog that takes it; nothing if none does.
    pub(crate) async fn happen(mut self, event: &str) -> Result<Reply> {
        let stack = self.load().await?;
        let Some((mut stack, at, dialog)) = stack.and_then(|stack| {
            let (at, dialog) = self.taker(&stack, event)?;
            Some((stack, at, dialog))
        }) else {
            tracing::debug!(
                event = "dialog_event_unheard",
                name = event,
                "no dialog is open that takes the event"
            );
            return Ok(Reply::none());
        };
        let outcome = dialog
            .happens(&stack.frames[at], event, self.request)
            .await?;
        let is_upper = at + 1 == stack.frames.len();
        match outcome {
            Outcome::Nobody => Ok(Reply::none()),
            // It is met as such when those upon it have ended.
            Outcome::Lost(_) if !is_upper => Ok(Reply::none()),
            // Those upon it stay.
            Outcome::Became(became) if !is_upper && matches!(became.next, Next::Nothing) => {
                let mut said = Said::default();
                stack.frames[at] = became.frame;
                said.add(became.toast, became.reply, Show::Auto);
                self.finish(stack, said).await
            }
            outcome => {
                stack.frames.truncate(at + 1);
                self.settle(stack, outcome).await
            }
        }
    }

    /// The uppermost dialog that takes an event.
    fn taker(&self, stack: &Stack, event: &str) -> Option<(usize, &'a dyn AnyDialog)> {
        let frames = stack.frames.iter().enumerate().rev();
        let mut dialogs =
            frames.filter_map(|(at, frame)| Some((at, self.dialogs.get(&frame.dialog)?)));
        dialogs.find(|(_, dialog)| dialog.rules().takes(event))
    }
}
