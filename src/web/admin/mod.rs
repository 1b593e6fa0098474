//! The admin page, under `/admin` at the port of the operator: what goes on, and what can be done about it. It is made by the server, with a
//! little script that only refreshes it.
//!
//! Whatever must hold for all processes is in PostgreSQL: links, sessions, and who did what. What is done to a user is an event in that
//! user's order: nothing here writes what a handler may be writing at that moment.

mod act;
mod actions;
mod audit;
mod command;
mod dialogues;
mod door;
mod entry;
mod event_form;
mod failure;
mod files;
mod guard;
mod jobs;
mod journal;
mod layout;
mod letters;
mod looks;
mod mailing_form;
mod mailings;
mod maintenance;
mod numbers;
mod outbox;
mod overview;
mod parts;
mod person;
mod picture;
mod purges;
mod role;
mod show;
mod tail;
mod timers;
mod users;
mod visitor;
mod words;

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    middleware::from_fn,
    routing::{get, post},
};
use tokio::sync::Semaphore;

pub(crate) use self::{
    command::routes as command,
    looks::Looks,
    parts::{Means, Offered},
    purges::PURGES,
    tail::{Tail, TailLayer, tail},
};
use self::{numbers::Trend, role::Roster};
use super::{
    gauges::Gauges,
    prometheus::Exporter,
    stage::{Progress, Sources, Stage},
};
use crate::{Config, config::admin_origin};

/// What every page is made with. A clone shares it.
#[derive(Clone)]
pub(super) struct Admin(Arc<Inner>);

struct Inner {
    progress: Progress,
    exporter: Option<Exporter>,
    gauges: Gauges,
    roster: Roster,
    /// As a browser calls it.
    origin: String,
    trend: Mutex<Trend>,
    /// Who may look live at once.
    viewers: Arc<Semaphore>,
}

/// How many may look live at one process.
const VIEWERS: usize = 16;

impl Admin {
    /// The page, if the configuration asks for it.
    pub(super) fn of(
        config: &Config,
        progress: &Progress,
        exporter: Option<&Exporter>,
        gauges: &Gauges,
    ) -> Option<Self> {
        let origin = admin_origin(&config.admin.url).filter(|_| config.web.admin)?;
        Some(Self(Arc::new(Inner {
            progress: progress.clone(),
            exporter: exporter.cloned(),
            gauges: gauges.clone(),
            roster: Roster::of(config),
            origin,
            trend: Mutex::default(),
            viewers: Arc::new(Semaphore::new(VIEWERS)),
        })))
    }

    /// What a process that runs is asked about.
    fn sources(&self) -> Option<Arc<Sources>> {
        match self.0.progress.now() {
            Stage::Running(sources) => Some(sources),
            Stage::Starting | Stage::Stopping | Stage::Stopped(_) => None,
        }
    }

    /// Whether browsers reach it over TLS.
    fn is_secure(&self) -> bool {
        self.0.origin.starts_with("https:")
    }
}

/// The routes of the page.
pub(super) fn routes(admin: Admin) -> Router {
    let pages = Router::new()
        // To anybody.
        .route("/login/{user}/{word}", get(door::ask).post(door::enter))
        .route("/files/{name}", get(files::file))
        // To who is in.
        .route("/", get(overview::page))
        .route("/overview", get(overview::part))
        .route("/users", get(users::page))
        .route("/users/{id}", get(person::page))
        .route("/users/{id}/dialogue", get(dialogues::page))
        .route(
            "/users/{id}/event",
            get(event_form::page).post(event_form::send),
        )
        .route("/letters", get(letters::page))
        .route("/letters/{number}", get(letters::one))
        .route("/tail", get(tail::page))
        .route("/tail/stream", get(tail::stream))
        .route("/mailings", get(mailings::page))
        .route(
            "/mailings/new",
            get(mailing_form::page).post(mailing_form::attempt),
        )
        .route("/mailings/{id}", get(mailings::one))
        .route("/timers", get(timers::page))
        .route("/outbox", get(outbox::page))
        .route("/jobs", get(jobs::page))
        .route("/audit", get(journal::page))
        // To who may act.
        .route("/logout", post(door::leave))
        .route("/users/{id}/export", post(person::export))
        .route("/users/{id}/erase", post(person::erase))
        .route("/users/{id}/reset", post(dialogues::reset))
        .route("/users/{id}/actions/{name}", post(actions::press))
        .route("/letters/replay", post(letters::replay))
        .route("/mailings/begin", post(mailing_form::begin))
        .route("/mailings/{id}/order", post(mailings::order))
        .route("/maintenance", post(maintenance::switch))
        .fallback(guard::nowhere)
        .with_state(admin)
        .layer(from_fn(guard::close));
    // A nest has no route for its own name without a slash.
    Router::new().nest("/admin/", pages).route(
        "/admin",
        get(guard::to_overview).layer(from_fn(guard::close)),
    )
}
