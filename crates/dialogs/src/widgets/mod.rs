//! The widgets of the library, one in each file. Each is made of the trait [`Widget`](crate::Widget) and of nothing else.
#![expect(
    missing_debug_implementations,
    reason = "they are little else than functions"
)]

mod button;
mod counter;
mod group;
mod links;
mod moves;
mod multiselect;
pub(crate) mod own;
mod pager;
mod row;
mod select;
mod start;
mod text_input;
mod toggle;
mod when;

pub use self::{
    button::Button, counter::Counter, group::Group, links::Link, moves::Move,
    multiselect::Multiselect, pager::Pager, row::Row, select::Select, start::Start,
    text_input::TextInput, toggle::Toggle, when::When,
};
use crate::View;

/// What a label or a condition is made from.
pub(crate) type Draw<D, R, T, X> = Box<dyn Fn(&View<D, R, T>) -> X + Send + Sync>;
