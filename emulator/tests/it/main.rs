//! The emulator over HTTP, as a bot, a test and a person meet it.

mod acting;
mod binary;
mod connections;
mod control;
mod copying;
mod data;
mod delivery;
mod editing;
mod errors;
mod events;
mod faults;
mod files;
mod flood;
mod formatting;
mod library;
mod media;
mod members;
mod methods;
mod page;
mod parameters;
mod polling;
mod profile;
mod sending;
mod sending_more;
mod support;
mod webhook;
