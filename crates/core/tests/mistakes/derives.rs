//! Mistakes with derived states and arguments.

extern crate ostankino_core as ostankino;

use ostankino::{DialogueState, FromRequest, User};

#[derive(DialogueState)]
struct AskName {}

#[derive(DialogueState)]
#[state(title = "order.phone")]
struct AskPhone {}

#[derive(FromRequest)]
enum Who {
    Known(User),
}

#[derive(FromRequest)]
struct Visit {
    user: User,
    price: u32,
}
