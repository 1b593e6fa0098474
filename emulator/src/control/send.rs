//! People send files, places and contacts; and leave for good.

use std::sync::Arc;

use axum::extract::State;
use serde_json::json;

use super::{
    Outcome,
    arguments::{self, required},
};
use crate::{
    protocol::{Answer, Params, Refusal, media::Kind},
    world::{Attachment, World},
};

/// Sends the file of the part named by its kind (`photo`, `document`, `voice`…) with the `caption`, or the place at `latitude`
/// and `longitude`, or the contact with `phone_number` and `first_name`
/// (one's own without a name).
pub(super) async fn send(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let attachment = attachment(&params)?;
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let chat = arguments::chat_of(state, user, &params)?;
        if chat != user && !state.groups().contains_key(&chat) {
            return Err(Refusal::bad_request(
                "one cannot write in another's private chat",
            ));
        }
        let content = attachment.content(state, user);
        let update_id = state.send(user, chat, content);
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}

fn attachment(params: &Params) -> Result<Attachment, Refusal> {
    if params.text("latitude").is_some() {
        let number = |name: &str| {
            let given = required(params, name)?;
            let number = given.trim().parse::<f64>();
            number.map_err(|_| Refusal::bad_request(&format!("{name} must be a number")))
        };
        return Ok(Attachment::location(
            number("latitude")?,
            number("longitude")?,
        ));
    }
    if let Some(phone_number) = params.text("phone_number") {
        return Ok(match params.text("first_name") {
            Some(first_name) => Attachment::contact(&phone_number, &first_name),
            None => Attachment::own_contact(&phone_number),
        });
    }
    let (kind, upload) = Kind::ALL
        .into_iter()
        .find_map(|kind| Some((kind, params.upload(kind.field())?)))
        .ok_or_else(|| {
            Refusal::bad_request(
                "a part with a file is missing: photo, document, video, audio, voice…",
            )
        })?;
    let mut attachment = Attachment::upload(kind, upload.clone());
    if let Some(seconds) = params.integer("duration") {
        attachment = attachment.with("duration", json!(seconds));
    }
    Ok(attachment.captioned(&params.text("caption").unwrap_or_default()))
}

/// A person's account is deleted.
pub(super) async fn deactivate(State(world): State<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        state.deactivate(user);
        Ok(Answer::of(&true))
    })
}
