//! Ephemeral messages: what one member of a supergroup and the bot say to each other there, unseen by all others. Calls about
//! them are made of those about messages that all see.

use serde_json::{Map, Value, json};

use super::{Reply, checks::Checked};
use crate::telegram::{
    Call, ChatKind, Update,
    method::{Place, takes, target},
};

/// Whom the bot tells it alone, and by which right: a parameter of what sends.
const PARAMETERS: &str = "ephemeral_message_parameters";

/// The methods that change a message, and those that change an ephemeral one.
const LIKE: [(&str, &str); 5] = [
    ("editMessageText", "editEphemeralMessageText"),
    ("editMessageCaption", "editEphemeralMessageCaption"),
    ("editMessageMedia", "editEphemeralMessageMedia"),
    ("editMessageReplyMarkup", "editEphemeralMessageReplyMarkup"),
    ("deleteMessage", "deleteEphemeralMessage"),
];

impl Reply {
    /// Has only who caused the update see it, in a supergroup: a text, a photo and other media, and edits and deletions of such a
    /// message. In other chats it is an ordinary message.
    ///
    /// Telegram lets a bot do so for 15 seconds after a press, or a word that was said to the bot alone; at any time if it is an
    /// administrator. What it refuses is shown to nobody; [`or`](Self::or) says something else then.
    ///
    /// ```
    /// use ostankino_core::Reply;
    ///
    /// async fn hand() -> Reply {
    ///     let cards = Reply::text("Ваши карты: 7♠ В♥").button("Сбросить", "drop");
    ///     cards.ephemeral().or(Reply::toast("Не успел. Нажмите ещё раз."))
    /// }
    /// ```
    ///
    /// Replies to presses of its buttons need no word of it: [`edit`](Self::edit), [`delete`](Self::delete) and the like
    /// are about the pressed message, whoever sees it.
    #[track_caller]
    pub fn ephemeral(mut self) -> Self {
        let calls = self.last_message();
        let problem = match calls.is_empty() {
            true => Err("there is no message that only one could see".into()),
            false => calls.iter().try_for_each(can_be),
        };
        for call in calls {
            call.attributes_mut().ephemeral = true;
        }
        self.checked(problem)
    }
}

fn can_be(call: &Call) -> Checked {
    let is_one =
        like(call).is_some() || is_of_one(call) || takes(call.method(), PARAMETERS) != Some(false);
    match is_one {
        true => Ok(()),
        false => Err(format!("`{}` cannot be for one alone", call.method())),
    }
}

/// The method that does the same to an ephemeral message.
fn like(call: &Call) -> Option<&'static str> {
    let found = LIKE.into_iter().find(|(method, _)| call.is(method));
    found.map(|(_, like)| like)
}

/// Whether a call changes an ephemeral message.
pub(crate) fn is_of_one(call: &Call) -> bool {
    target(call.method()).is_some_and(|target| target.place == Place::Ephemeral)
}

/// Whether a call is about a message that one alone sees: it sends or changes it.
pub(crate) fn is_for_one(call: &Call) -> bool {
    call.params().contains_key(PARAMETERS) || is_of_one(call)
}

/// Has the call that a reply wants to be [ephemeral](Reply::ephemeral) be such a one, if that can be in its chat. As long as it
/// is not known who is to see it, it stays marked: it is sent to nobody.
pub(super) fn resolve(mut call: Call, update: &Update) -> Call {
    if !is_in_supergroup(&call, update) {
        call.attributes_mut().ephemeral = false;
        call.parts_mut().1.remove(PARAMETERS);
        return call;
    }
    let given = receiver(&call);
    let Some(receiver) = given.or_else(|| update.person().map(|person| person.id)) else {
        return call;
    };
    let is_change = like(&call).is_some();
    if is_change && call.params().contains_key("message_id") {
        // It names a message that all see.
        return call;
    }
    call.attributes_mut().ephemeral = false;
    if is_change {
        return change(call, receiver, update);
    }
    if is_of_one(&call) {
        return super::address::or(call, "receiver_user_id", Some(receiver));
    }
    send(&mut call, receiver, update);
    call
}

