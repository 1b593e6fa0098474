//! answerWebAppQuery, savePreparedInlineMessage: messages that web apps send in the names of people.

use serde_json::{Value, json};

use super::{Outcome, arguments, inline::results};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

pub(super) fn answer(world: &World, params: &Params) -> Outcome {
    let given = result(params)?;
    let id = params.text("web_app_query_id").unwrap_or_default();
    world.change(|state| {
        let result = results::read(state, given)?;
        let person = state.take_web_app_query(&id).ok_or_else(|| {
            let text = "query is too old and response timeout expired or query ID is invalid";
            Refusal::bad_request(text)
        })?;
        let (message_id, inline_message_id) = state.send_result(person, person, result);
        if let Some(stored) = state.message(person, message_id) {
            let message = stored.message.clone();
            state.queue_update("message", &message);
        }
        let sent = match inline_message_id {
            Some(id) => json!({"inline_message_id": id}),
            None => json!({}),
        };
        Ok(Answer::of(&sent))
    })
}

pub(super) fn prepare(world: &World, params: &Params) -> Outcome {
    let user_id = arguments::user_id(params)?;
    let given = result(params)?;
    let allowed = ["user", "bot", "group", "channel"];
    if !allowed
        .iter()
        .any(|kind| params.flag(&format!("allow_{kind}_chats")))
    {
        return Err(Refusal::bad_request(
            "at least one chat type must be allowed",
        ));
    }
    world.change(|state| {
        let result = results::read(state, given)?;
        if !state.people().contains_key(&user_id) {
            return Err(Refusal::bad_request("user not found"));
        }
        let (id, expiration_date) = state.prepare(user_id, result);
        Ok(Answer::of(
            &json!({"id": id, "expiration_date": expiration_date}),
        ))
    })
}

fn result(params: &Params) -> Result<Value, Refusal> {
    match params.json("result") {
        None => Err(Refusal::bad_request("result isn't specified")),
        Some(Ok(result)) => Ok(result),
        Some(Err(why)) => {
            let text = format!("can't parse JSON encoded web view query results {why}");
            Err(Refusal::bad_request(&text))
        }
    }
}
