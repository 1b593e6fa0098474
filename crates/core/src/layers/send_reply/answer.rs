//! The answer to one update: the calls of its reply, made in order, and what becomes of those that
//! Telegram refuses.

use serde_json::Value;

use super::{WhenBlocked, instead::Instead};
use crate::{
    Bot, Call, Error, Html, Outcome, Reply, Request, apology, chain,
    reply::{has_no_address, is_heard},
    request::{Asker, UpdateKey},
    telegram::{ApiError, internal::Refusal},
};

/// How often one call is changed at the most: more than there are ways to change it.
const MOST_CHANGES: usize = 8;

/// Makes the calls of one reply.
pub(super) struct Answer {
    bot: Bot,
    asker: Asker,
    when_blocked: WhenBlocked,
    as_of: UpdateKey,
    /// Whether something was said to the person who waits.
    is_heard: bool,
    /// Whether Telegram refused something that the person waits for.
    is_refused: bool,
    is_apologised: bool,
    /// The apology could not be said in the chat: the answer of the pressed button says it.
    owes_note: bool,
}

/// What Telegram said to a call as it was.
struct Trouble {
    error: ApiError,
    refusal: Option<Refusal>,
    limit: Option<String>,
    /// In which way the call was taken in the end.
    instead: Option<Instead>,
}

impl Answer {
    pub(super) fn new(request: &Request, when_blocked: WhenBlocked) -> Self {
        Self {
            bot: request.bot.clone(),
            asker: Asker::of(request),
            when_blocked,
            as_of: UpdateKey::of(request),
            is_heard: false,
            is_refused: false,
            is_apologised: false,
            owes_note: false,
        }
    }

    /// Makes the calls; says whether all was said that was to be said.
    pub(super) async fn give(&mut self, reply: Reply, outcome: Outcome) -> bool {
        // What is said of a failure is the apology.
        self.is_apologised = outcome == Outcome::Failed;
        let mut is_whole = true;
        for call in reply.into_calls(&self.asker.update) {
            is_whole &= self.say(call).await;
        }
        if self.is_refused && !self.is_heard {
            self.apologise().await;
        }
        is_whole
    }

    async fn say(&mut self, mut call: Call) -> bool {
        if has_no_address(&call) {
            tracing::error!(
                event = "reply_unsent",
                method = call.method(),
                route = self.asker.route().as_deref(),
                reply_made_at = line_of(&call),
                error = "the update has no chat: name one in the call",
                "a reply was not sent"
            );
            return false;
        }
        let is_answer = call.is("answerCallbackQuery");
        if is_answer
            && self.owes_note
            && !call.params().contains_key("text")
            && let Some(apology) = self.apology()
        {
            call = call.param("text", apology.plain());
        }
        let (method, chat) = (call.method().to_owned(), chat_of(&call));
        let is_to_asker = chat.is_none() || chat == self.asker.update.chat_id();
        let made = self.make(&mut call).await;
        let mut trouble = match made {
            Ok(None) => None,
            Ok(Some(trouble)) | Err(trouble) => Some(trouble),
        };
        let is_said = trouble.as_ref().is_none_or(|it| it.instead.is_some());
        self.is_heard |= is_said && is_to_asker && is_heard(&call);
        let Some(trouble) = &mut trouble else {
            return true;
        };
        if !is_said && trouble.refusal.is_some() && is_to_asker {
            self.is_refused = true;
            let is_apologised = if is_answer {
                self.answer_with_apology(&call).await
            } else {
                is_heard(&call) && self.apologise().await
            };
            trouble.instead = is_apologised.then_some(Instead::Apology);
        }
        self.log(trouble, &method, &call, chat);
        // The id of a private chat is its user's.
        if let Some(user) = chat.filter(|id| *id > 0 && trouble.error.is_blocked())
            && let Err(error) = self.when_blocked.act(user, self.as_of).await
        {
            let error = error.chain();
            tracing::error!(
                event = "block_unrecorded",
                user_id = user,
                error,
                "a block was not recorded"
            );
        }
        trouble.instead.is_some_and(Instead::is_whole)
    }

