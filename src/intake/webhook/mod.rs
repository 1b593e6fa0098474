//! The webhook: Telegram posts each update to any of the processes, which stores it before it says that it has it.

mod door;
mod keeper;
mod receiver;
mod receivers;
mod request;
mod serving;

pub(crate) use door::Door;
pub(crate) use keeper::{Keeper, Terms};
pub(crate) use receiver::Receiver;
pub(crate) use receivers::Receivers;
pub(crate) use serving::serve;
