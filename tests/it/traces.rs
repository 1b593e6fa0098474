//! Traces as a collector gets them: one of each update, from Telegram to the reply, whichever processes have to do with it.

mod away;
mod configured;
mod sampled;
mod whole;

use std::collections::BTreeMap;

use ostankino::{App, DbSession, Error, Router, Text, Update, User};
use ostankino_traces::opentelemetry::{global, trace::Tracer};

use crate::support::{
    Service, ServiceSetup, World,
    collector::{Collector, Exported},
    notes,
    program::serve,
};

/// A word of a user's that is nobody's business.
const PRIVATE: &str = "квартира-42";

/// What a collector asks for.
const KEY: &str = "key-of-the-collector";

/// No test: the bot that the tests of this folder start as processes. It notes what it handles, in a session, with a span of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_that_is_traced() {
    let note = |update: Update, user: User, text: Text, db: DbSession| async move {
        global::tracer("shop").in_span("price", |_| ());
        notes::note(&db, &update, &user, &text.0).await?;
        Ok::<_, Error>(format!("✓ {}", text.0))
    };
    let routes = Router::new()
        .command("fail", async || Err::<(), _>(Error::message(PRIVATE)))
        .text(note);
    serve(|config| App::builder(config).router(routes)).await;
}

/// The bot as a process that exports there.
fn traced(world: &World, collector: &Collector) -> ServiceSetup {
    world
        .this_program("traces::a_bot_that_is_traced")
        .set("TRACES__ENDPOINT", &collector.url)
        .set(
            "TRACES__HEADERS",
            &format!("authorization=Bearer%20{KEY},x-tenant=shop"),
        )
        .set("TRACES__SERVICE_NAME", "shop")
}

/// So many processes, each with its share of the partitions.
async fn share(setups: impl IntoIterator<Item = ServiceSetup>) -> Vec<Service> {
    let mut all = Vec::new();
    for setup in setups {
        let service = setup.spawn();
        let has_taken = |record: &serde_json::Value| record["event"] == "seats_taken";
        service.logs.wait_until("its share", has_taken).await;
        all.push(service);
    }
    all
}

/// The spans of each trace.
fn by_trace(spans: &[Exported]) -> BTreeMap<String, Vec<Exported>> {
    let mut traces = BTreeMap::<_, Vec<_>>::new();
    for span in spans {
        let trace = traces.entry(span.trace.clone()).or_default();
        trace.push(span.clone());
    }
    traces
}

/// The only one of that name.
fn one<'a>(spans: &'a [Exported], name: &str) -> &'a Exported {
    let named: Vec<_> = spans.iter().filter(|span| span.name == name).collect();
    let [one] = named[..] else {
        panic!("one {name}: {spans:#?}");
    };
    one
}
