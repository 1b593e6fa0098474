//! Replies to inline queries.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{InlineKeyboard, Reply, checks::Checked, mistake::Mistake};
use crate::{Html, html::Plain, telegram::Call, types::InlineQueryResult};

/// The most results of one answer: <https://core.telegram.org/bots/api#answerinlinequery>.
const MAX_RESULTS: usize = 50;
/// The most bytes of a result's id.
const MAX_ID: usize = 64;

impl Reply {
    /// Answers an inline query with up to 50 results: [`Article`]s, or those of
    /// [`types`](crate::types). Telegram keeps them for five minutes, for everybody who asks the
    /// same, unless told otherwise:
    ///
    /// ```
    /// use ostankino_core::{Reply, reply::Article};
    ///
    /// let found = Reply::inline([Article::new("1", "Москва", "Погода: +5")])
    ///     .param("cache_time", 0)
    ///     .param("is_personal", true);
    /// ```
    #[track_caller]
    pub fn inline(results: impl IntoIterator<Item = impl Into<InlineResult>>) -> Self {
        let results: Vec<InlineResult> = results.into_iter().map(Into::into).collect();
        let mistake = results.iter().find_map(|result| result.mistake.clone());
        let results: Vec<_> = results.into_iter().map(|result| result.result).collect();
        let problem = check(&results);
        Self::call(Call::new("answerInlineQuery").param("results", results))
            .mistaken(mistake)
            .checked(problem)
    }

    /// Answers a message to the bot as a guest, in a chat that it is no member of.
    #[track_caller]
    pub fn guest(result: impl Into<InlineResult>) -> Self {
        let InlineResult { result, mistake } = result.into();
        let problem = check(std::slice::from_ref(&result));
        Self::call(Call::new("answerGuestQuery").param("result", result))
            .mistaken(mistake)
            .checked(problem)
    }
}

fn check(results: &[Value]) -> Checked {
    if results.len() > MAX_RESULTS {
        let count = results.len();
        return Err(format!(
            "an answer has {count} results, the most is {MAX_RESULTS}"
        ));
    }
    let mut ids = HashSet::new();
    for result in results {
        let id = result["id"].as_str().unwrap_or_default();
        if id.is_empty() || id.len() > MAX_ID {
            return Err(format!(
                "the id of a result takes 1 to {MAX_ID} bytes, not {}",
                id.len()
            ));
        }
        if !ids.insert(id) {
            return Err("two results have the same id".into());
        }
    }
    Ok(())
}

/// A result of an inline query: an [`Article`], or any of [`types`](crate::types).
#[derive(Clone, Debug, PartialEq)]
pub struct InlineResult {
    result: Value,
    mistake: Option<Mistake>,
}

impl<T: Into<InlineQueryResult>> From<T> for InlineResult {
    fn from(result: T) -> Self {
        Self {
            result: json!(result.into()),
            mistake: None,
        }
    }
}

/// A result that becomes a text when it is chosen.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a result does nothing until it is in a reply"]
pub struct Article {
    article: Value,
    mistake: Option<Mistake>,
}

impl Article {
    /// An id among the results of the answer (1 to 64 bytes), the title, and the text that is sent.
    #[track_caller]
    pub fn new(id: impl Into<String>, title: impl Into<Plain>, text: impl Into<Html>) -> Self {
        let text = text.into();
        let problem = super::checks::text(&text);
        Self {
            mistake: Mistake::of(problem),
            article: json!({
                "type": "article", "id": id.into(), "title": title.into().0,
                "input_message_content": {"message_text": text.as_str(), "parse_mode": "HTML"},
            }),
        }
    }

    /// What stands below the title.
    pub fn description(self, text: impl Into<Plain>) -> Self {
        self.with("description", text.into().0)
    }

    /// The URL of its picture, a JPEG.
    pub fn thumbnail(self, url: impl Into<String>) -> Self {
        self.with("thumbnail_url", url.into())
    }

    /// The buttons under the text that is sent.
    pub fn keyboard(mut self, keyboard: InlineKeyboard) -> Self {
        let (markup, mistake) = keyboard.take();
        self.mistake = self.mistake.or(mistake);
        self.with("reply_markup", markup)
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.article[name] = value.into();
        self
    }
}

impl From<Article> for InlineResult {
    fn from(Article { article, mistake }: Article) -> Self {
        Self {
            result: article,
            mistake,
        }
    }
}
