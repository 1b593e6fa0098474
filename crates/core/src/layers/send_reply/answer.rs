//! The answer to one update: the calls of its reply, made in order, and what becomes of those that
//! Telegram refuses.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    Owed, ReplyStore, WhenBlocked, Why,
    instead::{Instead, Renewal},
    log::line_of,
    make::{Made, make},
    store::place_of,
    told::tell_answer,
};
use crate::{
    Bot, Call, Error, Event, Html, Outcome, Reply, Request,
    album::Gathered,
    apology, chain,
    event::Whose,
    reply::{has_no_address, is_for_one, is_heard},
    request::{Asker, UpdateKey},
    telegram::{ApiError, EventPart, internal::Patience},
};

/// Makes the calls of one reply.
pub(super) struct Answer {
    bot: Bot,
    pub(super) asker: Asker,
    when_blocked: WhenBlocked,
    store: Option<Arc<dyn ReplyStore>>,
    as_of: UpdateKey,
    /// Nobody waits for the reply: a timer's time came.
    is_bulk: bool,
    /// What is made later.
    owed: Vec<Owed>,
    /// Whether something was said to the person who waits.
    is_heard: bool,
    /// Whether Telegram refused something that the person waits for.
    is_refused: bool,
    is_apologised: bool,
    /// The apology could not be said in the chat: the answer of the pressed button says it.
    owes_note: bool,
    /// The pressed button was answered by what was said instead of a refused call.
    is_answered: bool,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// It was made as it was meant.
    Whole,
    /// It was made, but not all of it.
    Partly,
    /// It was refused, and what the reply has for that was said instead.
    Otherwise,
    /// It is made later.
    Later,
    /// It was not made.
    Not,
}

impl Said {
    /// Whether the user misses nothing, or hears it later.
    fn is_whole(self) -> bool {
        matches!(self, Self::Whole | Self::Later | Self::Otherwise)
    }
}

impl Answer {
    pub(super) fn new(
        request: &Request,
        when_blocked: WhenBlocked,
        store: Option<Arc<dyn ReplyStore>>,
    ) -> Self {
        // Who sent an album waits for the answer, as of any message.
        let is_of_timer = |event: &EventPart| event.timer.is_some() && event.name != Gathered::NAME;
        Self {
            bot: request.bot.clone(),
            asker: Asker::of(request),
            when_blocked,
            is_bulk: store.is_some() && request.update.event().is_some_and(is_of_timer),
            store,
            as_of: UpdateKey::of(request),
            owed: Vec::new(),
            is_heard: false,
            is_refused: false,
            is_apologised: false,
            owes_note: false,
            is_answered: false,
        }
    }

    /// Makes the calls; says whether all was said that was to be said, or is owed.
    pub(super) async fn give(&mut self, reply: Reply, outcome: Outcome) -> bool {
        // What is said of a failure is the apology.
        self.is_apologised = outcome == Outcome::Failed;
        let mut is_whole = true;
        let mut former = Said::Whole;
        let calls = reply.into_calls(&self.asker.update);
        for (number, mut call) in calls.into_iter().enumerate() {
            let mut is_chained = false;
            if call.attributes().is_some() {
                is_chained = self.prepare(&mut call);
            }
            former = match former {
                Said::Later if is_chained => {
                    self.owe_behind(call);
                    Said::Later
                }
                Said::Not | Said::Otherwise if is_chained => {
                    Box::pin(self.skip(&call, number)).await;
                    former
                }
                _ if self.is_bulk => {
                    self.owe(call, number, Why::Bulk, Duration::ZERO, None);
                    Said::Later
                }
                _ => self.say(call, number).await,
            };
            is_whole &= former.is_whole();
        }
        if self.is_refused && !self.is_heard {
            self.apologise().await;
        }
        if !self.owed.is_empty() {
            // On the heap: it is rare.
            Box::pin(self.keep_owed()).await;
        }
        is_whole
    }

