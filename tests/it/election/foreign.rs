//! Somebody polls who was not elected: a forgotten process elsewhere, or a successor that this one
//! has not heard of yet.

use ostankino::{Bot, Call};
use serde_json::{Value, json};
use telegram_emulator::Emulator;

use super::{FOLLOWS, LOST, POLLS, conflicts};
use crate::support::World;

const FAILED: &str = "polling failed and is tried again";

#[tokio::test]
async fn a_poller_that_knows_of_no_lease_is_an_error_for_the_operator_and_given_way_to() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    let other = Bot::new(&world.config().telegram);
    let insists = async {
        loop {
            let poll = Call::new("getUpdates").param("timeout", 50);
            let _ = other.send(poll).await;
        }
    };
    let twice = |record: &Value| record["message"] == FAILED && record["conflicts"] == 2;
    let second = tokio::select! {
        () = insists => unreachable!("it never ends"),
        second = service.logs.wait_until("a second conflict", twice) => second,
    };
    let records = service.logs.saying(FAILED);
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
    assert!(service.logs.saying(LOST).is_empty(), "it kept the lease");
    assert_eq!(service.stop().await, 0);
}

#[tokio::test]
async fn a_conflict_makes_it_look_at_once_whether_it_was_replaced() {
    let world = World::new().await;
    // The next renewal is due in more than a minute.
    let service = world.service().set("DELIVERY__LEASE_MS", "200000");
    let service = service.start().await;
    service.logs.wait_for(POLLS).await;
    world.tg.wait_until(Emulator::is_polled).await;
    let leases = world.leases().await;
    let usurper = json!({"instance": "usurper", "host": "elsewhere", "since": 1});
    let key = format!("poller.{}", world.tg.bot_id());
    let put = leases.put(&key, usurper.to_string().into()).await;
    put.expect("written");

    let other = Bot::new(&world.config().telegram);
    let poll = other.send(Call::new("getUpdates").param("timeout", 50));
    let record = tokio::select! {
        _ = poll => panic!("it is held"),
        record = service.logs.wait_for(LOST) => record,
    };
    assert_eq!(record["reason"], "another process has it");
    assert_eq!(
        (&record["instance"], &record["host"]),
        (&"usurper".into(), &"elsewhere".into())
    );
    let record = service.logs.wait_for(FOLLOWS).await;
    assert_eq!(record["instance"], "usurper");
    assert!(service.logs.saying(FAILED).is_empty(), "nothing is wrong");
    assert_eq!(conflicts(&world), 1);

    // The usurper gives it back.
    leases.delete(&key).await.expect("deleted");
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    assert_eq!(service.logs.saying(POLLS).len(), 2);
    assert_eq!(service.stop().await, 0);
}
