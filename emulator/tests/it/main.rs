//! The emulator over HTTP, as a bot, a test and a person meet it.

mod acting;
mod binary;
mod connections;
mod control;
mod data;
mod delivery;
mod editing;
mod errors;
mod faults;
mod flood;
mod formatting;
mod library;
mod methods;
mod parameters;
mod polling;
mod sending;
mod support;
mod webhook;
