//! What is said of a failure that is not the user's business, and who decides that.

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::{Call, Error, Html, Reply, Update, UpdateKind, data::DIALOG, request::Asker};

/// What a user reads when something failed that is not the user's business; in a bot with [texts](mod@crate::texts) its translation,
/// the message `apology` of `ostankino.ftl`.
pub const APOLOGY: &str = "Что-то пошло не так";

/// A bot's own way to speak of failures: an extension of each request, if the bot has one.
#[derive(Clone)]
pub struct OnError(Arc<Decide>);

type Decide = dyn Fn(&Error, &Update) -> Option<Reply> + Send + Sync;

impl OnError {
    /// Asks `decide`, where somebody waits, what to say of an error: a reply, or `None` for silence.
    pub fn new(decide: impl Fn(&Error, &Update) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self(Arc::new(decide))
    }
}

impl fmt::Debug for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnError")
    }
}

/// What the user reads if it is all over with the update: a text meant for the user, or the apology
/// where somebody waits.
pub fn answer(asker: &Asker, error: &Error) -> Reply {
    match error {
        Error::User(text) => tell(&asker.update, text.clone()),
        _ if !asker.waits() => Reply::none(),
        _ => match &asker.on_error {
            Some(OnError(decide)) => decide(error, &asker.update).unwrap_or_default(),
            None => tell(&asker.update, asker.own().apology()),
        },
    }
}

/// Whether somebody waits, and there is a way to speak to them. A bot that keeps silent all the same has
/// decided that.
pub(crate) fn can_be_told(asker: &Asker) -> bool {
    asker.waits() && !tell(&asker.update, APOLOGY).calls().is_empty()
}

/// The words of the apology for `error` alone; `None` where nothing is to be said.
pub(crate) fn words(asker: &Asker, error: &Error) -> Option<Html> {
    let reply = answer(asker, error);
    let mut texts = reply.calls().iter().filter_map(|call| {
        let text = |name: &str| call.params().get(name).and_then(Value::as_str);
        match text("text") {
            Some(note) if call.is("answerCallbackQuery") => Some(Html::escaped(note)),
            Some(markup) => Some(Html::raw(markup.to_owned())),
            None => text("error_message").map(Html::escaped),
        }
    });
    texts.next()
}

/// Whether a button of a dialog was pressed.
fn is_of_dialog(update: &Update) -> bool {
    let data = update
        .callback_query()
        .and_then(|query| query.data.as_deref());
    data.is_some_and(|data| data.starts_with(DIALOG))
}

/// Says a text to whoever caused the update, in whatever way there is: a message, a
/// note over the chat for a button without one, a refusal of a payment that is about to be made. What
/// nobody can be told is dropped.
pub fn tell(update: &Update, text: impl Into<Html>) -> Reply {
    let text = text.into();
    let refuse = |method: &'static str| {
        let call = Call::new(method).param("ok", false);
        Reply::call(call.param("error_message", text.plain()))
    };
    match update.kind {
        UpdateKind::PreCheckoutQuery => refuse("answerPreCheckoutQuery"),
        UpdateKind::ShippingQuery => refuse("answerShippingQuery"),
        // Above the window of a dialog, which stays the last message.
        UpdateKind::CallbackQuery if is_of_dialog(update) => Reply::toast(text.plain()),
        _ if update.chat_id().is_some() => Reply::text(text),
        // A button under an inline result has no chat: its answer is all there is to say.
        UpdateKind::CallbackQuery => Reply::toast(text.plain()),
        // Nobody can be told.
        _ => Reply::none(),
    }
}
