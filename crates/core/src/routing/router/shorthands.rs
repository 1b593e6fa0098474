//! What most routes are, in a word each: [`Router::on`] with the filter of that name.

use std::sync::Arc;

use super::Router;
use crate::{DialogueState, Handler, routing::filter};

/// # Shorthands
///
/// Each is [`on`](Router::on) with one filter, and panics as that does.
impl Router {
    /// A message that begins with the command, given without its slash.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if the name has a slash.
    #[track_caller]
    pub fn command<Args: 'static>(
        self,
        name: impl Into<Arc<str>>,
        handler: impl Handler<Args>,
    ) -> Self {
        self.on(filter::command(name), handler)
    }

    /// What the sender says, no command, while the dialogue is in the state `S`:
    /// `.state::<AskName, _>(receive_name)`. It may be a photo as well as a text, or what a button of
    /// the bot's keyboard asked for (people, a chat, data of a web app). Register it before
    /// [`text`](Self::text). For presses: `.on(callback("form:") & state::<Confirm>(), decide)`.
    #[track_caller]
    pub fn state<S: DialogueState, Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::state::<S>(), handler)
    }

    /// A pressed button whose data begin with `prefix`.
    #[track_caller]
    pub fn callback<Args: 'static>(
        self,
        prefix: impl Into<Arc<str>>,
        handler: impl Handler<Args>,
    ) -> Self {
        self.on(filter::callback(prefix), handler)
    }

    /// What Telegram tells of a chat, by the name of its field: `pinned_message`,
    /// `new_chat_members`. No other route but one of the whole kind gets it.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if no message has such a field.
    #[track_caller]
    pub fn service<Args: 'static>(self, field: &'static str, handler: impl Handler<Args>) -> Self {
        self.on(filter::service(field), handler)
    }

    /// A message whose text is this, to the letter: what a button of a reply keyboard says. Register
    /// it before [`text`](Self::text).
    #[track_caller]
    pub fn text_is<Args: 'static>(
        self,
        text: impl Into<Arc<str>>,
        handler: impl Handler<Args>,
    ) -> Self {
        self.on(filter::text_is(text), handler)
    }
}

macro_rules! shorthands {
    ($($(#[$doc:meta])* $name:ident = $filter:expr,)*) => {
        impl Router {$(
            $(#[$doc])*
            #[track_caller]
            pub fn $name<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
                self.on($filter, handler)
            }
        )*}
    };
}

shorthands! {
    /// A message with a text or a caption.
    text = filter::text(),
    /// A message with a photo.
    photo = filter::photo(),
    /// A message with a file that is no photo, video, music or voice.
    document = filter::document(),
    /// A message with somebody's contact.
    contact = filter::contact(),
    /// A message with a place on the map.
    location = filter::location(),
    /// A message was edited.
    edited = filter::edited_message(),
    /// A new post in a channel.
    channel_post = filter::channel_post(),
    /// A change of the bot's own membership: blocked, unblocked, added to a group.
    my_chat_member = filter::my_chat_member(),
    /// A change of another member of a chat. Telegram tells it to administrators only.
    chat_member = filter::chat_member(),
    /// Somebody asks to join a chat.
    join_request = filter::chat_join_request(),
    /// An inline query: `@our_bot something`, letter by letter.
    inline = filter::inline_query(),
    /// A chosen result of an inline query, if @BotFather was asked to tell of them.
    chosen_inline = filter::chosen_inline_result(),
    /// A change of somebody's reaction to a message. Telegram tells it to administrators only.
    reaction = filter::message_reaction(),
    /// A new state of a poll that the bot sent, or that was stopped.
    poll = filter::poll(),
    /// A changed answer in a poll that is not anonymous.
    poll_answer = filter::poll_answer(),
    /// A checkout that is to be confirmed within ten seconds.
    pre_checkout = filter::pre_checkout_query(),
    /// A question for shipping options, of an invoice whose price depends on them.
    shipping = filter::shipping_query(),
    /// A payment that succeeded.
    paid = filter::service("successful_payment"),
}
