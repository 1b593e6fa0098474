//! What most routes are, in a word each: [`Router::on`] with the filter of that name.

use std::sync::Arc;

use super::Router;
use crate::{
    DialogueState, Handler,
    album::{self, Gathered},
    layers::from_fn,
    routing::filter,
};

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
        let name = name.into();
        let mut router = self.on(filter::command(name.clone()), handler);
        router.last_command = Some(name);
        router
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

    /// A message with a text or a caption.
    #[track_caller]
    pub fn text<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::text(), handler)
    }

    /// A message with a photo.
    #[track_caller]
    pub fn photo<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::photo(), handler)
    }

    /// An album that somebody sends: `.album(keep)`. All its parts come at once, as one
    /// [`Album`](crate::Album), some 0.7 s after the last of them was handled. Register it before what takes
    /// single photos and files, which otherwise gets each part by itself.
    ///
    /// What comes later still, since Telegram was slow, comes as another album of that id. The handler runs as that
    /// of an event does: see [`event`](Self::event). For those of some chats, put it behind a gate.
    #[track_caller]
    pub fn album<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        let kept = (|| async {}).layer(from_fn(album::keep));
        self.on(filter::album(), kept)
            .event::<Gathered, _>(handler.layer(from_fn(album::gather)))
    }

    /// A message with a file that is no photo, video, music or voice.
    #[track_caller]
    pub fn document<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::document(), handler)
    }

    /// A message with somebody's contact.
    #[track_caller]
    pub fn contact<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::contact(), handler)
    }

    /// A message with a place on the map.
    #[track_caller]
    pub fn location<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::location(), handler)
    }

    /// A message was edited.
    #[track_caller]
    pub fn edited<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::edited_message(), handler)
    }

    /// A new post in a channel.
    #[track_caller]
    pub fn channel_post<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::channel_post(), handler)
    }

    /// A change of the bot's own membership: blocked, unblocked, added to a group.
    #[track_caller]
    pub fn my_chat_member<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::my_chat_member(), handler)
    }

    /// A change of another member of a chat. Telegram tells it to administrators only.
    #[track_caller]
    pub fn chat_member<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::chat_member(), handler)
    }

    /// Somebody asks to join a chat.
    #[track_caller]
    pub fn join_request<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::chat_join_request(), handler)
    }

    /// An inline query: `@our_bot something`, letter by letter.
    #[track_caller]
    pub fn inline<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::inline_query(), handler)
    }

    /// A chosen result of an inline query, if @BotFather was asked to tell of them.
    #[track_caller]
    pub fn chosen_inline<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::chosen_inline_result(), handler)
    }

    /// A change of somebody's reaction to a message. Telegram tells it to administrators only.
    #[track_caller]
    pub fn reaction<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::message_reaction(), handler)
    }

    /// A new state of a poll that the bot sent, or that was stopped.
    #[track_caller]
    pub fn poll<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::poll(), handler)
    }

    /// A changed answer in a poll that is not anonymous.
    #[track_caller]
    pub fn poll_answer<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::poll_answer(), handler)
    }

    /// A checkout that is to be confirmed within ten seconds.
    #[track_caller]
    pub fn pre_checkout<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::pre_checkout_query(), handler)
    }

    /// A question for shipping options, of an invoice whose price depends on them.
    #[track_caller]
    pub fn shipping<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::shipping_query(), handler)
    }

    /// A payment that succeeded.
    #[track_caller]
    pub fn paid<Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::service("successful_payment"), handler)
    }
}
