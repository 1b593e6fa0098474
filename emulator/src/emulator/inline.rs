//! What the bot offers to those who type after its name.

use std::panic::Location;

use serde_json::Value;

use super::Emulator;
use crate::{InlineQuery, world::wait};

impl Emulator {
    /// The results that the bot offers, Telegram's `InlineQueryResult`s; waits for them.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn offered(&self, query: &InlineQuery) -> impl Future<Output = Vec<Value>> + Send {
        let (at, id) = (Location::caller(), query.id.clone());
        async move {
            let what = || "an answer to an inline query".to_owned();
            wait::expect(&self.world, at, what, || {
                let offer = self
                    .world
                    .read(|state| state.inline_query(&id)?.offer.clone())?;
                Some(
                    offer
                        .results
                        .into_iter()
                        .map(|result| result.shown)
                        .collect(),
                )
            })
            .await
        }
    }
}
