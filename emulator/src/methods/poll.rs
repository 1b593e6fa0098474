//! sendPoll, stopPoll.

use serde_json::{Value, json};

use super::{
    Outcome, arguments,
    delivery::Delivery,
    keyboard,
    texts::{self, Fields},
};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        objects::Content,
        text::{Formatted, utf16_len},
    },
    world::{State, World},
};

/// An option as a call gives it: a string, or an `InputPollOption`.
const OPTION: Fields<'_> = Fields {
    text: "text",
    mode: "text_parse_mode",
    entities: "text_entities",
};

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let options = options(params)?;
    let kind = params.text("type").unwrap_or("regular".into());
    if !["regular", "quiz"].contains(&&*kind) {
        return Err(Refusal::bad_request("unsupported poll type specified"));
    }
    world.change(|state| {
        let question = Fields {
            text: "question",
            mode: "question_parse_mode",
            entities: "question_entities",
        };
        let question = plain(state, params, &question)?;
        let read = |option: &Params| plain(state, option, &OPTION);
        let options: Vec<Formatted> = options.iter().map(read).collect::<Result<_, _>>()?;
        let explanation = explanation(state, params)?;
        let delivery = Delivery::of(state, params)?;
        check(&question, &options)?;
        let says = |name: &str, unless_given: bool| match params.text(name) {
            Some(_) => params.flag(name),
            None => unless_given,
        };
        let shown = options.iter().enumerate().map(|(id, option)| {
            let mut shown = json!({"persistent_id": id.to_string(), "text": option.text, "voter_count": 0});
            entities(&mut shown, "text_entities", option);
            shown
        });
        let mut poll = json!({
            "id": fastrand::u64(1 << 60..1 << 62).to_string(), "question": question.text,
            "options": shown.collect::<Vec<Value>>(), "total_voter_count": 0, "is_closed": params.flag("is_closed"),
            "is_anonymous": says("is_anonymous", true), "type": kind,
            "allows_multiple_answers": params.flag("allows_multiple_answers"),
            "allows_revoting": says("allows_revoting", kind == "regular"), "members_only": params.flag("members_only"),
        });
        entities(&mut poll, "question_entities", &question);
        for field in ["open_period", "close_date"] {
            if let Some(number) = params.integer(field) {
                poll[field] = json!(number);
            }
        }
        if !explanation.text.is_empty() {
            poll["explanation"] = json!(explanation.text);
            entities(&mut poll, "explanation_entities", &explanation);
        }
        if kind == "quiz" {
            let correct = correct_options(params, options.len())?;
            // By the old name too, for bots that know one right answer.
            poll["correct_option_id"] = json!(correct[0]);
            poll["correct_option_ids"] = json!(correct);
        }
        let content = Content::of_part("poll", poll);
        Ok(Answer::of(&delivery.post(state, content)))
    })
}

/// Closes a poll of the bot's, and answers with it.
pub(super) fn stop(world: &World, params: &Params) -> Outcome {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    world.change(|state| {
        let markup = keyboard::inline_markup(params)?;
        let chat_id = arguments::present_chat_id(state, params)?;
        let id = params.integer("message_id").unwrap_or(0);
        let Some(stored) = state.message(chat_id, id) else {
            return refuse("message with poll to stop not found");
        };
        let Some(poll) = stored.message.content.parts.get("poll") else {
            return refuse("message is not a poll");
        };
        if !state.is_mine(stored) || stored.message.forward_origin().is_some() {
            return refuse("poll can't be stopped");
        }
        if poll["is_closed"] == true {
            return refuse("poll has already been closed");
        }
        let poll_id = poll["id"].as_str().unwrap_or_default().to_owned();
        let closed = state.close_poll(&poll_id);
        let content = state
            .message(chat_id, id)
            .map(|stored| stored.message.content.clone());
        state.edit(
            chat_id,
            id,
            &params.to_value(),
            content.unwrap_or_default(),
            markup,
        );
        Ok(Answer::of(&closed))
    })
}

/// A text in which only custom emoji stay of all entities.
fn plain(state: &State, params: &Params, fields: &Fields<'_>) -> Result<Formatted, Refusal> {
    let mut formatted = texts::formatted(state, params, fields)?;
    formatted
        .entities
        .retain(|entity| entity.kind == "custom_emoji");
    Ok(formatted)
}

fn explanation(state: &State, params: &Params) -> Result<Formatted, Refusal> {
    let fields = Fields {
        text: "explanation",
        mode: "explanation_parse_mode",
        entities: "explanation_entities",
    };
    let explanation = texts::formatted(state, params, &fields)?;
    if utf16_len(&explanation.text) > 200 || explanation.text.matches('\n').count() > 2 {
        return Err(Refusal::bad_request("quiz explanation is too long"));
    }
    Ok(explanation)
}

fn entities(shown: &mut Value, field: &str, formatted: &Formatted) {
    if !formatted.entities.is_empty() {
        shown[field] = json!(formatted.entities);
    }
}

/// The right answers of a quiz, by the new parameter or the old one; there is at least one.
fn correct_options(params: &Params, count: usize) -> Result<Vec<usize>, Refusal> {
    let given = match params.json("correct_option_ids") {
        Some(Ok(Value::Array(ids))) => ids.iter().map(Value::as_i64).collect(),
        _ => vec![params.integer("correct_option_id")],
    };
    let existing = |id: Option<i64>| usize::try_from(id?).ok().filter(|id| *id < count);
    let ids: Option<Vec<usize>> = given.into_iter().map(existing).collect();
    ids.filter(|ids| !ids.is_empty())
        .ok_or_else(|| Refusal::bad_request("wrong correct option ID specified"))
}

fn options(params: &Params) -> Result<Vec<Params>, Refusal> {
    let options = match params.json("options") {
        Some(Ok(Value::Array(options))) => options,
        None | Some(Ok(Value::Null)) => vec![],
        Some(Ok(_)) => {
            return Err(Refusal::bad_request(
                "expected an Array of String as options",
            ));
        }
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse options JSON object")),
    };
    let read = |option: Value| {
        let fields = match option {
            Value::String(text) => json!({"text": text}),
            other => other,
        };
        match fields {
            Value::Object(fields) if fields.get("text").is_some_and(Value::is_string) => {
                Ok(Params::of(fields))
            }
            _ => Err(Refusal::bad_request(
                "expected an option to be of type String",
            )),
        }
    };
    options.into_iter().map(read).collect()
}

fn check(question: &Formatted, options: &[Formatted]) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    if question.text.is_empty() {
        return refuse("text must be non-empty");
    }
    if question.text.chars().count() > 300 {
        return refuse("poll question length must not exceed 300");
    }
    if options.is_empty() {
        return refuse("poll must have at least one answer option");
    }
    if options.len() > 12 {
        return refuse("poll can't have more than 12 options");
    }
    for Formatted { text, .. } in options {
        if text.is_empty() {
            return refuse("text must be non-empty");
        }
        if text.chars().count() > 100 {
            return refuse("poll options length must not exceed 100");
        }
    }
    Ok(())
}
