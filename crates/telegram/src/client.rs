//! The client of the Bot API: a tower stack around HTTP. The token never leaves its bottom.

#[cfg(feature = "test")]
mod stand_in;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use aws_lc_rs::hmac;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tower::{Service, ServiceBuilder, ServiceExt, limit::ConcurrencyLimit, retry::Retry};

use super::{
    ApiError, Call, Download, Method,
    express::Express,
    files::{self, FileStore, Turns},
    http::{Body, Http, Prepared},
    limited::Limited,
    parse_mode,
    patience::Patience,
    payload,
    retry::RetryPolicy,
    sent::Sent,
};
use crate::{BoxError, Settings, chain};

/// A handle to call the Bot API with; a clone shares connections.
///
/// As a handler's argument it is the escape hatch for a call whose result is needed: the call
/// happens now, before the session commits, and is not undone by an error. What can be said after
/// the commit belongs into the reply.
#[derive(Clone)]
pub struct Bot(Arc<Inner>);

struct Inner {
    calls: Retry<RetryPolicy, ConcurrencyLimit<Http>>,
    /// For what cannot wait for its turn.
    express: Retry<RetryPolicy, Http>,
    http: Http,
    id: i64,
    me: OnceLock<Me>,
    parse_mode: String,
    timeout: Duration,
    when_moved: OnceLock<WhenMoved>,
    limited: Limited,
    files_dir: Option<PathBuf>,
    file_store: OnceLock<Weak<dyn FileStore>>,
    turns: Turns,
    max_retries: u32,
    #[cfg(feature = "test")]
    stand_in: Option<stand_in::StandIn>,
}

