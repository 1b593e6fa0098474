//! Telegram fails in passing: the poller waits, longer each time, and goes on.

use std::time::Duration;

use serde_json::Value;
use telegram_emulator::{Emulator, Fault};

use super::TRIED_AGAIN;
use crate::support::World;

/// Makes three polls fail; gives what the log said of them, once polling went on.
async fn recovers_from(fault: Fault) -> Vec<Value> {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    world.tg.fault(fault.times(3));
    // Ends the poll that is held, so that the faults begin.
    world.tg.person("Алиса").says("/start");
    let failed = |tg: &Emulator| tg.calls_of("getUpdates").len() > 4;
    world.tg.wait_until(failed).await;
    world.greeted("Боб").await;
    service.stop().await;
    let records = service.logs.of(TRIED_AGAIN);
    assert_eq!(records.len(), 3, "{records:?}");
    records
}

fn waits(records: &[Value]) -> Vec<u64> {
    let wait = |record: &Value| record["wait_ms"].as_u64().expect("a number");
    records.iter().map(wait).collect()
}

fn assert_said(records: &[Value], what: &str) {
    for record in records {
        let error = record["error"].as_str().expect("a text");
        assert!(error.contains(what), "{error}");
    }
}

#[tokio::test]
async fn after_a_bad_gateway_it_waits_longer_each_time_and_goes_on() {
    let records = recovers_from(Fault::on("getUpdates").status(502)).await;
    assert_said(&records, "502");
    assert!(waits(&records).is_sorted(), "{records:?}");
    assert!(waits(&records)[2] >= 400, "{records:?}");
}

#[tokio::test]
async fn after_a_page_of_html_it_goes_on() {
    let records = recovers_from(Fault::on("getUpdates").garbage()).await;
    assert_said(&records, "none of the Bot API's");
}

#[tokio::test]
async fn after_an_answer_cut_short_it_goes_on() {
    let records = recovers_from(Fault::on("getUpdates").truncated()).await;
    assert_said(&records, "the Bot API could not be reached");
}

#[tokio::test]
async fn after_a_connection_reset_it_goes_on() {
    let records = recovers_from(Fault::on("getUpdates").reset()).await;
    assert_said(&records, "the Bot API could not be reached");
}

#[tokio::test]
async fn an_answer_lost_on_its_way_is_asked_for_again() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    let lost = Fault::on("getUpdates").takes_effect().truncated();
    world.tg.fault(lost.times(1));
    // The poll that is held brings the first; the answer with the second is cut.
    for name in ["Алиса", "Боб"] {
        let guest = world.tg.person(name);
        guest.says("/start");
        guest.next_message().await;
        assert_eq!(world.tg.messages_in(guest.id()).len(), 1);
    }
    service.stop().await;
    assert_eq!(service.logs.of(TRIED_AGAIN).len(), 1);
}

#[tokio::test]
async fn it_waits_as_long_as_a_429_asks() {
    let records = recovers_from(Fault::on("getUpdates").retry_after(1)).await;
    assert_said(&records, "429");
    assert!(waits(&records).iter().all(|wait| *wait >= 1000));
}

#[tokio::test]
async fn a_telegram_that_hangs_up_and_comes_back_is_polled_again() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    world.tg.stop().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    let record = service.logs.wait_for(TRIED_AGAIN).await;
    assert_said(&[record], "the Bot API could not be reached");
    world.tg.restart().await;
    alice.next_message().await;
    assert_eq!(world.tg.messages_in(alice.id()).len(), 1);
}

#[tokio::test]
async fn a_poll_that_telegram_never_answers_is_given_up_and_made_again() {
    let world = World::new().await;
    let service = world
        .service()
        .set("TELEGRAM__POLL_TIMEOUT_S", "1")
        .set("TELEGRAM__REQUEST_TIMEOUT_MS", "500")
        .start()
        .await;
    let silence = Fault::on("getUpdates").delay(Duration::from_secs(3600));
    world.tg.fault(silence.times(1));
    let record = service.logs.wait_for(TRIED_AGAIN).await;
    assert_said(&[record], "the Bot API could not be reached");
    world.greeted("Алиса").await;
}
