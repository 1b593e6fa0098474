//! sendPoll, without votes: polls are shown, not counted.

use serde_json::{Value, json};

use super::{Outcome, delivery::Delivery};
use crate::{
    http::{Answer, Params, Refusal},
    objects::Content,
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
        let options = options.iter().enumerate();
        let options = options.map(|(id, text)| json!({"persistent_id": id.to_string(), "text": text, "voter_count": 0}));
        let mut poll = json!({
            "id": fastrand::u64(1 << 60..1 << 62).to_string(), "question": question,
            "options": options.collect::<Vec<Value>>(), "total_voter_count": 0, "is_closed": params.flag("is_closed"),
            "is_anonymous": params.text("is_anonymous").is_none() || params.flag("is_anonymous"), "type": kind,
            "allows_multiple_answers": params.flag("allows_multiple_answers"), "allows_revoting": true,
        });
        for field in ["correct_option_id", "open_period", "close_date"] {
            if let Some(number) = params.integer(field) {
                poll[field] = json!(number);
            }
        }
        if let Some(explanation) = params.text("explanation") {
            poll["explanation"] = json!(explanation);
        }
        if kind == "quiz" && params.integer("correct_option_id").is_none() && params.json("correct_option_ids").is_none() {
            return Err(Refusal::bad_request("wrong correct option ID specified"));
        }
        let content = Content::of_part("poll", poll);
        Ok(Answer::of(&delivery.post(state, content)))
    })
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
