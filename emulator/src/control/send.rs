//! People send files, places and contacts; and leave for good.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, required},
};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        media::{Kind, fields},
        objects::Content,
    },
    world::{Attachment, State as WorldState, World},
};

/// Sends the file of the part named by its kind (`photo`, `document`, `voice`…) with the `caption`, or the place at `latitude`
/// and `longitude`, a poll (`question`, `options`), or the contact with `phone_number` and `first_name` (one's own without a name). Several files (`photo`,
/// `photo2`…) are an album. They go to the topic `thread` if one is named. A kind may name a file that is there already by its `file_id`.
pub(super) async fn send(State(world): State<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let attachments = attachments(&params)?;
        let user = arguments::user(state, &params)?;
        let chat = arguments::writable_chat_of(state, user, &params)?;
        let mut contents = vec![];
        for attachment in attachments {
            contents.push(attachment.content(state, user));
        }
        if contents.is_empty() {
            contents.push(again(state, &params)?);
        }
        let update_id = match (params.integer("reply_to"), contents.len()) {
            (Some(id), 1) => state
                .person_answers(user, (chat, id), contents.remove(0))
                .map_err(|why| Refusal::bad_request(&why))?,
            _ => {
                let thread = params.integer("thread");
                let may = state.check_may_write_in(user, chat, thread);
                may.map_err(|why| Refusal::bad_request(&why))?;
                state.send_album(user, chat, thread, contents)
            }
        };
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}

/// What shows a file that is there already.
fn again(state: &WorldState, params: &Params) -> Result<Content, Refusal> {
    let given = Kind::ALL
        .into_iter()
        .find_map(|kind| params.text(kind.field()))
        .ok_or_else(|| {
            Refusal::bad_request(
                "a part with a file is missing: photo, document, video, audio, voice…",
            )
        })?;
    let file = state.files().get(&given);
    let file = file.ok_or_else(|| Refusal::bad_request("there is no such file"))?;
    Ok(Content {
        parts: fields(file.kind, file.shown.clone()),
        ..Content::default()
    })
}

fn attachments(params: &Params) -> Result<Vec<Attachment>, Refusal> {
    if params.text("latitude").is_some() {
        let number = |name: &str| {
            let given = required(params, name)?;
            let number = given.trim().parse::<f64>();
            number.map_err(|_| Refusal::bad_request(&format!("{name} must be a number")))
        };
        let place = Attachment::location(number("latitude")?, number("longitude")?);
        return Ok(vec![place]);
    }
    if let Some(question) = params.text("question") {
        let Some(Ok(Value::Array(options))) = params.json("options") else {
            return Err(Refusal::bad_request("options must be a JSON array"));
        };
        let options: Vec<&str> = options.iter().filter_map(Value::as_str).collect();
        return Ok(vec![Attachment::poll(&question, &options)]);
    }
    if let Some(phone_number) = params.text("phone_number") {
        return Ok(vec![match params.text("first_name") {
            Some(first_name) => Attachment::contact(&phone_number, &first_name),
            None => Attachment::own_contact(&phone_number),
        }]);
    }
    let kind = |name: &str| Kind::named(name.trim_end_matches(|c: char| c.is_ascii_digit()));
    let files = params
        .uploads()
        .filter_map(|(name, upload)| Some((kind(name)?, upload.clone())));
    let mut caption = params.text("caption").unwrap_or_default().into_owned();
    let attachments = files.map(|(kind, upload)| {
        let mut attachment = Attachment::upload(kind, upload);
        if let Some(seconds) = params.integer("duration") {
            attachment = attachment.with("duration", json!(seconds));
        }
        // The first one of an album carries it.
        attachment.captioned(&std::mem::take(&mut caption))
    });
    Ok(attachments.collect())
}

/// A person's account is deleted.
pub(super) async fn deactivate(State(world): State<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        state.deactivate(user);
        Ok(Answer::of(&true))
    })
}
