//! What the bot did about one update, and what a test expects of it.

use std::fmt;

use ostankino::Call;

use super::{Chat, call};

/// What the bot did when something was said to it. Each expectation is about the first call of its kind that none
/// before was about, in the chat where it was said.
pub struct Answer<'a> {
    chat: &'a Chat,
    here: Option<i64>,
    calls: Vec<Call>,
    /// Whether an expectation was about the call.
    is_expected: Vec<bool>,
    error: Option<String>,
}

impl<'a> Answer<'a> {
    pub(super) fn new(
        chat: &'a Chat,
        before: usize,
        here: Option<i64>,
        error: Option<String>,
    ) -> Self {
        let calls = chat.calls().split_off(before);
        Self {
            chat,
            here,
            is_expected: vec![false; calls.len()],
            calls,
            error,
        }
    }

    /// The next message of the bot here is this, as it is read: without markup. A caption is a text, too.
    ///
    /// # Panics
    ///
    /// If it is another one, or there is none; the conversation is told then. So do the methods below.
    #[track_caller]
    pub fn expect_text(&mut self, text: &str) -> &mut Self {
        self.expect("says", text, call::is_message)
    }

    /// The bot changes the text of a message into this.
    #[track_caller]
    pub fn expect_edit(&mut self, text: &str) -> &mut Self {
        self.expect("edits a message into", text, call::is_edit)
    }

    /// The bot answers the pressed button with this note.
    #[track_caller]
    pub fn expect_toast(&mut self, text: &str) -> &mut Self {
        self.expect("notes", text, call::is_toast)
    }

    /// The bot does nothing (more) that is seen here, and its handler did not fail.
    #[track_caller]
    pub fn expect_silence(&mut self) {
        let is_seen = |it: &Call| call::is_message(it) || call::is_edit(it) || call::is_toast(it);
        let more = self.next(is_seen);
        if more.is_some() || self.error.is_some() {
            self.fail("that the bot is silent");
        }
    }

    /// The bot calls this method, wherever to; gives the call.
    #[track_caller]
    pub fn expect_call(&mut self, method: &str) -> &Call {
        let calls = self.calls.iter().zip(&self.is_expected);
        let mut calls = calls.enumerate();
        let found = calls.find(|(_, (call, is_expected))| !**is_expected && call.is(method));
        let Some((index, _)) = found else {
            self.fail(&format!("that the bot calls {method}"));
        };
        self.is_expected[index] = true;
        &self.calls[index]
    }

    /// The text of the first message of the bot here, as it is read.
    #[track_caller]
    pub fn text(&self) -> String {
        let text = self
            .calls
            .iter()
            .filter(|it| call::is_message(it) && call::is_in(it, self.here));
        let text = text.filter_map(call::text).next();
        text.unwrap_or_else(|| self.fail("that the bot says something"))
    }

    /// The calls that the bot made, in their order, to whatever chat.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// What the handler failed with, and what was behind it. What it said by `Error::User` is no failure.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    #[track_caller]
    fn expect(&mut self, does: &str, text: &str, is_such: fn(&Call) -> bool) -> &mut Self {
        let next = self.next(is_such);
        let found = next.and_then(|index| call::text(&self.calls[index]));
        match next {
            Some(index) if found.as_deref() == Some(text) => self.is_expected[index] = true,
            _ => self.fail(&format!("that the bot {does} «{text}»")),
        }
        self
    }

    /// The first such call here that no expectation was about.
    fn next(&self, is_such: impl Fn(&Call) -> bool) -> Option<usize> {
        let mut calls = self.calls.iter().zip(&self.is_expected);
        calls
            .position(|(it, is_expected)| !is_expected && is_such(it) && call::is_in(it, self.here))
    }

    #[track_caller]
    fn fail(&self, expected: &str) -> ! {
        panic!(
            "expected {expected}\n\nthe conversation so far:\n{}",
            self.chat
        )
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("calls", &self.calls)
            .field("error", &self.error)
            .finish()
    }
}
