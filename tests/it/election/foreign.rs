//! Somebody polls who knows of no seats: a forgotten process elsewhere.

use ostankino::{Bot, methods::GetUpdatesParams};
use serde_json::Value;
use telegram_emulator::Emulator;

use super::losses;
use crate::support::World;

const FAILED: &str = "poll_failed";

#[tokio::test]
async fn a_poller_that_knows_of_no_lease_is_an_error_for_the_operator_and_given_way_to() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    let other = Bot::new(&world.config().telegram);
    let insists = async {
        loop {
            let poll = GetUpdatesParams::builder().timeout(50).build();
            let _ = other.send(&poll).await;
        }
    };
    let twice = |record: &Value| record["event"] == FAILED && record["conflicts"] == 2;
    let second = tokio::select! {
        () = insists => unreachable!("it never ends"),
        second = service.logs.wait_until("a second conflict", twice) => second,
    };
    let records = service.logs.of(FAILED);
    assert_eq!(records.len(), 2, "{records:?}");
    let first = &records[0];
    assert_eq!(
        (&first["conflicts"], &first["level"]),
        (&1.into(), &"ERROR".into())
    );
    let error = second["error"].as_str().expect("a text");
    assert!(error.contains("stop one of them"), "{error}");
    let wait = |record: &Value| record["wait_ms"].as_u64().expect("a number");
    assert!((5_000..=10_000).contains(&wait(first)), "{first}");
    assert!((10_000..=20_000).contains(&wait(&second)), "{second}");
    assert_eq!(losses(&service), 0, "it kept the lease");
    service.stop().await;
}
