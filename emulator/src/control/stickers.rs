//! Sets of stickers that are there already, made by nobody here.

use std::sync::Arc;

use axum::extract::State as FromState;

use super::{Outcome, arguments::required};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

/// Adds the set `name` with a `title`, of the uploads `sticker`, `sticker2`…, all for `emoji`; `type` may be `mask` or
/// `custom_emoji`. Answers with Telegram's object, in which are the ids.
pub(super) async fn add_set(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let name = required(&params, "name")?;
    let title = params.text("title").unwrap_or(name.as_str().into());
    let kind = params.text("type").unwrap_or("regular".into());
    let emoji = params.text("emoji").unwrap_or("🙂".into());
    let stickers = params
        .uploads()
        .filter(|(part, _)| part.starts_with("sticker"))
        .map(|(_, upload)| (emoji.clone().into_owned(), upload.clone()));
    let stickers = stickers.collect();
    world.change(|state| {
        let added = state.import_sticker_set(&name, &title, &kind, stickers);
        let set = added.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&set))
    })
}