/// What is done when Telegram says that a group became a supergroup.
type WhenMoved = Box<dyn Fn(i64, i64) -> BoxFuture<'static, Result<(), BoxError>> + Send + Sync>;

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
    /// A client for the bot of these settings. Nothing is sent yet.
    #[must_use]
    pub fn new(settings: impl Into<Settings>) -> Self {
        let settings = settings.into();
        let limited = Limited::default();
        let http = Http::new(&settings, limited.clone());
        let (retries, wait) = (settings.max_retries, settings.max_retry_after);
        let policy = RetryPolicy::new(retries, wait);
        // Whoever waits before another try holds nobody up, and the poller waits for no one.
        let express = ServiceBuilder::new()
            .retry(policy.clone())
            .service(http.clone());
        let calls = ServiceBuilder::new()
            .retry(policy)
            .concurrency_limit(settings.max_connections)
            .service(http.clone());
        Self(Arc::new(Inner {
            calls,
            express,
            http,
            id: settings.bot_id(),
            me: OnceLock::new(),
            parse_mode: settings.parse_mode,
            timeout: settings.request_timeout,
            when_moved: OnceLock::new(),
            limited,
            files_dir: settings.files_dir,
            file_store: OnceLock::new(),
            turns: Turns::default(),
            max_retries: settings.max_retries,
            #[cfg(feature = "test")]
            stand_in: None,
        }))
    }

    /// The bot's id, known from its token.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.0.id
    }

    /// The bot's username, known once [`identify`](Self::identify) succeeded.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.0.me.get().map(|me| me.username.as_str())
    }

    /// Asks Telegram once who the bot is and remembers it for all clones.
    ///
    /// # Errors
    ///
    /// See [`ApiError`]; a code of 401 means a wrong token.
    pub async fn identify(&self) -> Result<Me, ApiError> {
        let result = self.try_once(Call::new("getMe"), Duration::ZERO).await?;
        let me: Me = decode(&result)?;
        Ok(self.0.me.get_or_init(|| me).clone())
    }

    /// Calls a method with its typed parameters, again if it failed in passing, and gives its
    /// typed answer.
    ///
    /// ```
    /// use ostankino_telegram::{ApiError, Bot, methods::GetChatMemberCountParams};
    ///
    /// async fn count(bot: Bot) -> Result<String, ApiError> {
    ///     let chat = GetChatMemberCountParams::builder().chat_id(-100).build();
    ///     let members: u32 = bot.send(&chat).await?;
    ///     Ok(format!("Нас {members}"))
    /// }
    /// ```
    ///
    /// Answers are of [`types`](super::types), which are closed: should Telegram answer with what
    /// they do not know, the call is made and its answer an error ([`ApiError::Result`]). Where that
    /// matters, [`call`](Self::call) decodes into a type of one's own.
    ///
    /// # Errors
    ///
    /// See [`ApiError`].
    pub async fn send<M: Method>(&self, params: &M) -> Result<M::Answer, ApiError> {
        self.call(Call::of(params)).await
    }

    /// Makes any call, again if it failed in passing, and decodes its result: into
    /// [`IgnoredAny`](serde::de::IgnoredAny) where it does not matter.
    ///
    /// # Errors
    ///
    /// See [`ApiError`].
    pub async fn call<T: DeserializeOwned>(&self, mut call: Call) -> Result<T, ApiError> {
        decode(&self.make(&mut call).await?)
    }

    /// Makes a call, again if it failed in passing. `call` is left as it was sent.
    #[doc(hidden)]
    pub async fn make(&self, call: &mut Call) -> Result<Bytes, ApiError> {
        self.make_with(call, Patience::AsSet).await
    }

    /// As [`make`](Self::make), with so much patience.
    #[doc(hidden)]
    pub async fn make_with(&self, call: &mut Call, patience: Patience) -> Result<Bytes, ApiError> {
        #[cfg(feature = "test")]
        if let Some(stand_in) = &self.0.stand_in {
            return stand_in.answer(self, call);
        }
        let made = match call.files() {
            [] => {
                let prepared = self.prepare(call, Duration::ZERO);
                self.carry_out(Prepared {
                    patience,
                    ..prepared
                })
                .await
            }
            // On the heap: most calls have none.
            _ => Box::pin(files::send(self, call, patience)).await,
        };
        if let Err(ApiError::Api {
            migrate_to_chat_id: Some(to),
            ..
        }) = &made
        {
            self.tell_move(call, *to).await;
        }
        made
    }

    pub(super) async fn carry_out(&self, prepared: Prepared) -> Result<Bytes, ApiError> {
        // Few of them are under way, by the budget of whoever handles what they answer.
        if Express::answers(&prepared.method) {
            return self.0.express.clone().oneshot(prepared).await;
        }
        self.0.calls.clone().oneshot(prepared).await
    }

    /// Finds a file by its id, to be fetched: up to 20 MB from Telegram's own server.
    ///
    /// ```
    /// use ostankino_telegram::{ApiError, Bot};
    ///
    /// async fn length(bot: Bot, file_id: &str) -> Result<usize, ApiError> {
    ///     let bytes = bot.download(file_id).await?.bytes(1 << 20).await?;
    ///     Ok(bytes.len())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ApiError`]; [`FileError::TooBigToDownload`](super::FileError::TooBigToDownload) among them.
    pub async fn download(&self, file_id: &str) -> Result<Download, ApiError> {
        Download::find(self, file_id).await
    }

    /// Has the bytes of uploads taken from there, and the ids of what was sent kept there.
    #[doc(hidden)]
    pub fn keep_files_in(&self, store: Weak<dyn FileStore>) {
        // Told once, by the app that the bot is of.
        let _ = self.0.file_store.set(store);
    }

    pub(super) fn file_store(&self) -> Option<Arc<dyn FileStore>> {
        self.0.file_store.get()?.upgrade()
    }

    pub(super) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    pub(super) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(super) fn files_dir(&self) -> Option<&Path> {
        self.0.files_dir.as_deref()
    }

    /// The most bytes of a file that its server takes.
    #[doc(hidden)]
    #[must_use]
    pub fn most_sent(&self) -> u64 {
        files::most_sent(self.files_dir())
    }

    /// How long nothing may move while a file is fetched, and how often it may break off.
    pub(super) fn patience(&self) -> (Duration, u32) {
        (self.0.timeout, self.0.max_retries)
    }

    /// Has it done once Telegram refuses a call since the group it is for became a supergroup.
    #[doc(hidden)]
    pub fn when_moved<F>(&self, act: impl Fn(i64, i64) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let act: WhenMoved = Box::new(move |from, to| Box::pin(act(from, to)));
        // Told once, by the app that the bot is of.
        let _ = self.0.when_moved.set(act);
    }

    /// Has it done whenever Telegram refuses a call to a chat with a 429: with the chat, and how long that is to be left alone.
    #[doc(hidden)]
    pub fn when_limited(&self, act: impl Fn(i64, Duration) + Send + Sync + 'static) {
        self.0.limited.tell(act);
    }

    async fn tell_move(&self, call: &Call, to: i64) {
        let from = call.params().get("chat_id").and_then(Value::as_i64);
        let (Some(act), Some(from)) = (self.0.when_moved.get(), from) else {
            return;
        };
        if let Err(error) = act(from, to).await {
            tracing::warn!(
                event = "move_unrecorded",
                error = chain(&*error),
                "that a group became a supergroup was not recorded"
            );
        }
    }

    /// Makes a call once and decodes its result.
    pub(super) async fn call_once<T: DeserializeOwned>(&self, call: Call) -> Result<T, ApiError> {
        decode(&self.try_once(call, Duration::ZERO).await?)
    }

    /// Makes a call once, with `extra` time to wait; gives the raw bytes of its result.
    #[doc(hidden)]
    pub async fn try_once(&self, mut call: Call, extra: Duration) -> Result<Bytes, ApiError> {
        #[cfg(feature = "test")]
        if let Some(stand_in) = &self.0.stand_in {
            return stand_in.answer(self, &mut call);
        }
        let prepared = self.prepare(&mut call, extra);
        self.0.http.clone().call(prepared).await
    }

    /// As [`try_once`](Self::try_once); `sent` tells when the call is on its way.
    #[doc(hidden)]
    pub async fn try_once_telling(
        &self,
        mut call: Call,
        extra: Duration,
        sent: &Sent,
    ) -> Result<Bytes, ApiError> {
        let prepared = Prepared {
            sent: Some(sent.clone()),
            ..self.prepare(&mut call, extra)
        };
        self.0.http.clone().call(prepared).await
    }

    /// The key by which Telegram signs what the bot's web apps are opened with.
    pub(super) fn web_app_key(&self) -> hmac::Key {
        self.0.http.web_app_key()
    }

    pub(super) fn prepare(&self, call: &mut Call, extra: Duration) -> Prepared {
        let (method, params) = call.parts_mut();
        parse_mode::apply(method, params, &self.0.parse_mode);
        Prepared {
            method: method.clone(),
            chat: params.get("chat_id").and_then(Value::as_i64),
            body: Body::json(params),
            timeout: self.0.timeout + extra,
            patience: Patience::AsSet,
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
            .field("id", &self.0.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
