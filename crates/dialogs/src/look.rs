//! What somebody has open, drawn for who looks at it from outside: nothing of it changes.

use ostankino::{Error, Reply, Result};

use crate::{At, engine::Engine};

impl Engine<'_> {
    /// What the upper window of the place shows; nothing if none is open.
    pub(crate) async fn look(mut self) -> Result<Reply> {
        let stack = self.load().await?;
        let Some((mut frame, entry)) =
            stack.and_then(|stack| Some((stack.top()?.clone(), stack.entry())))
        else {
            return Ok(Reply::none());
        };
        let (name, window) = (frame.dialog.clone(), frame.window.clone());
        let lost = || Error::message("the dialog is of another version of the bot");
        let dialog = self.dialogs.get(&name).ok_or_else(lost)?;
        let drawn = dialog.draw(&mut frame, self.request).await?;
        let at = At {
            entry,
            class: self.class,
            ..At::nowhere(&name, &window)
        };
        Ok(drawn.ok_or_else(lost)?(at)?.whole())
    }
}
