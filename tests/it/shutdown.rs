//! The end: in order, with what is in flight finished and nothing lost.

mod background;
mod in_flight;
mod order;
