//! The emulator's page in a real browser, with the service and with a scripted bot behind it; run by `make test-page`.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the environment that `make test-page` prepares, and the scripted bot is no part of the service"
)]

#[path = "../it/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests/it uses the rest")]
mod support;

mod bot;
mod browser;
mod chromium;

mod admin;
mod business;
mod channels;
mod chatting;
mod dialogs;
mod direct_messages;
mod formatting;
mod forums;
mod groups;
mod handling;
mod inline;
mod inspecting;
mod keyboards;
mod living;
mod looks;
mod media;
mod paying;
mod pictures;
mod polls;
mod profiles;
mod service;
mod streams;
mod video;
mod web_apps;
