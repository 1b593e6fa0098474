//! The client of the Bot API: a tower stack around HTTP. The token never leaves its bottom.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tower::{Service, ServiceBuilder, retry::Retry};

use super::{
    ApiError, Call,
    http::{Http, Prepared},
    parse_mode, payload,
    retry::RetryPolicy,
    sent::Sent,
};
use crate::config::TelegramConfig;

/// A handle to call the Bot API with; a clone shares connections.
///
/// As a handler's argument it is the escape hatch for a call whose result is needed: the call
/// happens now, before the session commits, and is not undone by an error. What can be said after
/// the commit belongs into the [`Reply`](crate::Reply).
#[derive(Clone)]
pub struct Bot {
    calls: Retry<RetryPolicy, Http>,
    http: Http,
    shared: Arc<Shared>,
}

struct Shared {
    id: i64,
    me: OnceLock<Me>,
    parse_mode: String,
    timeout: Duration,
    when_moved: OnceLock<WhenMoved>,
}

/// What is done when Telegram says that a group became a supergroup.
type WhenMoved = Box<dyn Fn(i64, i64) -> BoxFuture<'static, crate::Result<()>> + Send + Sync>;

/// Who the bot is, from `getMe`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// Telegram's id.
    pub id: i64,
    /// The bot's name.
    pub first_name: String,
    /// Public name, without `@`.
    pub username: String,
}

impl Bot {
    /// A client for the bot of that configuration. Nothing is sent yet.
    #[must_use]
    pub fn new(config: &TelegramConfig) -> Self {
        let http = Http::new(config);
        let longest = Duration::from_secs(config.max_retry_after_s);
        let policy = RetryPolicy::new(config.max_retries, longest);
        let shared = Shared {
            id: config.bot_id(),
            me: OnceLock::new(),
            when_moved: OnceLock::new(),
            parse_mode: config.parse_mode.clone(),
            timeout: Duration::from_millis(config.request_timeout_ms),
        };
        let calls = ServiceBuilder::new().retry(policy).service(http.clone());
        Self {
            calls,
            http,
            shared: Arc::new(shared),
        }
    }

    /// The bot's id, known from its token.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.shared.id
    }

    /// The bot's username, known once [`identify`](Self::identify) succeeded.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.shared.me.get().map(|me| me.username.as_str())
    }

    /// Asks Telegram once who the bot is and remembers it for all clones.
    ///
    /// # Errors
    ///
    /// See [`ApiError`]; a code of 401 means a wrong token.
    pub async fn identify(&self) -> Result<Me, ApiError> {
        let result = self.try_once(Call::new("getMe"), Duration::ZERO).await?;
        let me: Me = decode(&result)?;
        Ok(self.shared.me.get_or_init(|| me).clone())
    }

    /// Makes a call, again if it failed in passing, and decodes its result.
    ///
    /// # Errors
    ///
    /// See [`ApiError`].
    pub async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, ApiError> {
        decode(&self.call_raw(call).await?)
    }

    /// Makes a call, again if it failed in passing; its result is not looked at.
    ///
    /// # Errors
    ///
    /// See [`ApiError`].
    pub async fn send(&self, call: Call) -> Result<(), ApiError> {
        self.call_raw(call).await.map(drop)
    }

    async fn call_raw(&self, mut call: Call) -> Result<Bytes, ApiError> {
        self.make(&mut call).await
    }

    /// Makes a call, again if it failed in passing. `call` is left as it was sent.
    pub(crate) async fn make(&self, call: &mut Call) -> Result<Bytes, ApiError> {
        let prepared = self.prepare(call, Duration::ZERO);
        // `Retry` over `Http` is always ready.
        let made = self.calls.clone().call(prepared).await;
        if let Err(ApiError::Api {
            migrate_to_chat_id: Some(to),
            ..
        }) = &made
        {
            self.tell_move(call, *to).await;
        }
        made
    }

    /// Has it done once Telegram refuses a call since the group it is for became a supergroup.
    pub(crate) fn when_moved<F>(&self, act: impl Fn(i64, i64) -> F + Send + Sync + 'static)
    where
        F: Future<Output = crate::Result<()>> + Send + 'static,
    {
        let act: WhenMoved = Box::new(move |from, to| Box::pin(act(from, to)));
        // Told once, by the app that the bot is of.
        let _ = self.shared.when_moved.set(act);
    }

    async fn tell_move(&self, call: &Call, to: i64) {
        let from = call.params().get("chat_id").and_then(Value::as_i64);
        let (Some(act), Some(from)) = (self.shared.when_moved.get(), from) else {
            return;
        };
        if let Err(error) = act(from, to).await {
            tracing::warn!(
                event = "move_unrecorded",
                error = error.chain(),
                "that a group became a supergroup was not recorded"
            );
        }
    }

    /// Makes a call once and decodes its result.
    pub(super) async fn call_once<T: DeserializeOwned>(&self, call: Call) -> Result<T, ApiError> {
        decode(&self.try_once(call, Duration::ZERO).await?)
    }

    /// Makes a call once, with `extra` time to wait; gives the raw bytes of its result.
    pub(crate) async fn try_once(
        &self,
        mut call: Call,
        extra: Duration,
    ) -> Result<Bytes, ApiError> {
        let prepared = self.prepare(&mut call, extra);
        self.http.clone().call(prepared).await
    }

    /// As [`try_once`](Self::try_once); `sent` tells when the call is on its way.
    pub(crate) async fn try_once_telling(
        &self,
        mut call: Call,
        extra: Duration,
        sent: &Sent,
    ) -> Result<Bytes, ApiError> {
        let prepared = Prepared {
            sent: Some(sent.clone()),
            ..self.prepare(&mut call, extra)
        };
        self.http.clone().call(prepared).await
    }

    fn prepare(&self, call: &mut Call, extra: Duration) -> Prepared {
        let (method, params) = call.parts_mut();
        parse_mode::apply(method, params, &self.shared.parse_mode);
        let body = serde_json::to_vec(params)
            .expect("a map of JSON values is JSON")
            .into();
        Prepared {
            method: method.clone(),
            body,
            timeout: self.shared.timeout + extra,
            sent: None,
        }
    }
}

fn decode<T: DeserializeOwned>(result: &Bytes) -> Result<T, ApiError> {
    payload::decode(result).map_err(ApiError::Result)
}

impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot")
            .field("id", &self.shared.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use telegram_emulator::Emulator;

    use super::*;
    use crate::{error::chain, testing::bot_of};

    #[tokio::test]
    async fn a_result_of_another_type_is_told_by_its_place_and_not_by_what_it_says() {
        #[derive(Debug, Deserialize)]
        struct Odd {
            #[serde(rename = "username")]
            _username: i64,
        }
        let tg = Emulator::start().await;
        let called = bot_of(&tg).call::<Odd>(Call::new("getMe")).await;
        let error = called.expect_err("a name is no number");
        assert!(!error.is_transient(), "the call was made");
        let told = format!("{} {error:?}", chain(&error));
        assert!(told.contains("`username`"), "{told}");
        assert!(!told.contains(tg.username()), "{told}");
    }
}
