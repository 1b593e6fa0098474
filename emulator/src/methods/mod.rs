//! The Bot API's methods: what each does to the world and answers.

mod callbacks;
mod chats;
mod commands;
mod edit;
mod me;
mod names;
mod send;
mod updates;
mod webhook;

/// Checks shared by the methods.
mod arguments;

use std::borrow::Cow;

use crate::{
    http::{Answer, Params, Refusal},
    world::World,
};

/// What a method answers.
type Outcome = Result<Answer, Refusal>;

/// A method's name as Telegram documents it; an unknown one as it was sent.
pub(crate) fn spelled(method: &str) -> Cow<'static, str> {
    match names::known(method) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(method.to_owned()),
    }
}

/// Carries out a method, named as [`spelled`].
pub(crate) async fn call(world: &World, method: &str, params: &Params) -> Outcome {
    match method {
        "getUpdates" => updates::get_updates(world, params).await,
        "setWebhook" => webhook::set(world, params),
        "deleteWebhook" => webhook::delete(world, params),
        "getWebhookInfo" => Ok(webhook::info(world)),

        "getMe" => Ok(me::get_me(world)),
        "setMyCommands" => commands::set(world, params),
        "getMyCommands" => commands::get(world, params),
        "deleteMyCommands" => commands::delete(world, params),

        "sendMessage" => send::message(world, params),
        "editMessageText" => edit::text(world, params),
        "editMessageReplyMarkup" => edit::reply_markup(world, params),
        "deleteMessage" => edit::delete(world, params),
        "answerCallbackQuery" => callbacks::answer(world, params),

        "getChat" => chats::get_chat(world, params),
        "sendChatAction" => chats::send_action(world, params),
        "getFile" => chats::get_file(params),

        _ if names::known(method).is_some() => {
            tracing::warn!(
                method,
                "the bot called a method that this emulator does not know yet"
            );
            let text =
                format!("Not Implemented: telegram-emulator does not know the method {method} yet");
            Err(Refusal::new(501, text))
        }
        _ => {
            tracing::warn!(
                method,
                "the bot called a method that the Bot API does not have"
            );
            Err(Refusal::new(404, "Not Found: method not found"))
        }
    }
}
