//! From polling to a webhook and back, while people talk.

use telegram_emulator::{Emulator, Person};

use super::{all_is_noted, polling, posted_to, world};
use crate::support::balancer::Balancer;

const ROUND: usize = 12;

/// Each says the next texts.
fn all_say(people: &[Person], said: &mut usize) {
    for number in *said..*said + ROUND {
        for person in people {
            person.says(&number.to_string());
        }
    }
    *said += ROUND;
}

#[tokio::test]
async fn a_service_goes_from_polling_to_a_webhook_and_back_and_nobody_deletes_anything_by_hand() {
    let world = world().await;
    let people: Vec<_> = (0..5).map(|_| world.tg.person("Гость")).collect();
    let mut said = 0;
    let old = polling(&world).start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    all_say(&people, &mut said);

    // A rolling deploy: the new one is there before the old one goes.
    let balancer = Balancer::start().await;
    let new = posted_to(&world, &balancer).start().await;
    balancer.add(&new).await;
    all_say(&people, &mut said);
    old.signal("TERM");
    all_say(&people, &mut said);
    old.ends_with(0).await;
    new.logs.wait_for("webhook_set").await;
    all_say(&people, &mut said);
    all_is_noted(&world, people.len() * said).await;

    // And back, by a death.
    let back = polling(&world).start().await;
    all_say(&people, &mut said);
    new.signal("KILL");
    all_say(&people, &mut said);
    back.logs.wait_for("webhook_removed").await;
    world.tg.wait_until(Emulator::is_polled).await;
    all_say(&people, &mut said);

    // And forth, by a death as well.
    let forth = posted_to(&world, &balancer).start().await;
    balancer.add(&forth).await;
    all_say(&people, &mut said);
    back.signal("KILL");
    all_say(&people, &mut said);
    forth.logs.wait_for("webhook_set").await;
    all_is_noted(&world, people.len() * said).await;
    let all: Vec<_> = (0..said).map(|number| number.to_string()).collect();
    for person in &people {
        assert_eq!(world.noted(person).await, all);
    }
    forth.stop().await;
    let drops = |call: &telegram_emulator::Call| !call.param("drop_pending_updates").is_empty();
    for method in ["setWebhook", "deleteWebhook"] {
        assert!(!world.tg.calls_of(method).iter().any(drops), "{method}");
    }
}

#[tokio::test]
async fn a_webhook_of_another_service_is_left_to_whoever_set_it() {
    let world = world().await;
    let balancer = Balancer::start().await;
    let mut setup = posted_to(&world, &balancer);
    setup = setup.set("NATS__PREFIX", &format!("{}_other", world.prefix));
    let other = setup.start().await;
    balancer.add(&other).await;
    other.logs.wait_for("webhook_set").await;
    let service = polling(&world).start().await;
    let record = service.logs.wait_for("poll_failed").await;
    let error = record["error"].as_str().expect("a text");
    assert!(error.contains("that somebody else set"), "{error}");
    assert_eq!(world.tg.calls_of("deleteWebhook").len(), 0);
    service.stop().await;
    other.stop().await;
}
