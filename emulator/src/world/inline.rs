//! Inline mode: what people type after the bot's name, what it offers them, and what they choose.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Draft, Sale, State};
use crate::protocol::objects::{ChatKind, Content, Sender};

/// How long the bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many queries are kept.
const KEPT: usize = 20_000;

/// What the bot offers.
#[derive(Clone, Debug)]
pub(crate) struct InlineResult {
    pub(crate) id: String,
    /// As the bot gave it, an `InlineQueryResult`.
    pub(crate) shown: Value,
    /// The message that it becomes.
    pub(crate) content: Content,
    pub(crate) markup: Option<Value>,
    pub(crate) sale: Option<Box<Sale>>,
}

/// An answer to a query.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) results: Vec<InlineResult>,
    pub(crate) next_offset: String,
    pub(crate) button: Option<Value>,
    pub(crate) cache_time: Duration,
    pub(crate) is_personal: bool,
}

/// A query, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    person: i64,
    chat_type: &'static str,
    text: String,
    offset: String,
    asked_ms: u128,
    pub(crate) offer: Option<Offer>,
}

/// Where a query is typed: the text, and from which result on, with the person's place if they tell it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) text: String,
    pub(crate) offset: String,
    pub(crate) location: Option<Value>,
}

/// The newest queries by id, and the answers that Telegram keeps for those who ask the same.
#[derive(Debug, Default)]
pub(super) struct Inline {
    queries: HashMap<String, Query>,
    order: VecDeque<String>,
    /// By text, offset and, of personal ones, whom; until when.
    cache: HashMap<(String, String, Option<i64>), (u128, Offer)>,
}

/// What became of a choice.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) update_id: i64,
    pub(crate) message_id: i64,
    pub(crate) inline_message_id: Option<String>,
}

impl State {
    /// A person types a query into a chat. Returns its id, and that of the update: 0 when Telegram knows the answer already.
    pub(crate) fn ask_inline(&mut self, person: i64, chat_id: i64, typed: Typed) -> (String, i64) {
        let Typed {
            text,
            offset,
            location,
        } = typed;
        let id = fastrand::u64(1 << 60..1 << 63).to_string();
        let chat_type = match self.chat(chat_id).map(|chat| chat.kind) {
            Some(ChatKind::Private) | None if chat_id == person => "sender",
            Some(ChatKind::Private) | None => "private",
            Some(ChatKind::Group) => "group",
            Some(ChatKind::Supergroup) => "supergroup",
            Some(ChatKind::Channel) => "channel",
        };
        let now = self.now_ms();
        let offer = [None, Some(person)].into_iter().find_map(|whom| {
            let (until, offer) = self
                .inline
                .cache
                .get(&(text.clone(), offset.clone(), whom))?;
            (*until > now).then(|| offer.clone())
        });
        let update_id = if offer.is_some() {
            0
        } else {
            let mut query = json!({
                "id": id, "from": self.person(person).user, "query": text, "offset": offset, "chat_type": chat_type,
            });
            if let Some(location) = location {
                query["location"] = location;
            }
            self.queue_update("inline_query", &query)
        };
        let Inline { queries, order, .. } = &mut self.inline;
        let query = Query {
            person,
            chat_type,
            text,
            offset,
            asked_ms: now,
            offer,
        };
        queries.insert(id.clone(), query);
        order.push_back(id.clone());
        if order.len() > KEPT
            && let Some(oldest) = order.pop_front()
        {
            queries.remove(&oldest);
        }
        (id, update_id)
    }

    /// A query by its id.
    pub(crate) fn inline_query(&self, id: &str) -> Option<&Query> {
        self.inline.queries.get(id)
    }

    /// Whether the bot may still answer a query: within ten seconds, once.
    pub(crate) fn is_inline_query_open(&self, id: &str) -> bool {
        let now = self.now_ms();
        self.inline_query(id).is_some_and(|query| {
            query.offer.is_none() && now < query.asked_ms + PATIENCE.as_millis()
        })
    }

