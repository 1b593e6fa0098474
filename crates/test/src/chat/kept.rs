//! What the replies of a conversation leave: names of messages, and what would be made later.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::{BoxFuture, ready};
use ostankino::request::UpdateKey;
use ostankino_core::layers::{Owed, ReplyStore};
use ostankino_core::telegram::internal::Then;
use serde_json::Value;

use super::{Talk, lock};

/// The store of replies that the test holds. Nothing is made later by itself.
pub(super) struct Kept(pub(super) Arc<Mutex<Talk>>);

impl ReplyStore for Kept {
    fn begins(&self, _: Option<i64>) -> bool {
        false
    }

    fn held(&self, _: i64) -> BoxFuture<'_, Option<Duration>> {
        Box::pin(ready(None))
    }

    fn noted<'a>(&'a self, chat: i64, name: &'a str) -> BoxFuture<'a, Option<i64>> {
        let key = (chat, name.to_owned());
        Box::pin(ready(lock(&self.0).notes.get(&key).copied()))
    }

    fn note<'a>(&'a self, chat: i64, name: &'a str, message: i64) -> BoxFuture<'a, ()> {
        let key = (chat, name.to_owned());
        lock(&self.0).notes.insert(key, message);
        Box::pin(ready(()))
    }

    fn happen<'a>(
        &'a self,
        _: UpdateKey,
        _: usize,
        event: &'a Then,
        data: Value,
    ) -> BoxFuture<'a, ()> {
        let whose = serde_json::from_value(event.whose.clone()).unwrap_or_default();
        let mut talk = lock(&self.0);
        talk.later
            .events
            .push_back((whose, event.name.clone(), data));
        Box::pin(ready(()))
    }

    fn owe(&self, _: UpdateKey, owed: Vec<Owed>) -> BoxFuture<'_, ()> {
        let mut talk = lock(&self.0);
        for call in owed.iter().flat_map(|owed| &owed.calls) {
            talk.tell(format!("{} would be made later", call.method()));
        }
        Box::pin(ready(()))
    }
}
