//! The widgets of the library, one in each file. Each is made of the trait [`Widget`](crate::Widget) and of nothing else.
#![expect(
    missing_debug_implementations,
    reason = "they are little else than functions"
)]

mod ask;
mod ask_sent;
mod ask_text;
mod bound;
mod button;
mod calendar;
mod choice;
mod counter;
mod each;
mod group;
mod links;
mod moves;
mod multiselect;
pub(crate) mod own;
mod pager;
mod row;
mod scroll;
mod select;
mod start;
mod time_picker;
mod toggle;
mod turning;
mod when;

pub use self::{
    ask::Ask,
    ask_sent::{SentContact, SentFile, SentLocation},
    button::Button,
    calendar::Calendar,
    counter::Counter,
    each::{Each, Line},
    group::Group,
    links::Link,
    moves::Move,
    multiselect::Multiselect,
    pager::Pager,
    row::Row,
    scroll::Scroll,
    select::Select,
    start::Start,
    time_picker::TimePicker,
    toggle::Toggle,
    when::When,
};
use crate::View;

/// What a label or a condition is made from.
pub(crate) type Draw<D, R, T, X> = Box<dyn Fn(&View<D, R, T>) -> X + Send + Sync>;
