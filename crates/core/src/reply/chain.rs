//! What becomes of a reply beyond that its calls are made: names of messages, obligations, calls that depend on each
//! other.

use serde_json::Value;

use super::{Reply, checks::Checked, html_call};
use crate::{
    Event, Html,
    event::to_json,
    telegram::{
        Call,
        internal::{Attributes, Then},
        method::{Place, target},
    },
};

/// The most bytes of a note's name.
const LONGEST_NAME: usize = 64;

impl Reply {
    /// Names the message that is sent, in its chat: [`edit_noted`](Self::edit_noted) finds it by that name, in
    /// whatever handler and however much later. The message that had the name before loses it. Of several messages, as
    /// of a long text, it is the last one; of an album the first, and the others are `name.2`, `name.3` and so on.
    ///
    /// ```
    /// use ostankino_core::Reply;
    ///
    /// async fn order() -> Reply {
    ///     Reply::text("Заказ принят").note("order:7")
    /// }
    ///
    /// async fn cooked() -> Reply {
    ///     Reply::edit_noted("order:7", "Заказ готов")
    /// }
    /// ```
    ///
    /// A name has 1 to 64 bytes.
    #[track_caller]
    pub fn note(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let problem = match self.calls.last() {
            None => Err("there is no message to name".into()),
            Some(call) if !sends_message(call) => Err(format!(
                "`{}` sends no message that could be named",
                call.method()
            )),
            Some(_) => check_name(&name),
        };
        if let Some(call) = self.calls.last_mut() {
            call.attributes_mut().note = Some(name);
        }
        self.checked(problem)
    }

    /// Replaces the text and the buttons of the message that was [named](Self::note) so in the chat. If none was, or it
    /// is gone, the text is sent as a message of that name.
    #[track_caller]
    pub fn edit_noted(name: impl Into<String>, text: impl Into<Html>) -> Self {
        let (name, text) = (name.into(), text.into());
        let problem = super::checks::text(&text).and_then(|()| check_name(&name));
        let mut call = html_call("sendMessage", text);
        *call.attributes_mut() = Attributes {
            note: Some(name),
            edits: true,
            ..Attributes::default()
        };
        Self::call(call).checked(problem)
    }

    /// Has the last call be about the message that was [named](Self::note) so in the chat: an edit, a deletion, a pin. It is not
    /// made if no message of that name is known.
    ///
    /// ```
    /// use ostankino_core::Reply;
    ///
    /// async fn cancelled() -> Reply {
    ///     Reply::text("Заказ отменён").and(Reply::delete().noted("order:7"))
    /// }
    /// ```
    #[track_caller]
    pub fn noted(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let problem = match self.calls.last() {
            None => Err("there is no call that could be about a message".into()),
            Some(call) if !is_about_a_message(call) => {
                Err(format!("`{}` is about no message", call.method()))
            }
            Some(_) => check_name(&name),
        };
        if let Some(call) = self.calls.last_mut() {
            call.attributes_mut().of = Some(name);
        }
        self.checked(problem)
    }

    /// Has the last call, which is about a message that was [named](Self::noted), not be made if that is this one.
    ///
    /// ```
    /// use ostankino_core::{Reply, reply::InlineKeyboard};
    ///
    /// /// Another copy of the menu, if there is one, loses its buttons.
    /// fn only(pressed: i64) -> Reply {
    ///     let others = Reply::edit_keyboard(InlineKeyboard::new());
    ///     others.noted("menu").except(pressed)
    /// }
    /// ```
    #[track_caller]
    pub fn except(mut self, message_id: i64) -> Self {
        let is_of_name = |call: &Call| call.attributes().is_some_and(|it| it.of.is_some());
        let problem = match self.calls.last_mut() {
            Some(call) if is_of_name(call) => {
                call.attributes_mut().except = Some(message_id);
                Ok(())
            }
            _ => Err("there is no call about a message of a name".into()),
        };
        self.checked(problem)
    }

    /// Has the last call, which edits the text or the media of a message, look for the one that was [named](Self::note) so if that
    /// message is gone; and if that is gone, too, or none has the name, what it was to show is sent, and has the name from now on.
    ///
    /// ```
    /// use ostankino_core::{Reply, reply::Media};
    ///
    /// /// The menu, wherever it is.
    /// fn menu() -> Reply {
    ///     Reply::edit("Меню").noted("menu").or_send("menu")
    /// }
    ///
    /// fn picture(message_id: i64) -> Reply {
    ///     let edit = Reply::edit_media(Media::photo("https://example.org/menu.jpg"));
    ///     edit.param("message_id", message_id).or_send("menu")
    /// }
    /// ```
    #[track_caller]
    pub fn or_send(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let can_be_sent = |call: &Call| call.is("editMessageText") || call.is("editMessageMedia");
        let problem = match self.calls.last() {
            None => Err("there is no edit that could be sent".into()),
            Some(call) if !can_be_sent(call) => {
                Err(format!("`{}` edits neither text nor media", call.method()))
            }
            Some(_) => check_name(&name),
        };
        if let Some(call) = self.calls.last_mut() {
            let attributes = call.attributes_mut();
            attributes.note = Some(name);
            attributes.edits = true;
        }
        self.checked(problem)
    }

