//! `/metrics`: what is counted is what happened, and every name is in the page, the dashboard or an alert that tells of it.

use std::{collections::BTreeSet, fs, path::Path};

use telegram_emulator::Fault;

use super::{Port, with_port};
use crate::support::{World, servers::until};

/// The names of ours in a text.
fn names(text: &str) -> BTreeSet<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_of_name(c));
    let ours = words.filter(|word| word.starts_with("ostankino_"));
    ours.map(|word| {
        let of_histogram = ["_bucket", "_sum", "_count"];
        let base = of_histogram.iter().find_map(|end| word.strip_suffix(end));
        base.unwrap_or(word).to_owned()
    })
    .collect()
}

fn page(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).expect("the page")
}

/// The names of the table in the page.
fn told() -> BTreeSet<String> {
    let page = page("docs/monitoring.md");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| `ostankino_"));
    rows.filter_map(|row| row.split('`').nth(1))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn what_a_bot_does_is_counted() {
    let world = World::new().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    let alice = world.tg.person("Алиса");
    for _ in 0..3 {
        alice.says("/start");
        alice.next_message().await;
    }
    alice.says("/fsm");
    alice.next_message().await;
    until("all are counted", async || {
        port.sum("ostankino_updates_total", "outcome=\"ok\"").await >= 4.0
    })
    .await;
    assert_eq!(
        port.sum("ostankino_updates_total", "route=\"/start\"")
            .await,
        3.0
    );
    assert!(port.sum("ostankino_polled_updates_total", "").await >= 4.0);
    assert!(
        port.sum(
            "ostankino_calls_total",
            "method=\"sendMessage\",code=\"200\""
        )
        .await
            >= 4.0
    );
    assert_eq!(port.sum("ostankino_polling", "").await, 1.0);
    assert_eq!(port.sum("ostankino_partitions", "").await, 4.0);
    assert_eq!(port.sum("ostankino_in_flight", "").await, 0.0);
    for of_tables in [
        "ostankino_timer_lag_seconds",
        "ostankino_jobs_waiting",
        "ostankino_owed_calls",
        "ostankino_owed_oldest_seconds",
        "ostankino_mailings_running",
        "ostankino_users_active",
    ] {
        // What cannot be read is no number.
        assert!(port.sum(of_tables, "").await >= 0.0, "{of_tables}");
    }
    for histogram in [
        "ostankino_update_seconds_count",
        "ostankino_queue_wait_seconds_count",
        "ostankino_answer_seconds_count",
        "ostankino_tracking_seconds_count",
    ] {
        assert!(port.sum(histogram, "").await >= 1.0, "{histogram}");
    }
    world
        .tg
        .fault(Fault::on("sendMessage").status(429).times(1));
    alice.says("/start");
    alice.next_message().await;
    assert_eq!(port.sum("ostankino_calls_total", "code=\"429\"").await, 1.0);
    let (_, metrics) = port.get("/metrics").await;
    // Neither users nor secrets are labels.
    assert!(!metrics.contains(&alice.id().to_string()), "{metrics}");
    assert!(!metrics.contains(world.tg.token()), "{metrics}");
    let shown = names(&metrics);
    let untold: Vec<_> = shown.difference(&told()).cloned().collect();
    assert!(untold.is_empty(), "not in docs/monitoring.md: {untold:?}");
    assert!(shown.contains("ostankino_queue_oldest_seconds"));
    assert!(metrics.contains("process_resident_memory_bytes"));
}

#[test]
fn dashboard_alerts_and_page_name_metrics_that_there_are() {
    let source = page("src/web/table.rs");
    let there_are = names(&source);
    assert!(there_are.len() > 40, "{there_are:?}");
    assert_eq!(told(), there_are, "docs/monitoring.md and src/web/table.rs");
    let (dashboard, alerts) = (
        page("docs/monitoring/grafana.json"),
        page("docs/monitoring/alerts.yml"),
    );
    for (what, text) in [("the dashboard", &dashboard), ("an alert", &alerts)] {
        let unknown: Vec<_> = names(text).difference(&there_are).cloned().collect();
        assert!(unknown.is_empty(), "{what} names {unknown:?}");
    }
    let shown: BTreeSet<_> = names(&dashboard).union(&names(&alerts)).cloned().collect();
    let unseen: Vec<_> = there_are.difference(&shown).collect();
    assert!(unseen.is_empty(), "nobody looks at {unseen:?}");
    let _: serde_json::Value = serde_json::from_str(&dashboard).expect("JSON");
}

#[test]
fn every_alert_says_what_to_do_in_the_page() {
    let (alerts, page) = (
        page("docs/monitoring/alerts.yml"),
        page("docs/monitoring.md"),
    );
    let alerts: Vec<_> = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    for alert in alerts {
        assert!(page.contains(&format!("`{alert}`")), "{alert}");
    }
}
