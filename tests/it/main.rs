//! The service as its users see it: HTTP in, the database, the queue and HTTP out. Real
//! PostgreSQL, real nats-server, a real Bot API server (the emulator); run by `make test`.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the environment that `make test` prepares"
)]

mod support;

mod addressed;
mod admin;
mod albums;
mod bots;
mod cli;
mod clock;
mod cluster;
mod composition;
mod definition_of_done;
mod delivery;
mod dialogs;
mod dialogue;
mod dialogues;
mod election;
mod errors;
mod events;
mod examples;
mod express;
mod files;
mod flood;
mod hooks;
mod http2;
mod inline;
mod jobs;
mod layers;
mod limits;
mod log_events;
mod logging;
mod mailings;
mod migrations;
mod mistakes;
mod moves;
mod nats_login;
mod odd_fields;
mod once;
mod operators_path;
mod owed;
mod personal;
mod poller;
mod pooler;
mod postgres_tls;
mod proxy;
mod refusals;
mod seats;
mod security_page;
mod sessions;
mod shutdown;
mod startup;
mod tea_shop;
mod texts;
mod timers;
mod traces;
mod tutorial;
mod users;
mod web;
mod webhook;
