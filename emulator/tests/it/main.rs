//! The emulator over HTTP, as a bot, a test and a person meet it.

mod acting;
mod binary;
mod connections;
mod control;
mod editing;
mod errors;
mod events;
mod faults;
mod library;
mod methods;
mod page;
mod parameters;
mod polling;
mod sending;
mod support;
mod webhook;
