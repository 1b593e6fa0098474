//! What is asked under which path.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

#[cfg(feature = "admin")]
use super::admin::{self, Admin};
use super::{gauges::Gauges, log, prometheus::Exporter, readiness::Readiness, stage::Told};
use crate::Config;

const INDEX: &str = "\
/healthz   whether the process lives
/readyz    whether it can work, and if not, what to do
/metrics   what it counts, for Prometheus
/log       which records are written; PUT another filter, DELETE to go back to the configured one
";

#[derive(Clone)]
struct Asked {
    told: Told,
    exporter: Option<Exporter>,
    gauges: Gauges,
}

/// The routes of the port.
#[cfg_attr(
    not(feature = "admin"),
    expect(unused_variables, reason = "the admin page alone is configured")
)]
pub(super) fn of(config: &Config, told: Told, exporter: Option<Exporter>) -> Router {
    let asked = Asked {
        told,
        exporter,
        gauges: Gauges::default(),
    };
    // It shows one bot.
    #[cfg(feature = "admin")]
    let admin = match &asked.told {
        Told::Alone(progress) => {
            Admin::of(config, progress, asked.exporter.as_ref(), &asked.gauges)
        }
        Told::Several(_) => None,
    };
    let routes = Router::new()
        .route("/", get(|| async { INDEX }))
        // Who answers has an event loop that runs.
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(asked)
        .merge(log::routes());
    #[cfg(feature = "admin")]
    let routes = match admin {
        Some(admin) => routes.merge(admin::routes(admin)),
        None => routes,
    };
    routes
}

async fn ready(State(asked): State<Asked>) -> Response {
    let readiness = Readiness::of(&asked.told);
    let status = if readiness.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(asked): State<Asked>) -> Response {
    let Some(exporter) = &asked.exporter else {
        let problem = "this program has a recorder of metrics of its own: ask that\n";
        return (StatusCode::NOT_FOUND, problem).into_response();
    };
    asked.gauges.read(&asked.told).await;
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    let gone = match &asked.told {
        Told::Alone(_) => BTreeSet::new(),
        Told::Several(fleet) => fleet.gone(),
    };
    (kind, exporter.render_without(&gone)).into_response()
}
