//! The series of each alert, once what it tells of is made to happen to a running bot. That the alert then fires, and no other, is shown on
//! series alone, by `make monitoring`.

use std::{collections::BTreeSet, convert::Infallible, path::Path, time::Duration};

use async_nats::jetstream::stream;
use ostankino::{
    App, Call, Error, Event, Fired, Reply, Result, Router, Timers, User, extract::PreCheckoutQuery,
};
use serde::{Deserialize, Serialize};
use telegram_emulator::Fault;

use super::{Port, with_port};
use crate::{
    dialogs::{data_of, presses_late},
    express::{checkout, put},
    support::{Service, ServiceSetup, World, program::serve, servers::until},
};

const HOUR: Duration = Duration::from_secs(3_600);

/// Which file of the tests makes it happen, and the metric it looks at there.
const TRIED: [(&str, &str, &str); 20] = [
    ("OstankinoIsGone", "web/alarms.rs", "ostankino_build_info"),
    (
        "OstankinoNobodyPolls",
        "web/alarms.rs",
        "ostankino_poll_age_seconds",
    ),
    (
        "OstankinoNobodyPolls",
        "bots/revoked.rs",
        "ostankino_polling",
    ),
    (
        "OstankinoWebhookFails",
        "webhook/keeping.rs",
        "ostankino_webhook_failing",
    ),
    (
        "OstankinoPollConflict",
        "web/alarms.rs",
        "ostankino_polls_total",
    ),
    (
        "OstankinoTokenRefused",
        "bots/revoked.rs",
        "ostankino_calls_total",
    ),
    (
        "OstankinoBotStopped",
        "bots/revoked.rs",
        "ostankino_bot_running",
    ),
    (
        "OstankinoMaintenanceForLong",
        "admin/maintenance.rs",
        "ostankino_maintenance",
    ),
    (
        "OstankinoServerAway",
        "web/alarms.rs",
        "ostankino_servers_well",
    ),
    (
        "OstankinoQueueStuck",
        "web/alarms.rs",
        "ostankino_queue_oldest_seconds",
    ),
    (
        "OstankinoPartitionsOrphaned",
        "web/alarms.rs",
        "ostankino_partitions_orphaned",
    ),
    (
        "OstankinoQueueFills",
        "web/alarms.rs",
        "ostankino_queue_used_ratio",
    ),
    (
        "OstankinoApologises",
        "web/alarms.rs",
        r#"outcome=\"failed\""#,
    ),
    (
        "OstankinoRepliesUnsent",
        "web/alarms.rs",
        r#"outcome=\"unsent\""#,
    ),
    (
        "OstankinoTooManyRequests",
        "web/metrics.rs",
        r#"code=\"429\""#,
    ),
    (
        "OstankinoTimersLate",
        "web/alarms.rs",
        "ostankino_timer_lag_seconds",
    ),
    (
        "OstankinoExpressExpired",
        "web/alarms.rs",
        "ostankino_express_expired_total",
    ),
    (
        "OstankinoDeadLetters",
        "web/alarms.rs",
        "ostankino_dead_letters_total",
    ),
    (
        "OstankinoOwedForLong",
        "web/alarms.rs",
        "ostankino_owed_oldest_seconds",
    ),
    (
        "OstankinoStalePresses",
        "web/alarms.rs",
        "ostankino_dialog_presses_total",
    ),
];

#[derive(Serialize, Deserialize)]
struct Tea;

impl Event for Tea {
    const NAME: &'static str = "tea";
}

/// «/fail» fails, «/hold» never ends, «/owe» answers with what must be sent, «/tea» asks for it in half an hour; it takes payments.
fn routes() -> Router {
    Router::new()
        .command("fail", || async {
            Err::<Reply, _>(Error::message("the shelf fell"))
        })
        .command("hold", || async {
            std::future::pending::<Result<Reply>>().await
        })
        .command("owe", |user: User| async move {
            let paid = Call::new("sendMessage").param("chat_id", user.id);
            Reply::must(paid.param("text", "Вот ваши деньги"))
        })
        .command("tea", |timers: Timers| async move {
            timers.after(HOUR / 2).event(&Tea).await?;
            Ok::<_, Error>("Хорошо")
        })
        .event::<Tea, _>(|_: Fired<Tea>| async { "Чай готов" })
        .pre_checkout(|_: PreCheckoutQuery| async { Ok::<_, Infallible>(Reply::confirm()) })
        .text(async || "Да")
}

