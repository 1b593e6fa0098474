//! The process that polls ends, dies, freezes, or cannot be heard of.

use serde_json::Value;
use telegram_emulator::{Emulator, Person};

use super::{POLLS, conflicts, is_loss, leader_and_follower, losses, wait_for_nth};
use crate::support::{
    Service, World,
    servers::{Nats, until},
};

fn speak(world: &World, count: usize) -> Vec<Person> {
    let guests: Vec<_> = (0..count).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says("/start");
    }
    guests
}

async fn all_are_answered(guests: &[Person]) {
    for guest in guests {
        guest.next_message().await;
    }
}

#[tokio::test]
async fn only_one_of_several_processes_polls_and_all_of_them_work() {
    let world = World::new().await;
    let services: Vec<Service> = (0..3).map(|_| world.service().spawn()).collect();
    let has_its_share = |record: &Value| record["event"] == "seats_taken";
    for service in &services {
        service.logs.wait_until("its share", has_its_share).await;
    }
    world.tg.wait_until(Emulator::is_polled).await;
    let polls = |service: &&Service| !service.logs.of(POLLS).is_empty();
    // The log comes through a pipe, after what it tells of.
    until("one tells that it polls", async || {
        services.iter().any(|service| polls(&service))
    })
    .await;

    let guests = speak(&world, 40);
    all_are_answered(&guests).await;
    world.queue_is_empty().await;
    for guest in &guests {
        assert_eq!(world.tg.messages_in(guest.id()).len(), 1);
    }
    let handled = |service: &Service| service.logs.of("update_handled").len();
    until("all is told", async || {
        services.iter().map(handled).sum::<usize>() >= guests.len()
    })
    .await;
    assert!(services.iter().filter(|s| handled(s) > 0).count() > 1);
    assert_eq!(services.iter().filter(polls).count(), 1);
    assert_eq!(conflicts(&world), 0);
    // Followers first: whoever is last is not elected in vain.
    for service in services.iter().filter(|s| !polls(s)) {
        service.stop().await;
    }
    let leader = services.iter().find(polls).expect("counted above");
    leader.stop().await;
    assert_eq!(services.iter().map(handled).sum::<usize>(), guests.len());
}

#[tokio::test]
async fn a_killed_process_is_replaced_and_nothing_is_lost() {
    let world = World::new().await;
    let (leader, follower) = leader_and_follower(&world, &[]).await;
    let mut guests = speak(&world, 30);
    leader.signal("KILL");
    leader.ended().await;
    guests.extend(speak(&world, 30));
    follower.logs.wait_for(POLLS).await;
    guests.extend(speak(&world, 30));
    all_are_answered(&guests).await;
    assert_eq!(world.count("FROM users").await, 90);
    assert_eq!(conflicts(&world), 0);
    follower.stop().await;
}

#[tokio::test]
async fn a_stopped_process_gives_the_lease_back_and_is_replaced_at_once() {
    let world = World::new().await;
    // A lease that would expire long after every deadline here.
    let lasting = &[("DELIVERY__LEASE_MS", "60000")];
    let (leader, follower) = leader_and_follower(&world, lasting).await;
    let mut guests = speak(&world, 5);
    leader.stop().await;
    guests.extend(speak(&world, 5));
    follower.logs.wait_for(POLLS).await;
    all_are_answered(&guests).await;
    world.queue_is_empty().await;
    for guest in &guests {
        assert_eq!(world.tg.messages_in(guest.id()).len(), 1);
    }
    assert_eq!(conflicts(&world), 0);
    for service in [leader, follower] {
        assert_eq!(losses(&service), 0);
        service.stop().await;
    }
}

#[tokio::test]
async fn a_process_frozen_past_its_lease_follows_when_it_wakes() {
    let world = World::new().await;
    let (frozen, other) = leader_and_follower(&world, &[]).await;
    all_are_answered(&speak(&world, 5)).await;
    world.queue_is_empty().await;
    frozen.signal("STOP");
    other.logs.wait_for(POLLS).await;
    all_are_answered(&speak(&world, 10)).await;

    frozen.signal("CONT");
    frozen.logs.wait_until("it polls no more", is_loss).await;
    all_are_answered(&speak(&world, 10)).await;
    // That of the poll it held when it was frozen, if any.
    assert!(conflicts(&world) <= 1, "{}", conflicts(&world));
    assert_eq!(frozen.logs.of(POLLS).len(), 1);
    assert_eq!(losses(&other), 0);

    other.stop().await;
    wait_for_nth(&frozen.logs, POLLS, 2).await;
    all_are_answered(&speak(&world, 5)).await;
    frozen.stop().await;
}

#[tokio::test]
async fn without_nats_polling_ends_before_the_lease_and_goes_on_with_it() {
    let mut nats = Nats::start().await;
    let mut world = World::new().await;
    world.nats_urls = nats.url();
    let variables = &[("NATS__REQUEST_TIMEOUT_MS", "500")];
    let (leader, follower) = leader_and_follower(&world, variables).await;
    all_are_answered(&speak(&world, 3)).await;
    nats.kill().await;
    leader.logs.wait_for("polling_uncertain").await;
    world.tg.wait_until(|tg| !tg.is_polled()).await;
    let mut guests = speak(&world, 10);
    assert_eq!(world.tg.pending_updates(), guests.len());

    nats.restart().await;
    guests.extend(speak(&world, 10));
    all_are_answered(&guests).await;
    assert_eq!(conflicts(&world), 0);
    follower.stop().await;
    leader.stop().await;
}