    /// Makes the calls of the other reply instead, if Telegram refuses the last call of this one for good and it cannot be said in
    /// another way. Nobody is apologised to then. What follows by [`and_then`](Self::and_then) hangs on the call itself, and is
    /// not made.
    ///
    /// ```
    /// use ostankino_core::Reply;
    ///
    /// /// To the guest, or else to the desk, if the guest blocked the bot.
    /// fn ready(guest: i64, desk: i64) -> Reply {
    ///     let told = Reply::text("Заказ готов").to(guest);
    ///     told.or(Reply::text("Гостю не написать: позвоните").to(desk))
    /// }
    /// ```
    #[track_caller]
    pub fn or(mut self, other: Self) -> Self {
        let has_then = |call: &Call| call.attributes().is_some_and(|it| it.then.is_some());
        let happens = !other.effects.is_empty() || other.calls.iter().any(has_then);
        let problem = match self.calls.last_mut() {
            None => Err("there is no call in whose place another could be made".into()),
            Some(_) if happens => {
                Err("what is said instead of a refused call has no event happen".into())
            }
            Some(call) => {
                call.attributes_mut().or = Some(other.calls);
                Ok(())
            }
        };
        self.checked(problem).mistaken(other.mistake)
    }

    /// Leaves the answer of the pressed button to an event that comes of the reply.
    #[doc(hidden)]
    #[track_caller]
    pub fn leaving_the_answer() -> Self {
        let mut call = Call::new("answerCallbackQuery");
        call.attributes_mut().is_left = true;
        Self::call(call)
    }

    /// An obligation: a call that is made again, across outages and deploys, until Telegram has either done it or
    /// refused it for good. It is made at least once, so it must be one that may be repeated, as a refund is.
    ///
    /// ```
    /// use ostankino_core::{Call, Reply, methods::RefundStarPaymentParams};
    ///
    /// fn refund(user_id: u64, charge: &str) -> Reply {
    ///     let refund = RefundStarPaymentParams::builder()
    ///         .user_id(user_id)
    ///         .telegram_payment_charge_id(charge)
    ///         .build();
    ///     Reply::must(Call::of(&refund)).and_then(Reply::text("Деньги возвращены"))
    /// }
    /// ```
    pub fn must(mut call: Call) -> Self {
        call.attributes_mut().must = true;
        Self::call(call)
    }

    /// Has Telegram's answer to the last call come back as an event, with what is given along: its handler takes it as
    /// [`Sent`](crate::event::Sent). It comes in the order of the same user, once, also where the call was refused.
    #[track_caller]
    pub fn then<E: Event>(mut self, event: &E) -> Self {
        let problem = match (self.calls.last_mut(), to_json(event)) {
            (Some(call), Ok(data)) => {
                let name = E::NAME.to_owned();
                let whose = Value::Null;
                call.attributes_mut().then = Some(Then { name, data, whose });
                Ok(())
            }
            (None, _) => Err("there is no call to wait for the answer of".into()),
            (_, Err(problem)) => Err(problem),
        };
        self.checked(problem)
    }

    /// Whether another run of the handler must not make something else of it: it has obligations, or an event
    /// comes of it.
    #[doc(hidden)]
    #[must_use]
    pub fn is_binding(&self) -> bool {
        let binds = |it: &Attributes| it.must || it.then.is_some();
        let binds = |call: &Call| call.attributes().is_some_and(binds);
        !self.effects.is_empty() || self.calls.iter().any(binds)
    }

    /// Another reply after this one, if its last call succeeded. Each call of the other one is made only if that before
    /// it succeeded; with [`and`](Self::and) all are made whatever becomes of the others.
    pub fn and_then(self, mut other: Self) -> Self {
        if !self.calls.is_empty() {
            for call in &mut other.calls {
                call.attributes_mut().chained = true;
            }
        }
        self.and(other)
    }
}

fn check_name(name: &str) -> Checked {
    match name.len() {
        1..=LONGEST_NAME => Ok(()),
        length => Err(format!(
            "the name of a message takes {length} bytes: it must be 1 to {LONGEST_NAME}"
        )),
    }
}

/// Whether the call changes a message that is there.
fn is_about_a_message(call: &Call) -> bool {
    let place = target(call.method()).map(|target| target.place);
    matches!(
        place,
        Some(Place::Message | Place::Pressed | Place::Ephemeral)
    )
}

/// Whether what Telegram answers is the message.
fn sends_message(call: &Call) -> bool {
    let begins = |prefix: &str| {
        let start = call.method().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let others = ["sendChatAction", "sendMessageDraft", "sendGift"];
    ["send", "copyMessage", "forwardMessage"]
        .into_iter()
        .any(begins)
        && !others.into_iter().any(|name| call.is(name))
}