    /// The bot answers a query that is open.
    pub(crate) fn offer(&mut self, id: &str, offer: Offer) {
        let now = self.now_ms();
        let Some(query) = self.inline.queries.get_mut(id) else {
            return;
        };
        query.offer = Some(offer.clone());
        if !offer.cache_time.is_zero() {
            let whom = offer.is_personal.then_some(query.person);
            let key = (query.text.clone(), query.offset.clone(), whom);
            let until = now + offer.cache_time.as_millis();
            self.inline.cache.retain(|_, (until, _)| *until > now);
            self.inline.cache.insert(key, (until, offer));
        }
    }

    /// A person sends a result into a chat; the bot hears which, and of the message where it is.
    pub(crate) fn choose(
        &mut self,
        query_id: &str,
        result_id: &str,
        chat_id: i64,
    ) -> Result<Chosen, String> {
        let query = self
            .inline_query(query_id)
            .ok_or("there was no such query")?;
        let offer = query.offer.as_ref().ok_or("the query is not answered")?;
        let result = offer.results.iter().find(|result| result.id == result_id);
        let result = result.ok_or("there is no such result")?.clone();
        let (person, text) = (query.person, query.text.clone());
        let (message_id, inline_message_id) = self.send_result(person, chat_id, result);
        let mut chosen = json!({
            "result_id": result_id, "from": self.person(person).user, "query": text,
        });
        if let Some(id) = &inline_message_id {
            chosen["inline_message_id"] = json!(id);
        }
        let update_id = self.queue_update("chosen_inline_result", &chosen);
        if let Some(stored) = self.message(chat_id, message_id) {
            let message = stored.message.clone();
            self.tell_of(&message);
            self.forward_to_comments(&message);
        }
        Ok(Chosen {
            update_id,
            message_id,
            inline_message_id,
        })
    }

    /// A result becomes a message; returns its number, and the id by which the bot can edit it, if it has a keyboard.
    pub(crate) fn send_result(
        &mut self,
        person: i64,
        chat_id: i64,
        result: InlineResult,
    ) -> (i64, Option<String>) {
        let has_keyboard = result.markup.is_some();
        let from = self.person(person).user.clone();
        let draft = Draft {
            content: result.content,
            markup: result.markup,
            sale: result.sale,
            sender: Some(Box::new(Sender::via(self.bot.clone()))),
            ..Draft::default()
        };
        let message = self.post(chat_id, from, draft, None);
        let place = (chat_id, message.message_id);
        if !has_keyboard {
            return (message.message_id, None);
        }
        let id = inline_id(place);
        if let Some(stored) = self.message_mut(chat_id, message.message_id) {
            stored.inline_id = Some(id.clone().into());
        }
        (message.message_id, Some(id))
    }

    /// Where the message is that the bot knows by this `inline_message_id`.
    pub(crate) fn inline_message(&self, id: &str) -> Option<(i64, i64)> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let number = |range: std::ops::Range<usize>| {
            Some(i64::from_le_bytes(bytes.get(range)?.try_into().ok()?))
        };
        let (chat_id, message_id) = (number(0..8)?, number(8..16)?);
        let stored = self.message(chat_id, message_id)?;
        (stored.inline_id.as_deref() == Some(id)).then_some((chat_id, message_id))
    }
}

impl Query {
    /// What was typed, and where.
    pub(crate) fn shown(&self) -> Value {
        json!({"query": self.text, "offset": self.offset, "chat_type": self.chat_type})
    }
}

/// The place itself, and a number that nobody guesses.
fn inline_id((chat_id, message_id): (i64, i64)) -> String {
    let mut bytes = chat_id.to_le_bytes().to_vec();
    bytes.extend(message_id.to_le_bytes());
    bytes.extend(fastrand::u64(..).to_le_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}
