//! What nearly every file of a bot names: `use ostankino::prelude::*;`.
//!
//! Conditions of routes are in [`filter`], arguments that few need in
//! [`extract`](crate::extract).

#[doc(no_inline)]
pub use crate::reply::{Article, Button, InlineKeyboard, Invoice, Key, Keyboard, ReplyKeyboard};
#[doc(no_inline)]
pub use crate::{
    App, AppBuilder, Bot, CallbackData, CommandArgs, Config, Context, Current, DbSession, DeepLink,
    DialogueState, Error, Event, Extension, Fired, FromRequest, Fsm, Handler, Html, IntoReply,
    Link, Pressed, Rejection, Reply, Request, Result, Router, State, Text, Timers, Update,
    UpdateKind, Upload, User, filter, html,
    layers::{Next, from_fn},
};
