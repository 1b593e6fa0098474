//! A text of any length, as several messages.

use super::{Reply, checks, html_call};
use crate::{Html, html, telegram::internal::MAX_TEXT};

impl Reply {
    /// Sends a text of any length to the chat of the update: as messages of 4,096 UTF-16 units at
    /// the most, divided between two paragraphs, two lines or two words, with tags closed and opened
    /// again. Options are of all of them; buttons stand under the last.
    ///
    /// ```
    /// use ostankino_core::Reply;
    ///
    /// let book = "Глава. ".repeat(1_000);
    /// let reply = Reply::long(book).silent().button("Дальше", "next");
    /// assert_eq!(reply.calls().len(), 2);
    /// ```
    #[track_caller]
    pub fn long(text: impl Into<Html>) -> Self {
        let text = text.into();
        let problem = checks::text(&text);
        // Not in a closure: each call names the line that made the reply.
        let mut calls = Vec::new();
        for part in html::split(&text, MAX_TEXT) {
            calls.push(html_call("sendMessage", Html::raw(part)));
        }
        Self::of(calls).checked(problem)
    }
}
