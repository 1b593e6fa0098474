//! sendPoll, without votes: polls are shown, not counted.

use serde_json::{Value, json};

use super::{Outcome, delivery::Delivery};
use crate::{
    protocol::{Answer, Params, Refusal, objects::Content},
    world::World,
};

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let options = options(params)?;
    let kind = params.text("type").unwrap_or("regular".into());
    if !["regular", "quiz"].contains(&&*kind) {
        return Err(Refusal::bad_request("unsupported poll type specified"));
    }
    let question = params
        .text("question")
        .unwrap_or_default()
        .trim()
        .to_owned();
    world.change(|state| {
        let delivery = Delivery::of(state, params)?;
        check(&question, &options)?;
        let count = options.len();
        let options = options.iter().enumerate();
        let options = options.map(|(id, text)| json!({"persistent_id": id.to_string(), "text": text, "voter_count": 0}));
        let says = |name: &str, unless_given: bool| match params.text(name) {
            Some(_) => params.flag(name),
            None => unless_given,
        };
        let mut poll = json!({
            "id": fastrand::u64(1 << 60..1 << 62).to_string(), "question": question,
            "options": options.collect::<Vec<Value>>(), "total_voter_count": 0, "is_closed": params.flag("is_closed"),
            "is_anonymous": says("is_anonymous", true), "type": kind,
            "allows_multiple_answers": params.flag("allows_multiple_answers"),
            "allows_revoting": says("allows_revoting", kind == "regular"), "members_only": params.flag("members_only"),
        });
        for field in ["open_period", "close_date"] {
            if let Some(number) = params.integer(field) {
                poll[field] = json!(number);
            }
        }
        if let Some(explanation) = params.text("explanation") {
            poll["explanation"] = json!(explanation);
        }
        if kind == "quiz" {
            let correct = correct_options(params, count)?;
            // By the old name too, for bots that know one right answer.
            poll["correct_option_id"] = json!(correct[0]);
            poll["correct_option_ids"] = json!(correct);
        }
        let content = Content::of_part("poll", poll);
        Ok(Answer::of(&delivery.post(state, content)))
    })
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

/// The texts of `options`: strings, or `InputPollOption`s.
fn options(params: &Params) -> Result<Vec<String>, Refusal> {
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
    let text = |option: &Value| {
        let text = option.as_str().or_else(|| option.get("text")?.as_str());
        text.map(|text| text.trim().to_owned())
            .ok_or_else(|| Refusal::bad_request("expected an option to be of type String"))
    };
    options.iter().map(text).collect()
}

fn check(question: &str, options: &[String]) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    if question.is_empty() {
        return refuse("text must be non-empty");
    }
    if question.chars().count() > 300 {
        return refuse("poll question length must not exceed 300");
    }
    if options.is_empty() {
        return refuse("poll must have at least one answer option");
    }
    if options.len() > 12 {
        return refuse("poll can't have more than 12 options");
    }
    for option in options {
        if option.is_empty() {
            return refuse("text must be non-empty");
        }
        if option.chars().count() > 100 {
            return refuse("poll options length must not exceed 100");
        }
    }
    Ok(())
}
