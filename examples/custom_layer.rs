//! A layer of one's own, composed into the stack: a brake on users who write too fast.
//!
//! It is not a guarantee. It counts in the memory of one process: with three containers a user may
//! say three times as much, and a restart forgets. A limit that must hold belongs into the database
//! or into NATS; this one only spares the handlers a flood.

use std::{
    collections::HashMap,
    future::{Ready, ready},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::Either;
use ostankino::{App, Error, Program, Reply, Request, Result, Router, Text};
use tokio::time::Instant;
use tower::{Layer, Service};

#[tokio::main]
async fn main() -> ExitCode {
    let router = Router::new()
        .command("start", || async {
            "Здравствуйте! Напишите что-нибудь."
        })
        .text(echo);
    let brake = AntiFloodLayer::new(2, Duration::from_secs(30));
    let program = Program::new().version(env!("CARGO_PKG_VERSION"));
    program
        .serve(|config| App::builder(config).router(router).layer(brake))
        .await
}

async fn echo(Text(text): Text) -> String {
    text
}

/// What a user over the limit reads, once per window.
const TOO_FAST: &str = "Слишком часто. Подождите немного.";

/// How many users are counted at once, so that the memory is bounded. A user beyond them passes.
const MOST_USERS: usize = 10_000;

/// Lets each user pass `limit` times per window. The first update over the limit is refused with a
/// text, further ones are met with silence.
///
/// Messages and pressed buttons of private chats are counted; everything else passes, above all
/// the news that a user blocked the bot.
#[derive(Clone, Debug)]
pub(crate) struct AntiFloodLayer {
    counter: Arc<Counter>,
}

impl AntiFloodLayer {
    /// `limit` updates of a user per `window`.
    pub(crate) fn new(limit: u32, window: Duration) -> Self {
        Self {
            counter: Arc::new(Counter {
                limit,
                window,
                counts: Mutex::new(Counts::default()),
            }),
        }
    }
}

impl<S> Layer<S> for AntiFloodLayer {
    type Service = AntiFlood<S>;

    fn layer(&self, inner: S) -> AntiFlood<S> {
        AntiFlood {
            inner,
            counter: self.counter.clone(),
        }
    }
}

/// The service of [`AntiFloodLayer`]. A clone serves each update, so what it counts is shared.
#[derive(Clone, Debug)]
pub(crate) struct AntiFlood<S> {
    inner: S,
    counter: Arc<Counter>,
}

impl<S> Service<Request> for AntiFlood<S>
where
    S: Service<Request, Response = Reply, Error = Error>,
{
    type Response = Reply;
    type Error = Error;
    type Future = Either<Ready<Result<Reply>>, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // Decided before `inner.call`, so that the service that was asked for readiness is called.
        let update = &request.update;
        let counted = request.is_awaited() && update.is_private();
        let user = update.user_id().filter(|_| counted);
        match user.map_or(Verdict::Pass, |user| self.counter.count(user)) {
            Verdict::Pass => Either::Right(self.inner.call(request)),
            Verdict::Refuse => Either::Left(ready(Err(Error::user(TOO_FAST)))),
            Verdict::Ignore => Either::Left(ready(Ok(Reply::none()))),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Pass,
    Refuse,
    Ignore,
}

#[derive(Debug)]
struct Counter {
    limit: u32,
    window: Duration,
    counts: Mutex<Counts>,
}

/// The updates of the present window. One window serves all users: its end empties the map.
#[derive(Debug, Default)]
struct Counts {
    began: Option<Instant>,
    of: HashMap<i64, u32>,
}

impl Counter {
    fn count(&self, user: i64) -> Verdict {
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.began.is_none_or(|began| now - began >= self.window) {
            *counts = Counts {
                began: Some(now),
                of: HashMap::new(),
            };
        }
        if counts.of.len() >= MOST_USERS && !counts.of.contains_key(&user) {
            return Verdict::Pass;
        }
        let count = counts.of.entry(user).or_default();
        *count = count.saturating_add(1);
        match count.checked_sub(self.limit) {
            None | Some(0) => Verdict::Pass,
            Some(1) => Verdict::Refuse,
            Some(_) => Verdict::Ignore,
        }
    }
}

#[cfg(test)]
mod tests {
    use ostankino::{Bot, Update, config::TelegramConfig};
    use serde_json::{Value, json};
    use tower::{ServiceExt, service_fn};

    use super::*;

    const WINDOW: Duration = Duration::from_secs(30);

    /// What the layer makes of an update whose handler says "ok".
    async fn pass(layer: &AntiFloodLayer, kind: &str, payload: Value) -> Result<Reply> {
        let update = json!({"update_id": 1, kind: payload}).to_string();
        let update = Update::decode(update).expect("an update");
        let bot = Bot::new(&TelegramConfig {
            token: "1:AA".into(),
            ..TelegramConfig::default()
        });
        let handler = service_fn(|_| async { Ok(Reply::text("ok")) });
        layer
            .layer(handler)
            .oneshot(Request::new(update, bot))
            .await
    }

    async fn says(layer: &AntiFloodLayer, user: i64) -> Result<Reply> {
        let chat = json!({"id": user, "type": "private"});
        says_in(layer, user, chat).await
    }

    async fn says_in(layer: &AntiFloodLayer, user: i64, chat: Value) -> Result<Reply> {
        let from = json!({"id": user, "is_bot": false, "first_name": "A"});
        let message = json!({"message_id": 1, "date": 1, "chat": chat, "from": from, "text": "x"});
        pass(layer, "message", message).await
    }

    fn is_ok(result: &Result<Reply>) -> bool {
        matches!(result, Ok(reply) if *reply == Reply::text("ok"))
    }

    #[tokio::test(start_paused = true)]
    async fn over_the_limit_a_user_is_told_once_and_then_met_with_silence() {
        let layer = AntiFloodLayer::new(2, WINDOW);
        assert!(is_ok(&says(&layer, 1).await));
        assert!(is_ok(&says(&layer, 1).await));
        let refused = says(&layer, 1).await;
        assert!(matches!(refused, Err(Error::User(text)) if text == TOO_FAST));
        for _ in 0..3 {
            let silent = says(&layer, 1).await;
            assert!(matches!(silent, Ok(reply) if reply == Reply::none()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_user_does_not_use_up_the_limit_of_another() {
        let layer = AntiFloodLayer::new(1, WINDOW);
        assert!(is_ok(&says(&layer, 1).await));
        assert!(says(&layer, 1).await.is_err());
        assert!(is_ok(&says(&layer, 2).await));
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_window_begins_anew() {
        let layer = AntiFloodLayer::new(1, WINDOW);
        assert!(is_ok(&says(&layer, 1).await));
        assert!(says(&layer, 1).await.is_err());
        tokio::time::advance(WINDOW).await;
        assert!(is_ok(&says(&layer, 1).await));
        assert!(says(&layer, 1).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn groups_and_membership_changes_are_not_counted() {
        let layer = AntiFloodLayer::new(0, WINDOW);
        let group = json!({"id": -100, "type": "supergroup", "title": "G"});
        assert!(is_ok(&says_in(&layer, 1, group).await));
        let bot = json!({"id": 1, "is_bot": true, "first_name": "bot"});
        let block = json!({
            "chat": {"id": 1, "type": "private"}, "date": 1,
            "from": {"id": 1, "is_bot": false, "first_name": "A"},
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
        });
        assert!(is_ok(&pass(&layer, "my_chat_member", block).await));
    }

    #[tokio::test(start_paused = true)]
    async fn users_beyond_the_most_pass_and_are_not_kept() {
        let counter = AntiFloodLayer::new(0, WINDOW).counter;
        let most = i64::try_from(MOST_USERS).expect("it is small");
        for user in 0..most {
            assert_eq!(counter.count(user), Verdict::Refuse);
        }
        assert_eq!(counter.count(most), Verdict::Pass);
        assert_eq!(counter.count(0), Verdict::Ignore);
        assert_eq!(
            counter.counts.lock().expect("no panic").of.len(),
            MOST_USERS
        );
    }
}