    async fn say(&mut self, mut call: Call, number: usize) -> Said {
        if has_no_address(&call) {
            tracing::error!(
                event = "reply_unsent",
                method = call.method(),
                route = self.asker.route().as_deref(),
                reply_made_at = line_of(&call),
                error = "the update has no chat: name one in the call",
                "a reply was not sent"
            );
            return Said::Not;
        }
        let is_answer = call.is("answerCallbackQuery");
        if is_answer && (self.is_answered || call.attributes().is_some_and(|it| it.is_left)) {
            return Said::Whole;
        }
        if is_answer
            && self.owes_note
            && !call.params().contains_key("text")
            && let Some(apology) = self.apology()
        {
            call = call.param("text", apology.plain());
        }
        if let Some(store) = &self.store
            && (store.begins(chat_of(&call)) || !self.owed.is_empty())
            && let Some(pause) = Box::pin(self.held(&call)).await
        {
            self.owe(call, number, Why::Deferred, pause, None);
            return Said::Later;
        }
        let (method, chat) = (call.method().to_owned(), chat_of(&call));
        let is_to_asker = chat.is_none() || chat == self.asker.update.chat_id();
        let made = self.make(&mut call).await;
        let is_said = made.is_ok();
        if let Err(trouble) = &made
            && let Some((why, pause)) = self.later(&call, &trouble.error)
        {
            let error = chain(&trouble.error);
            self.owe(call, number, why, pause, Some(error));
            return Said::Later;
        }
        if call.attributes().is_some() {
            let store = self.store.as_deref();
            Box::pin(tell_answer(store, self.as_of, number, &call, Some(&made))).await;
        }
        let mut trouble = match made {
            Ok((_, None)) => None,
            Ok((_, Some(trouble))) | Err(trouble) => Some(trouble),
        };
        self.is_heard |= is_said && is_to_asker && is_heard(&call);
        let Some(trouble) = &mut trouble else {
            return Said::Whole;
        };
        let others = match !is_said && trouble.is_for_good() && call.attributes().is_some() {
            true => call.attributes_mut().or.take(),
            false => None,
        };
        if others.is_some() {
            trouble.instead = Some(Instead::Other);
        } else if !is_said && trouble.refusal.is_some() && is_to_asker {
            self.is_refused = true;
            let is_apologised = if is_answer {
                self.answer_with_apology(&call).await
            } else {
                is_heard(&call) && self.apologise_for(&call).await
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
        if let Some(others) = others {
            return Box::pin(self.say_instead(others, number)).await;
        }
        match (is_said, trouble.instead.is_some_and(Instead::is_whole)) {
            (false, _) => Said::Not,
            (true, false) => Said::Partly,
            (true, true) => Said::Whole,
        }
    }

    /// Makes the calls that a reply has for the case that one is refused.
    async fn say_instead(&mut self, others: Vec<Call>, number: usize) -> Said {
        let mut is_whole = true;
        let mut is_later = false;
        for call in others {
            let is_answer = call.is("answerCallbackQuery");
            // They are owed under one number, so in one row.
            if is_later && !is_answer {
                self.owe_behind(call);
                continue;
            }
            let said = self.say(call, number).await;
            is_later |= said == Said::Later;
            is_whole &= said.is_whole();
            self.is_answered |= is_answer && said.is_whole();
        }
        match is_whole {
            true => Said::Otherwise,
            false => Said::Not,
        }
    }

    /// Makes a call, in another way if Telegram refuses it as it is.
    async fn make(&self, call: &mut Call) -> Made {
        let is_obligation = || call.attributes().is_some_and(|it| it.must);
        let patience = match &self.store {
            None => Patience::AsSet,
            Some(_) if is_obligation() => Patience::Once,
            Some(_) => Patience::Brief,
        };
        let renewal = Renewal::For(&self.asker.update);
        make(&self.bot, call, renewal, patience, self.store.as_deref()).await
    }

    /// How long a call is to wait at the least, if others wait before it that it is not to overtake.
    async fn held(&self, call: &Call) -> Option<Duration> {
        let place = place_of(call);
        let waits = |owed: &&Owed| owed.place == place && owed.why == Why::Deferred;
        match (self.owed.iter().find(waits), &self.store) {
            (Some(owed), _) => Some(owed.pause),
            (None, Some(store)) => store.held(place).await,
            (None, None) => None,
        }
    }

    /// Why a call that failed is made later, and after which pause; `None` if it is over.
    fn later(&self, call: &Call, error: &ApiError) -> Option<(Why, Duration)> {
        self.store.as_ref()?;
        let pause = error.retry_after().unwrap_or_default();
        if error.code() == Some(429) {
            return Some((Why::Deferred, pause.max(Duration::from_secs(1))));
        }
        let is_obligation = call.attributes().is_some_and(|it| it.must);
        // That the bot itself is refused is no answer to what it owes.
        let is_open = error.is_transient() || error.code() == Some(401);
        (is_obligation && is_open).then_some((Why::Must, pause))
    }

    fn owe(&mut self, call: Call, number: usize, why: Why, pause: Duration, error: Option<String>) {
        tracing::info!(
            event = "reply_owed",
            method = call.method(),
            route = self.asker.route().as_deref(),
            to_chat_id = chat_of(&call),
            pause_ms = pause.as_millis(),
            error,
            reply_made_at = line_of(&call),
            "a call of a reply is made later"
        );
        // It is said, if later.
        self.is_heard |= is_heard(&call);
        self.owed.push(Owed {
            number,
            place: place_of(&call),
            calls: vec![call],
            why,
            pause,
            error,
        });
    }

    /// A call that is to follow the one that was owed last.
    fn owe_behind(&mut self, call: Call) {
        if let Some(owed) = self.owed.last_mut() {
            owed.calls.push(call);
        }
    }

    async fn keep_owed(&mut self) {
        let owed = std::mem::take(&mut self.owed);
        if let Some(store) = &self.store {
            store.owe(self.as_of, owed).await;
        }
    }

    /// Sees to what a call is to become besides; says whether it is chained to that before it.
    fn prepare(&self, call: &mut Call) -> bool {
        let attributes = call.attributes_mut();
        if let Some(then) = &mut attributes.then {
            then.whose = serde_json::json!(Whose::of(&self.asker.update));
        }
        attributes.chained
    }

    /// A call that is not made, since that before it did not succeed.
    async fn skip(&self, call: &Call, number: usize) {
        let store = self.store.as_deref();
        tell_answer(store, self.as_of, number, call, None).await;
        tracing::warn!(
            event = "reply_skipped",
            method = call.method(),
            route = self.asker.route().as_deref(),
            reply_made_at = line_of(call),
            "a call was not made: the one before it did not succeed"
        );
    }

    /// Says the apology for a call, to whom it was to speak: what was meant for one alone is told to no others.
    async fn apologise_for(&mut self, call: &Call) -> bool {
        if is_for_one(call) && self.asker.update.callback_query().is_some() {
            self.owes_note = true;
            return false;
        }
        self.apologise().await
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
}

fn chat_of(call: &Call) -> Option<i64> {
    call.params().get("chat_id").and_then(Value::as_i64)
}
