//! Calls with files: each goes by its id where Telegram knows it, and is uploaded where it does not.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use super::{
    FileStore, Form, SentAs,
    known::{Slot, attached, slots},
    turns::Turn,
};
use crate::{
    ApiError, Bot, Call,
    http::{Body, Prepared},
    patience::Patience,
    payload,
};

/// How long a call waits for the same file that another one uploads: it may be held up by its own chat.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes a call that takes files along.
///
/// # Errors
///
/// Those of the call; [`ApiError::File`] if a file cannot be had.
pub(crate) async fn send(
    bot: &Bot,
    call: &mut Call,
    patience: Patience,
) -> Result<Bytes, ApiError> {
    for file in call.files_mut() {
        file.read(bot.most_sent()).await?;
    }
    let Some(store) = bot.file_store() else {
        let prepared = prepare(bot, call, &[], None);
        return bot
            .carry_out(Prepared {
                patience,
                ..prepared
            })
            .await;
    };
    let mut slots = slots(call);
    slots.sort_by_key(|slot| slot.sent_as);
    let (mut known, mut turns) = (Vec::new(), Vec::new());
    for slot in &slots {
        let id = match store.known(slot.sent_as).await {
            Some(id) => Some(id),
            None => after_others(bot, &store, slot.sent_as, &mut turns).await,
        };
        known.extend(id.map(|id| (slot, id)));
    }
    let prepared = prepare(bot, call, &known, Some(&store));
    let mut made = bot
        .carry_out(Prepared {
            patience,
            ..prepared
        })
        .await;
    if !known.is_empty() && made.as_ref().is_err_and(is_stale) {
        for (slot, id) in known.drain(..) {
            store.forget(slot.sent_as, id).await;
        }
        let prepared = prepare(bot, call, &[], Some(&store));
        made = bot
            .carry_out(Prepared {
                patience,
                ..prepared
            })
            .await;
    }
    if let Ok(answer) = &made {
        let is_new = |slot: &&Slot| !known.iter().any(|(it, _)| it == slot);
        remember(&store, slots.iter().filter(is_new), answer).await;
    }
    made
}

/// Takes the turn to upload a file; gives its id if another call uploaded it meanwhile. Those of one call have
/// an order, so that no two calls wait for each other for long.
async fn after_others(
    bot: &Bot,
    store: &Arc<dyn FileStore>,
    file: SentAs,
    turns: &mut Vec<Turn>,
) -> Option<String> {
    if turns.iter().any(|turn| turn.is_of(file)) {
        // The same file twice in one album.
        return None;
    }
    let turn = bot.turns().take(file);
    let (turn, has_waited) = tokio::time::timeout(PATIENCE, turn).await.ok()?;
    turns.push(turn);
    match has_waited {
        true => store.known(file).await,
        false => None,
    }
}

/// The call with the ids that are known in the places of files, and with the files that are left.
fn prepare(
    bot: &Bot,
    call: &mut Call,
    known: &[(&Slot, String)],
    store: Option<&Arc<dyn FileStore>>,
) -> Prepared {
    let mut prepared = bot.prepare(call, Duration::ZERO);
    let (mut params, mut done) = (call.params().clone(), Vec::new());
    for (slot, id) in known {
        done.push(slot.file);
        done.extend(slot.fill(&mut params, id));
    }
    // One picture may be the thumbnail of several files.
    let is_left = |number: &usize| {
        !done.contains(number) || params.values().any(|value| names(value, *number))
    };
    let left: Vec<_> = (0..call.files().len()).filter(is_left).collect();
    prepared.body = match left.is_empty() {
        true => Body::json(&params),
        false => Body::Form(Form::new(&params, call.files(), left, store.cloned())),
    };
    prepared
}

/// Whether a value names that file.
fn names(value: &Value, number: usize) -> bool {
    match value {
        Value::String(_) => attached(value) == Some(number),
        Value::Array(values) => values.iter().any(|value| names(value, number)),
        Value::Object(fields) => fields.values().any(|value| names(value, number)),
        _ => false,
    }
}

/// Whether Telegram does not know an id any more, or not as that of such a file.
fn is_stale(error: &ApiError) -> bool {
    let words = [
        "wrong file identifier",
        "wrong remote file",
        "can't use file of type",
        "FILE_REFERENCE_",
    ];
    matches!(error, ApiError::Api { code: 400, description, .. }
        if words.iter().any(|word| description.contains(word)))
}

async fn remember<'a>(
    store: &Arc<dyn FileStore>,
    slots: impl Iterator<Item = &'a Slot>,
    answer: &Bytes,
) {
    // What cannot be read is uploaded again next time.
    let Ok(answer) = payload::decode::<Value>(answer) else {
        return;
    };
    for slot in slots {
        if let Some(ids) = slot.ids(&answer) {
            store.remember(slot.sent_as, ids).await;
        }
    }
}
