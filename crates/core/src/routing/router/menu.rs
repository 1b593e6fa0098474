//! What Telegram shows in the bot's menu, in each of its languages.

use std::{any::type_name, fmt, sync::Arc};

use super::Router;
use crate::{
    html::Plain,
    texts::{Bundle, Speech},
};

/// A command of the menu.
#[doc(hidden)]
#[derive(Clone)]
pub struct InMenu {
    command: Arc<str>,
    texts: &'static str,
    description: Arc<Describe>,
}

type Describe = dyn Fn(&Speech, usize) -> Option<Plain> + Send + Sync;

impl InMenu {
    /// Its name, without slash.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The texts that describe it.
    #[must_use]
    pub fn texts(&self) -> &'static str {
        self.texts
    }

    /// Its description in one of the languages; none if the bot has other texts.
    #[must_use]
    pub fn description(&self, speech: &Speech, language: usize) -> Option<Plain> {
        (self.description)(speech, language)
    }
}

impl fmt::Debug for InMenu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMenu")
            .field("command", &self.command)
            .field("texts", &self.texts)
            .finish_non_exhaustive()
    }
}

impl Router {
    /// Shows the [`command`](Self::command) before it in the bot's menu, described in each of the bot's languages by a message
    /// of its texts, such as `cmd-start`: `.command("start", start).in_menu(Texts::cmd_start)`. The menu has the order of the
    /// routes. The app must be given the texts.
    ///
    /// # Panics
    ///
    /// If there is no command before it.
    #[track_caller]
    pub fn in_menu<T: Bundle>(mut self, description: fn(&T) -> Plain) -> Self {
        let command = self.last_command.take();
        let command =
            command.expect("`in_menu` stands right behind the `command` that it describes");
        let described = InMenu {
            command,
            texts: type_name::<T>(),
            description: Arc::new(move |speech, language| {
                let texts: T = speech.texts_in(language)?;
                Some(description(&texts))
            }),
        };
        Arc::make_mut(&mut self.menu).push(described);
        self
    }

    /// The commands of the menu.
    #[doc(hidden)]
    #[must_use]
    pub fn menu(&self) -> &[InMenu] {
        &self.menu
    }

    pub(super) fn take_menu(&mut self, other: &Self) {
        if !other.menu.is_empty() {
            Arc::make_mut(&mut self.menu).extend(other.menu.iter().cloned());
        }
    }
}
