//! Dialogs for bots on [ostankino]: windows of text, media and buttons in one message, and a stack of them.
//!
//! A [`Dialog`] is named by the type of what it learns, its windows by an enum. A window is drawn from a [`View`]: the data, what
//! its getter found, the texts. Its [widgets] change the data, lead to other windows, or do something; its inputs
//! take what the user writes. Nothing is kept in memory: what is open is one record of the place, written after the session of
//! the update committed, so what a press wrote to the database and how the dialog went on agree, also after a crash.
//!
//! ```
//! use ostankino::{Reply, Result, Router};
//! use ostankino_dialogs::{Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows};
//! use serde::{Deserialize, Serialize};
//!
//! windows! {
//!     /// The windows of an order.
//!     pub Step { Count, Note }
//! }
//!
//! #[derive(Clone, Serialize, Deserialize, DialogData)]
//! #[dialog(name = "order", windows = Step)]
//! struct Order {
//!     count: u8,
//!     note: String,
//! }
//!
//! async fn pay(Data(order): Data<Order>) -> Turn<Order> {
//!     Turn::cancel().toast(format!("Заказано: {}", order.count))
//! }
//!
//! fn order() -> Dialog<Order> {
//!     Dialog::<Order>::new()
//!         .window(Step::Count, |w| {
//!             w.text(|_| "Сколько пирожков?");
//!             w.counter("count", field!(count), 1..=9);
//!             w.row(|row| {
//!                 row.next(|_| "Пожелания");
//!                 row.button("pay", |v| format!("Заказать {}", v.data.count), pay).once();
//!             });
//!         })
//!         .window(Step::Note, |w| {
//!             w.text(|_| "Напишите пожелания");
//!             w.ask_text(1..=500, field!(note)).then(Step::Count);
//!             w.back(|_| "‹ Назад");
//!         })
//! }
//!
//! async fn start(dialogs: Dialogs) -> Result<Reply> {
//!     dialogs.start(Order { count: 1, note: String::new() }).await
//! }
//!
//! fn router() -> Router {
//!     Router::new()
//!         .command("order", start)
//!         .dialogs(DialogSet::new().with(order()))
//! }
//! # router();
//! ```

mod access;
mod address;
mod call;
mod data;
mod diagram;
mod dialog;
mod elsewhere;
mod engine;
mod ephemeral;
mod field;
mod happen;
mod hash;
mod input;
mod item;
mod keys;
mod lead;
mod look;
mod message;
mod names;
mod number;
mod page;
mod picture;
mod preview;
mod program;
mod revive;
mod router;
mod rules;
mod said;
mod set;
mod show;
mod shown;
mod stack;
mod staleness;
pub mod texts;
mod turn;
mod view;
mod wanted;
mod widget;
pub mod widgets;
mod window;
mod within;

/// Implements [`DialogData`](trait@DialogData): see there.
pub use ostankino_macros::DialogData;

pub use self::{
    access::Access,
    address::LONGEST_KEY,
    call::{Action, Getter},
    data::{Data, Done, Item},
    dialog::{Dialog, Launch},
    elsewhere::DialogsOf,
    field::Field,
    input::{Input, Received},
    keys::Keys,
    lead::Lead,
    names::{DialogData, Windows},
    number::{Number, NumberField},
    page::{Counted, Page, Rows},
    preview::{Preview, PreviewButton},
    program::ProgramExt,
    router::{Dialogs, RouterExt},
    set::DialogSet,
    stack::Asked,
    turn::{IntoTurn, Show, Turn},
    view::View,
    widget::{At, Press, Widget},
    window::Window,
};

/// The code of the README and of the guide compiles.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../README.md")]
    struct Readme;

    #[doc = include_str!("../../../docs/dialogs.md")]
    struct Dialogs;

    #[doc = include_str!("../../../docs/dialogs-groups.md")]
    struct Groups;
}