/// No test: the bot as a process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this file"]
async fn a_bot_to_which_anything_happens() {
    serve(|config| App::builder(config).router(routes())).await;
}

fn program(world: &World) -> ServiceSetup {
    with_port(world.this_program("web::alarms::a_bot_to_which_anything_happens"))
}

async fn start(world: &World) -> (Service, Port) {
    let service = program(world).start().await;
    let port = Port::of(&service).await;
    (service, port)
}

/// Waits until the sum of the metric is so.
async fn shows(port: &Port, metric: &str, label: &str, fits: impl Fn(f64) -> bool) {
    let what = format!("{metric} {label}");
    until(&what, async || fits(port.sum(metric, label).await)).await;
}

#[test]
fn each_alert_is_tried() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    let alerts = read("docs/monitoring/alerts.yml");
    let alerts = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "));
    let tried: BTreeSet<_> = TRIED.iter().map(|(alert, ..)| *alert).collect();
    let on_series = read("tests/monitoring/alerts.yml");
    for alert in alerts {
        assert!(tried.contains(alert), "{alert}");
        let fires = format!("alertname: {alert}, exp_alerts: [");
        assert!(
            on_series.contains(&fires),
            "{alert}: `make monitoring` does not try it"
        );
    }
    for (alert, file, metric) in TRIED {
        let text = read(&format!("tests/it/{file}"));
        // Here, the tests begin after this one.
        let (_, tests) = text
            .split_once("fn each_alert_is_tried")
            .unwrap_or(("", &text));
        let looks = tests.contains(metric);
        assert!(looks, "{alert}: no test in {file} looks at {metric}");
    }
}

#[tokio::test]
async fn polls_that_conflict_and_fail_are_counted_and_a_process_that_ends_is_gone() {
    let world = World::new().await;
    let (service, port) = start(&world).await;
    shows(&port, "ostankino_build_info", "", |it| it == 1.0).await;
    world.tg.fault(Fault::on("getUpdates").status(409).times(1));
    // Whatever polls now is held: a person ends that.
    world.tg.person("Алиса").says("Тут?");
    shows(
        &port,
        "ostankino_polls_total",
        "outcome=\"conflict\"",
        |it| it >= 1.0,
    )
    .await;
    world.tg.fault(Fault::on("getUpdates").status(502));
    world.tg.person("Борис").says("Тут?");
    shows(&port, "ostankino_poll_age_seconds", "", |it| it > 2.0).await;
    world.tg.clear_faults();
    shows(&port, "ostankino_poll_age_seconds", "", |it| it < 2.0).await;
    service.stop().await;
    assert!(!port.answers().await);
}

#[tokio::test]
async fn a_server_that_is_away_is_named() {
    let (world, mut postgres) = World::with_postgres().await;
    let (_service, port) = start(&world).await;
    postgres.kill().await;
    shows(
        &port,
        "ostankino_servers_well",
        "server=\"postgresql\"",
        |it| it == 0.0,
    )
    .await;
    postgres.restart().await;
    shows(
        &port,
        "ostankino_servers_well",
        "server=\"postgresql\"",
        |it| it == 1.0,
    )
    .await;
}

#[tokio::test]
async fn partitions_belong_to_nobody_while_nats_takes_down_no_owner() {
    let world = World::new().await;
    let processes = [start(&world).await, start(&world).await];
    let orphaned = async |fits: fn(f64) -> bool| {
        for (_, port) in &processes {
            shows(port, "ostankino_partitions_orphaned", "", fits).await;
        }
    };
    orphaned(|it| it == 0.0).await;
    // As if its disc were full: it is well, and what it has can be read.
    let leases = world.leases().await;
    let jetstream = world.jetstream().await;
    let takes = leases.stream.cached_info().config.clone();
    let refuses = stream::Config {
        max_message_size: 1,
        ..takes.clone()
    };
    let refused = jetstream.update_stream(refuses).await;
    refused.expect("it is changed");
    let all = |it| it == 4.0;
    orphaned(all).await;
    let alice = world.tg.person("Алиса");
    alice.says("Тут?");
    for (service, port) in &processes {
        service.logs.wait_for("seats_uncertain").await;
        let nats = "server=\"nats\"";
        shows(port, "ostankino_servers_well", nats, |it| it == 1.0).await;
    }
    orphaned(all).await;
    assert!(alice.messages().is_empty(), "nobody answers");
    let taken = jetstream.update_stream(takes).await;
    taken.expect("it is changed back");
    orphaned(|it| it == 0.0).await;
    assert_eq!(alice.next_message().await.text, "Да");
}