/// The call about a message that does the same to the ephemeral message of that member; itself if there is none like it.
pub(super) fn change(mut call: Call, receiver: i64, update: &Update) -> Call {
    let Some(like) = like(&call) else { return call };
    become_like(&mut call, like, receiver);
    let call = super::address::or(call, "chat_id", update.chat_id());
    let is_named = call.attributes().is_some_and(|it| it.of.is_some());
    let id = update.ephemeral_message_id().filter(|_| !is_named);
    super::address::or(call, "ephemeral_message_id", id)
}

fn become_like(call: &mut Call, like: &'static str, receiver: i64) {
    call.set_method(like);
    let (_, params) = call.parts_mut();
    let others = [
        "message_id",
        "inline_message_id",
        "message_thread_id",
        "direct_messages_topic_id",
        "business_connection_id",
    ];
    params.retain(|name, _| takes(like, name) != Some(false) && !others.contains(&name.as_str()));
    params.entry("receiver_user_id").or_insert(receiver.into());
}

/// Has a call that sends a message be for that member alone, by the right that the update gives.
fn send(call: &mut Call, receiver: i64, update: &Update) {
    let is_here = is_in_chat_of(call, update);
    let press = update
        .callback_query()
        .filter(|query| is_here && query.from.id == receiver);
    // A word that was said to the bot alone.
    let is_told = is_here && press.is_none() && update.user_id() == Some(receiver);
    let said = update.ephemeral_message_id().filter(|_| is_told);
    let (_, params) = call.parts_mut();
    let mut given = match params.remove(PARAMETERS) {
        Some(Value::Object(given)) => given,
        _ => Map::new(),
    };
    given.insert("receiver_user_id".into(), receiver.into());
    if let Some(press) = press {
        let id = press.id.as_str();
        given
            .entry("callback_query_id")
            .or_insert_with(|| id.into());
    }
    params.insert(PARAMETERS.into(), given.into());
    if let Some(said) = said {
        let reply = params.entry("reply_parameters").or_insert(json!({}));
        if let Value::Object(reply) = reply
            && !reply.contains_key("message_id")
        {
            let id = reply.entry("ephemeral_message_id");
            id.or_insert(said.into());
        }
    }
}

/// Has the edit of an ephemeral message that is gone, whose method is `sends` now, send another one to the same member. It is
/// resolved by the update, if there is one.
pub(crate) fn send_again(call: &mut Call) {
    let (_, params) = call.parts_mut();
    params.remove("ephemeral_message_id");
    if let Some(receiver) = params.remove("receiver_user_id") {
        params.insert(PARAMETERS.into(), json!({"receiver_user_id": receiver}));
        call.attributes_mut().ephemeral = true;
    }
}

/// Has what would send an ephemeral message edit the one of that id.
pub(crate) fn edit_instead(call: &mut Call, id: i64) {
    if let (Some(like), Some(receiver)) = (like(call), receiver(call)) {
        become_like(call, like, receiver);
    }
    call.parts_mut()
        .1
        .insert("ephemeral_message_id".into(), id.into());
}

/// Who alone is to see it, where the call says so.
fn receiver(call: &Call) -> Option<i64> {
    let params = call.params();
    let sent = || params.get(PARAMETERS)?.get("receiver_user_id")?.as_i64();
    let changed = params.get("receiver_user_id").and_then(Value::as_i64);
    changed.or_else(sent)
}

fn is_in_chat_of(call: &Call, update: &Update) -> bool {
    let chat = call.params().get("chat_id");
    chat.is_none_or(|chat| chat.as_i64() == update.chat_id())
}

/// Whether a call goes to a supergroup, as far as that is known: what may be one is taken for one, so that nothing is shown to
/// all that was meant for one.
fn is_in_supergroup(call: &Call, update: &Update) -> bool {
    if is_in_chat_of(call, update) {
        let kind = update.chat().map(|chat| chat.kind);
        return kind == Some(ChatKind::Supergroup);
    }
    // <https://core.telegram.org/api/bots/ids>
    let id = call.params().get("chat_id").and_then(Value::as_i64);
    id.is_none_or(|id| id <= -1_000_000_000_000)
}
