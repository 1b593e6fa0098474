//! Makes one call, in another way if Telegram refuses it as it is.

use bytes::Bytes;
use serde_json::Value;

use super::{
    ReplyStore,
    instead::{Instead, Renewal, renew},
};
use crate::{
    Bot, Call,
    reply::{edit_instead, is_for_one},
    telegram::{
        ApiError,
        internal::{Attributes, Patience, Refusal, sent_messages},
        method::takes,
    },
};

/// How often one call is changed at the most: more than there are ways to change it.
const MOST_CHANGES: usize = 8;

/// What Telegram said to a call as it was.
#[derive(Debug)]
pub struct Trouble {
    /// Its words.
    pub error: ApiError,
    /// Why it was refused, if it was.
    pub refusal: Option<Refusal>,
    /// The limit that was passed, in words.
    pub limit: Option<String>,
    /// In which way the call was taken in the end.
    pub instead: Option<Instead>,
}

/// What came of a call: what Telegram answered in the end, and what it said before that; or why nothing helped.
pub type Made = Result<(Bytes, Option<Trouble>), Trouble>;

/// Makes a call. One that names its message, or edits one by its name, finds the names in `store`. `call` is left as
/// it was made last.
pub async fn make(
    bot: &Bot,
    call: &mut Call,
    renewal: Renewal<'_>,
    patience: Patience,
    store: Option<&dyn ReplyStore>,
) -> Made {
    match (call.attributes(), store) {
        (
            Some(Attributes {
                of: Some(_),
                note: None,
                ..
            }),
            store,
        ) => Box::pin(make_of_noted(bot, call, patience, store)).await,
        (Some(Attributes { note: Some(_), .. }), Some(store)) => {
            // On the heap: few calls have a name.
            Box::pin(make_noted(bot, call, renewal, patience, store)).await
        }
        _ => make_plain(bot, call, renewal, patience).await,
    }
}

/// Makes a call that is about a message of a name, if there is one.
async fn make_of_noted(
    bot: &Bot,
    call: &mut Call,
    patience: Patience,
    store: Option<&dyn ReplyStore>,
) -> Made {
    let attributes = call.attributes();
    let name = attributes.and_then(|it| it.of.clone());
    let except = attributes.and_then(|it| it.except);
    let chat = call.params().get("chat_id").and_then(Value::as_i64);
    let message = match (store, name, chat) {
        (Some(store), Some(name), Some(chat)) => store.noted(chat, &name).await,
        _ => None,
    };
    let message = message.filter(|it| Some(*it) != except && is_of_its_kind(call, *it));
    let Some(message) = message else {
        return Ok((Bytes::new(), None));
    };
    let (_, params) = call.parts_mut();
    match message {
        0.. => params.insert("message_id".into(), message.into()),
        _ => params.insert("ephemeral_message_id".into(), (-message).into()),
    };
    make_plain(bot, call, Renewal::Never, patience).await
}

async fn make_noted(
    bot: &Bot,
    call: &mut Call,
    renewal: Renewal<'_>,
    patience: Patience,
    store: &dyn ReplyStore,
) -> Made {
    let attributes = call.attributes().cloned().unwrap_or_default();
    let name = attributes.note.unwrap_or_default();
    let chat = call.params().get("chat_id").and_then(Value::as_i64);
    let mut before = None;
    if attributes.edits
        && let Some(chat) = chat
    {
        let is_given = attributes.of.is_none() && !call.is("sendMessage");
        let given = message_of(call).filter(|_| is_given);
        for asks in [false, true] {
            // Where the message is known, its name is not looked for.
            let message = match asks {
                false => given,
                true => store
                    .noted(chat, &name)
                    .await
                    .filter(|it| Some(*it) != given && is_of_its_kind(call, *it)),
            };
            let Some(message) = message else { continue };
            let mut edit = edit_of(call, message);
            match make_plain(bot, &mut edit, Renewal::Never, patience).await {
                Err(trouble) if trouble.refusal == Some(Refusal::Edited) => {
                    let instead = Some(Instead::AsNewMessage);
                    before = Some(Trouble { instead, ..trouble });
                }
                made => {
                    *call = edit;
                    return made;
                }
            }
        }
        renew(call, renewal);
    }
    let (answer, trouble) = make_plain(bot, call, renewal, patience).await?;
    for (number, (told, message)) in (1..).zip(sent_messages(&answer)) {
        let Some(chat) = told.or(chat) else { continue };
        match number {
            1 => store.note(chat, &name, message).await,
            // The others of an album.
            _ => {
                let name = format!("{name}.{number}");
                store.note(chat, &name, message).await;
            }
        }
    }
    Ok((answer, before.or(trouble)))
}

