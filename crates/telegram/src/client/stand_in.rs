//! A Telegram in the process of a test: a function answers the calls, and nothing is sent.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::{Bot, Me};
use crate::{ApiError, Call, Settings, parse_mode};

/// Answers calls in place of a server.
pub(super) struct StandIn(Box<Answer>);

type Answer = dyn Fn(&Call) -> Result<Value, ApiError> + Send + Sync;

impl Bot {
    /// A client for tests of handlers, which sends nothing: `answer` says what Telegram would to a call,
    /// and nothing is tried again. Who the bot is, `me`, is known at once.
    ///
    /// ```
    /// use ostankino_telegram::{ApiError, Bot, Call, Me, Settings};
    ///
    /// # async fn test() -> Result<(), ApiError> {
    /// let me = Me { id: 7, first_name: "Бот".into(), username: "the_bot".into() };
    /// let bot = Bot::answered_by(Settings::new("7:AA"), me, |call| Ok(call.method().into()));
    /// assert_eq!(bot.call::<String>(Call::new("getChat")).await?, "getChat");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn answered_by(
        mut settings: Settings,
        me: Me,
        answer: impl Fn(&Call) -> Result<Value, ApiError> + Send + Sync + 'static,
    ) -> Self {
        // Nothing is sent there: it spares the client its TLS.
        settings.api_url = "http://127.0.0.1:9".into();
        let mut bot = Self::new(settings);
        let inner = Arc::get_mut(&mut bot.0).expect("nobody has it yet");
        inner.stand_in = Some(StandIn(Box::new(answer)));
        inner.me = me.into();
        bot
    }
}

impl StandIn {
    /// The answer to a call, which is left as it would be sent.
    pub(super) fn answer(&self, bot: &Bot, call: &mut Call) -> Result<Bytes, ApiError> {
        let (method, params) = call.parts_mut();
        parse_mode::apply(method, params, &bot.0.parse_mode);
        (self.0)(call).map(|result| result.to_string().into())
    }
}
