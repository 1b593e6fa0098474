//! Replies that are neither texts nor files: polls, places, contacts, dice.

use serde_json::{Value, json};

use super::{Reply, checks, checks::Checked};
use crate::{Html, html::Plain, telegram::Call};

/// Each is sent to the chat of the update; `param` sets what is not said here.
impl Reply {
    /// Sends a poll: of the markup in its texts Telegram takes custom emoji. Votes are anonymous and for one option unless told otherwise:
    ///
    /// ```
    /// use ostankino_core::Reply;
    ///
    /// let poll = Reply::poll("Когда встречаемся?", ["В пятницу", "В субботу"])
    ///     .param("is_anonymous", false)
    ///     .param("allows_multiple_answers", true);
    /// ```
    #[track_caller]
    pub fn poll(
        question: impl Into<Html>,
        options: impl IntoIterator<Item = impl Into<Html>>,
    ) -> Self {
        let question = question.into();
        let mut problem = checks::text(&question);
        let mut texts = Vec::new();
        for option in options {
            let option = option.into();
            problem = problem.and_then(|()| checks::text(&option));
            texts.push(json!({"text": option.as_str(), "text_parse_mode": "HTML"}));
        }
        if texts.is_empty() {
            problem = Err("a poll has no options".into());
        }
        let call = Call::new("sendPoll")
            .param("question", question)
            .param("question_parse_mode", "HTML")
            .param("options", texts);
        Self::call(call).checked(problem)
    }

    /// Sends a quiz: a poll of which one option is right, counted from 0. What is shown after a
    /// wrong answer is the parameter `explanation`.
    #[track_caller]
    pub fn quiz(
        question: impl Into<Html>,
        options: impl IntoIterator<Item = impl Into<Html>>,
        right: usize,
    ) -> Self {
        let quiz = Self::poll(question, options);
        let count = quiz.calls[0].params()["options"].as_array().map(Vec::len);
        let problem: Checked = match count {
            Some(count) if right < count => Ok(()),
            _ => Err("the right answer of a quiz is none of its options".into()),
        };
        quiz.param("type", "quiz")
            .param("correct_option_ids", vec![right])
            .checked(problem)
    }

    /// Sends a place on the map, in degrees.
    #[track_caller]
    pub fn location(latitude: f64, longitude: f64) -> Self {
        place("sendLocation", latitude, longitude)
    }

    /// Sends a place with its name and address.
    #[track_caller]
    pub fn venue(
        latitude: f64,
        longitude: f64,
        title: impl Into<Plain>,
        address: impl Into<Plain>,
    ) -> Self {
        place("sendVenue", latitude, longitude)
            .param("title", title.into().0)
            .param("address", address.into().0)
    }

    /// Sends a phone number with the name of its owner.
    #[track_caller]
    pub fn contact(phone: impl Into<String>, first_name: impl Into<Plain>) -> Self {
        let (phone, Plain(name)) = (phone.into(), first_name.into());
        let problem = match phone.is_empty() || name.is_empty() {
            true => Err("a contact has no number or no name".into()),
            false => Ok(()),
        };
        Self::call(
            Call::new("sendContact")
                .param("phone_number", phone)
                .param("first_name", name),
        )
        .checked(problem)
    }

    /// Throws dice; it is Telegram that knows how they fall. The emoji is one of 🎲🎯🏀⚽🎳🎰.
    pub fn dice(emoji: impl Into<String>) -> Self {
        Self::call(Call::new("sendDice").param("emoji", emoji.into()))
    }
}

#[track_caller]
fn place(method: &'static str, latitude: f64, longitude: f64) -> Reply {
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let problem = match is_on_earth {
        true => Ok(()),
        false => Err("a place is not on Earth: latitude goes to 90, longitude to 180".into()),
    };
    let call = Call::new(method).param("latitude", Value::from(latitude));
    Reply::call(call.param("longitude", Value::from(longitude))).checked(problem)
}