/// The message that a call names; one that is ephemeral below zero, as in the notes.
fn message_of(call: &Call) -> Option<i64> {
    let named = |name: &str| call.params().get(name).and_then(Value::as_i64);
    named("message_id").or_else(|| named("ephemeral_message_id").map(|id| -id))
}

/// Whether a message of a name is one that the call can be about: what is for one alone is never taken for what all see.
fn is_of_its_kind(call: &Call, message: i64) -> bool {
    (message < 0) == is_for_one(call)
}

/// The call that edits a message instead of sending another one.
fn edit_of(call: &Call, message: i64) -> Call {
    let mut edit = call.clone();
    let is_sent = edit.is("sendMessage");
    if is_sent {
        edit.set_method("editMessageText");
    }
    if message < 0 {
        edit_instead(&mut edit, -message);
        return edit;
    }
    if is_sent {
        let (_, params) = edit.parts_mut();
        params.retain(|name, _| takes("editMessageText", name) != Some(false));
    }
    edit.param("message_id", message)
}

async fn make_plain(bot: &Bot, call: &mut Call, renewal: Renewal<'_>, patience: Patience) -> Made {
    let mut before: Option<Trouble> = None;
    for _ in 0..=MOST_CHANGES {
        let error = match bot.make_with(call, patience).await {
            Ok(answer) => return Ok((answer, before)),
            Err(error) if is_harmless(&error, call) => return Ok((Bytes::new(), before)),
            Err(error) => error,
        };
        let refusal = Refusal::of(&error, call);
        let limit = refusal.and_then(Refusal::limit);
        let instead = refusal.and_then(|why| Instead::of(call, why, renewal));
        let now = Trouble {
            error,
            refusal,
            limit,
            instead,
        };
        let trouble = match before {
            None => now,
            Some(before) => before.then(now),
        };
        if instead.is_none() {
            return Err(trouble);
        }
        before = Some(trouble);
    }
    before.map_or(Ok((Bytes::new(), None)), Err)
}

impl Trouble {
    /// Whether it is over with the call: it was refused, and no later time is a better one.
    #[must_use]
    pub fn is_for_good(&self) -> bool {
        self.refusal.is_some() || self.error.code() == Some(403)
    }

    /// What is known after another try: the first reason, and what became of the call.
    fn then(self, now: Self) -> Self {
        let instead = match (self.instead, now.instead) {
            (Some(before), Some(_)) if !before.is_whole() => Some(before),
            (_, now) => now,
        };
        // Who blocked the bot, and for how long to wait, is told by the last answer only.
        let is_of_last = now.error.is_blocked() || now.refusal.is_none();
        Self {
            instead,
            refusal: now.refusal,
            limit: self.limit.or(now.limit),
            error: if is_of_last { now.error } else { self.error },
        }
    }
}

/// Whether a message is to be without buttons, which one that is gone is.
fn takes_buttons_away(call: &Call) -> bool {
    let rows = |markup: &Value| markup["inline_keyboard"].as_array().map(Vec::len);
    let markup = call.params().get("reply_markup");
    let is_of_buttons = ["editMessageReplyMarkup", "editEphemeralMessageReplyMarkup"];
    is_of_buttons.into_iter().any(|name| call.is(name))
        && markup.is_none_or(|markup| rows(markup) == Some(0))
}

/// What was asked for is so already, or came too late to matter.
fn is_harmless(error: &ApiError, call: &Call) -> bool {
    let is_without_buttons = |description: &str| {
        let gone = ["message to edit not found", "message can't be edited"];
        takes_buttons_away(call) && gone.iter().any(|gone| description.contains(gone))
    };
    // By a press that is too old nothing is sent to one alone.
    let is_late_answer =
        |description: &str| !is_for_one(call) && description.contains("query is too old");
    matches!(error, ApiError::Api { code: 400, description, .. }
        if is_without_buttons(description) || is_late_answer(description) || [
            "message is not modified",
            "message to delete not found",
            "CHARGE_ALREADY_REFUNDED",
        ]
            .iter()
            .any(|harmless| description.contains(harmless)))
}
