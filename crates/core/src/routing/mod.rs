//! Which handler gets an update: a [`Router`] of [`Filter`]s, which are data, so that the kinds of
//! updates to ask Telegram for can be read off them.

pub mod filter;
mod route;
mod router;

pub use filter::Filter;
pub use route::Route;
pub use router::{Description, InMenu, RouteInfo, Router};