    /// Makes a call, in another way if Telegram refuses it as it is.
    async fn make(&self, call: &mut Call) -> Result<Option<Trouble>, Trouble> {
        let mut before: Option<Trouble> = None;
        for _ in 0..=MOST_CHANGES {
            let error = match self.bot.make(call).await {
                Err(error) if !is_harmless(&error) => error,
                _ => return Ok(before),
            };
            let refusal = Refusal::of(&error, call);
            let limit = refusal.and_then(Refusal::limit);
            let instead = refusal.and_then(|why| Instead::of(call, why, &self.asker.update));
            let (is_last, now) = (
                instead.is_none(),
                Trouble {
                    error,
                    refusal,
                    limit,
                    instead,
                },
            );
            let trouble = match before {
                None => now,
                Some(before) => before.then(now),
            };
            if is_last {
                return Err(trouble);
            }
            before = Some(trouble);
        }
        before.map_or(Ok(None), Err)
    }

    /// Says the apology once, if somebody waits.
    async fn apologise(&mut self) -> bool {
        let is_due = !self.is_apologised && self.asker.waits();
        if !is_due || self.asker.update.chat_id().is_none() {
            // Whatever could not be said in the chat: a button's answer is still to come.
            self.owes_note = true;
            return false;
        }
        let Some(apology) = self.apology() else {
            return false;
        };
        self.is_apologised = true;
        let apology = Reply::text(apology)
            .into_calls(&self.asker.update)
            .into_iter()
            .next();
        let is_said = match apology {
            Some(mut call) => self.make(&mut call).await.is_ok(),
            None => false,
        };
        self.is_heard |= is_said;
        self.owes_note = !is_said;
        is_said
    }

    /// The words of the apology for a reply that Telegram refused.
    fn apology(&self) -> Option<Html> {
        let error = Error::message("Telegram refused the reply");
        apology::words(&self.asker, &error)
    }

    /// Ends the spinner of a pressed button whose answer was refused.
    async fn answer_with_apology(&mut self, refused: &Call) -> bool {
        let Some(apology) = self.apology() else {
            return false;
        };
        let id = refused.params().get("callback_query_id").cloned();
        let answer = Call::new("answerCallbackQuery").param("callback_query_id", id);
        let mut answer = answer.param("text", apology.plain());
        let is_said = self.make(&mut answer).await.is_ok();
        self.is_apologised |= is_said;
        self.is_heard |= is_said;
        is_said
    }

    fn log(&self, trouble: &Trouble, method: &str, call: &Call, chat: Option<i64>) {
        let Trouble {
            error,
            limit,
            instead,
            ..
        } = trouble;
        let error = chain(error);
        let route = self.asker.route();
        let (route, limit) = (route.as_deref(), limit.as_deref());
        // The chat of the update is in the span.
        let to_chat_id = chat.filter(|chat| self.asker.update.chat_id() != Some(*chat));
        let said_instead = instead.map(Instead::as_str);
        let reply_made_at = line_of(call);
        if instead.is_some_and(Instead::is_whole) {
            tracing::warn!(
                event = "reply_changed",
                method,
                route,
                to_chat_id,
                error,
                said_instead,
                reply_made_at,
                "a reply was sent in another way"
            );
        } else {
            tracing::error!(
                event = "reply_unsent",
                method,
                route,
                to_chat_id,
                limit,
                error,
                said_instead,
                reply_made_at,
                "a reply was not sent"
            );
        }
    }
}

impl Trouble {
    /// What is known after another try: the first reason, and what became of the call.
    fn then(self, now: Self) -> Self {
        let instead = match (self.instead, now.instead) {
            (Some(before), Some(_)) if !before.is_whole() => Some(before),
            (_, now) => now,
        };
        Self {
            instead,
            refusal: now.refusal,
            limit: self.limit.or(now.limit),
            // Who blocked the bot is told by the last answer only.
            error: if now.error.is_blocked() {
                now.error
            } else {
                self.error
            },
        }
    }
}

/// The line of the handler that made the call.
fn line_of(call: &Call) -> Option<String> {
    let line = call.made_at()?;
    Some(format!("{}:{}", line.file(), line.line()))
}

fn chat_of(call: &Call) -> Option<i64> {
    call.params().get("chat_id").and_then(Value::as_i64)
}

/// What was asked for is so already, or came too late to matter.
fn is_harmless(error: &ApiError) -> bool {
    matches!(error, ApiError::Api { code: 400, description, .. }
        if ["message is not modified", "query is too old", "message to delete not found"]
            .iter()
            .any(|harmless| description.contains(harmless)))
}