#[tokio::test]
async fn a_queue_that_does_not_move_ages_and_fills() {
    let world = World::new().await;
    let service = program(&world).set("NATS__STREAM_MAX_MB", "1");
    let service = service.set("DELIVERY__HANDLER_TIMEOUT_MS", "1800000");
    let service = service.set("DATABASE__IDLE_IN_TRANSACTION_TIMEOUT_MS", "3600000");
    let service = service.start().await;
    let port = Port::of(&service).await;
    let alice = world.tg.person("Алиса");
    alice.says("/hold");
    // In small batches, each of which finds room: 800 of 1,024 KB.
    for _ in 0..10 {
        for _ in 0..10 {
            alice.says(&"ы".repeat(4_000));
        }
        world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    }
    shows(&port, "ostankino_queue_oldest_seconds", "", |it| it > 2.0).await;
    shows(&port, "ostankino_queue_used_ratio", "", |it| it > 0.7).await;
}

#[tokio::test]
async fn attempts_that_fail_and_replies_that_do_not_arrive_are_counted() {
    let world = World::new().await;
    let (_service, port) = start(&world).await;
    let alice = world.tg.person("Алиса");
    alice.says("/fail");
    alice.next_message().await;
    shows(
        &port,
        "ostankino_updates_total",
        "outcome=\"failed\"",
        |it| it == 1.0,
    )
    .await;
    world
        .tg
        .fault(Fault::on("sendMessage").status(400).times(1));
    alice.says("Тут?");
    shows(
        &port,
        "ostankino_updates_total",
        "outcome=\"unsent\"",
        |it| it == 1.0,
    )
    .await;
    // Too deep for any decoder.
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    world.tg.push_bytes(
        7,
        format!(r#"{{"update_id":7,"message":{{"text":{deep}}}}}"#),
    );
    shows(&port, "ostankino_dead_letters_total", "", |it| it == 1.0).await;
}

#[tokio::test]
async fn what_is_owed_for_long_and_paid_too_late_is_seen() {
    let world = World::new().await;
    let service = program(&world).set("TELEGRAM__MAX_RETRIES", "0");
    let service = service.start().await;
    let port = Port::of(&service).await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.fault(Fault::on("sendMessage").status(500));
    alice.says("/owe");
    shows(&port, "ostankino_owed_oldest_seconds", "", |it| it > 2.0).await;

    let subject = format!("payments.{}.pre_checkout_query", world.tg.bot_id());
    let mut late = checkout(&alice, "late");
    late["update_id"] = 70.into();
    put(&world, &subject, &late, 12_000).await;
    shows(&port, "ostankino_express_expired_total", "", |it| it >= 1.0).await;
}

#[tokio::test]
async fn timers_that_nobody_fires_are_late() {
    let (world, nats) = World::with_nats().await;
    let (_service, port) = start(&world).await;
    let alice = world.tg.person("Алиса");
    alice.says("/tea");
    alice.next_message().await;
    nats.freeze();
    world.put_clock_forward(HOUR).await;
    shows(&port, "ostankino_timer_lag_seconds", "", |it| it > 60.0).await;
    nats.thaw();
    shows(&port, "ostankino_timer_lag_seconds", "", |it| it == 0.0).await;
    assert_eq!(alice.next_message().await.text, "Чай готов");
}

#[tokio::test]
async fn presses_of_windows_that_are_gone_are_told_apart() {
    let world = crate::dialogs::world().await;
    let service = with_port(world.this_program("dialogs::a_bot_with_dialogs"));
    let service = service.start().await;
    let port = Port::of(&service).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let first = alice.next_message().await;
    let plus = data_of(&first, "+");
    alice.presses("+").await;
    let presses = "ostankino_dialog_presses_total";
    shows(&port, presses, "outcome=\"open\"", |it| it == 1.0).await;
    alice.says("/close");
    presses_late(&world, &alice, first.message_id, &plus);
    until("a press of what is gone", async || {
        let [old, closed] = ["outcome=\"old\"", "outcome=\"closed\""];
        port.sum(presses, old).await + port.sum(presses, closed).await == 1.0
    })
    .await;
}
