//! Shows that the bot is at work: «печатает…» over the chat. It is not an answer, and delays none.

use std::{
    convert::Infallible,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep_until};
use tower::{Layer, Service};

use crate::{
    Bot, Call, Error, Reply, Request, Result,
    reply::{fill, has_no_address},
    request::Asker,
};

/// Telegram shows a chat action for five seconds, or until the bot's next message.
const SHOWN: Duration = Duration::from_millis(4_500);

/// Sends the chat action `typing` once a handler has run for a while, and again until it has ended.
/// Only where somebody waits for the answer.
///
/// ```
/// use std::time::Duration;
///
/// use ostankino_core::{Handler, Router, layers::TypingLayer};
///
/// async fn draw() -> &'static str {
///     // What takes some seconds.
///     "Готово"
/// }
///
/// let router = Router::new()
///     .command("draw", draw.layer(TypingLayer::after(Duration::from_secs(1)).action("upload_photo")));
/// # drop(router);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TypingLayer {
    after: Duration,
    action: &'static str,
}

impl TypingLayer {
    /// Begins once a handler has run for `delay`.
    #[must_use]
    pub fn after(delay: Duration) -> Self {
        Self {
            after: delay,
            action: "typing",
        }
    }

    /// Shows another action, by its name in the Bot API: `upload_photo`, `record_voice`.
    #[must_use]
    pub fn action(self, action: &'static str) -> Self {
        Self { action, ..self }
    }
}

impl<S> Layer<S> for TypingLayer {
    type Service = Typing<S>;

    fn layer(&self, inner: S) -> Typing<S> {
        Typing {
            inner,
            layer: *self,
        }
    }
}

/// The service of [`TypingLayer`].
#[derive(Clone, Debug)]
pub struct Typing<S> {
    inner: S,
    layer: TypingLayer,
}

impl<S> Service<Request> for Typing<S>
where
    S: Service<Request, Response = Reply, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let TypingLayer { after, action } = self.layer;
        let (asker, bot) = (Asker::of(&request), request.bot.clone());
        let handled = self.inner.call(request);
        Box::pin(async move {
            // What is being said of it is dropped when the handler has ended.
            tokio::select! {
                biased;
                handled = handled => handled,
                never = show(&asker, &bot, action, after) => match never {},
            }
        })
    }
}

async fn show(asker: &Asker, bot: &Bot, action: &str, after: Duration) -> Infallible {
    let mut times = Times::after(after);
    loop {
        times.next().await;
        if let Some(call) = call_for(asker, action)
            && let Err(error) = bot.call::<bool>(call).await
        {
            tracing::debug!(event = "action_not_shown", %error, "a chat action was not shown");
        }
    }
}

/// How it is shown to whoever waits. Who is in a dialogue does, too, which is known once the router has
/// looked.
fn call_for(asker: &Asker, action: &str) -> Option<Call> {
    let call = Call::new("sendChatAction").param("action", action);
    let call = fill(call, &asker.update);
    (asker.waits() && !has_no_address(&call)).then_some(call)
}

/// When the action is to be shown: after the delay, and again before it vanishes.
struct Times(Instant);

impl Times {
    fn after(delay: Duration) -> Self {
        Self(Instant::now() + delay)
    }

    async fn next(&mut self) {
        sleep_until(self.0).await;
        self.0 = Instant::now() + SHOWN;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use telegram_emulator::Emulator;
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{
        request::MatchedRoute,
        testing::{bot_of, posts, presses, says},
    };

    #[tokio::test(start_paused = true)]
    async fn it_appears_after_the_delay_and_again_before_it_vanishes() {
        let begun = Instant::now();
        let mut times = Times::after(Duration::from_secs(1));
        for expected in [1_000, 5_500, 10_000] {
            times.next().await;
            assert_eq!(begun.elapsed().as_millis(), expected);
        }
    }

    /// A handler that ends once Telegram was told of so many actions.
    async fn handle(tg: &Arc<Emulator>, mut request: Request, actions: usize) {
        request.bot = bot_of(tg);
        let tg = tg.clone();
        let handler = service_fn(move |_| {
            let tg = tg.clone();
            async move {
                for _ in 0..actions {
                    tg.next_call("sendChatAction").await;
                }
                Ok(Reply::text("Готово"))
            }
        });
        let layer = TypingLayer::after(Duration::ZERO).action("upload_photo");
        let reply = layer.layer(handler).oneshot(request).await;
        assert_eq!(reply.expect("a reply").calls().len(), 1);
    }

    #[tokio::test]
    async fn who_waits_sees_that_the_bot_is_at_work() {
        let tg = Arc::new(Emulator::start().await);
        handle(&tg, says(1, "нарисуй"), 1).await;
        let call = &tg.calls_of("sendChatAction")[0];
        assert_eq!(call.params["action"], "upload_photo");
        assert_eq!(call.params["chat_id"].to_string().trim_matches('"'), "42");
    }

    #[tokio::test]
    async fn who_is_quick_is_not_delayed() {
        let tg = Arc::new(Emulator::start().await);
        handle(&tg, says(1, "привет"), 0).await;
        assert!(tg.calls_of("sendChatAction").is_empty());
    }

    #[test]
    fn it_is_shown_to_who_waits_only_where_that_is_seen() {
        let told = |request: &Request| call_for(&Asker::of(request), "typing");
        assert!(told(&says(1, "привет")).is_some());
        assert!(told(&posts(1, "новость")).is_none());
        // Under an inline result: nobody knows in which chat.
        assert!(told(&presses(1, "x")).is_none());
        let mut asked = posts(1, "в диалоге");
        let matched = MatchedRoute::default();
        asked.extensions.insert(matched.clone());
        let asker = Asker::of(&asked);
        assert!(call_for(&asker, "typing").is_none());
        matched.set("state form.name".into(), true);
        assert!(call_for(&asker, "typing").is_some());
    }
}
