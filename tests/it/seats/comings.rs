//! Processes that die, stop, come back and join while people talk.

use serde_json::Value;

use super::{
    all_are_answered, all_is_noted_once_in_order, all_say, has_taken, one_of_each_partition,
    processes, told, world,
};
use crate::support::{Service, servers::Nats};

/// What a process says that was elected.
const POLLS: &str = "polling";

/// A lease that would expire long after every deadline here.
const LASTING: &[(&str, &str)] = &[("DELIVERY__LEASE_MS", "60000")];

/// Whether a process had so many seats by then.
fn owns(seats: u64) -> impl Fn(&Value) -> bool {
    move |record| has_taken(record) && record["owned"].as_u64() >= Some(seats)
}

#[tokio::test]
async fn each_partition_of_a_killed_process_is_served_by_others_and_so_is_telegram() {
    let world = world().await;
    let all = processes(&world, 3, LASTING).await;
    let polls = |service: &&Service| !service.logs.of(POLLS).is_empty();
    let guests = one_of_each_partition(&world, 4);
    all_say(&guests, 0..5);
    let (victim, others): (Vec<_>, Vec<_>) = all.iter().partition(polls);
    assert_eq!(victim.len(), 1, "one polls");
    all_say(&guests, 5..10);
    victim[0].signal("KILL");
    victim[0].ended().await;
    all_say(&guests, 10..15);
    all_are_answered(&guests, 15).await;
    all_is_noted_once_in_order(&world, &guests, 15).await;
    assert_eq!(
        others.iter().copied().filter(polls).count(),
        1,
        "another one polls"
    );
    for service in others {
        service.stop().await;
    }
}

#[tokio::test]
async fn a_process_that_stops_leaves_nothing_to_be_done_twice() {
    let world = world().await;
    let all = processes(&world, 3, LASTING).await;
    let guests = one_of_each_partition(&world, 4);
    for (number, service) in all.iter().enumerate() {
        let first = 10 * number;
        all_say(&guests, first..first + 5);
        service.signal("TERM");
        if number + 1 < all.len() {
            all_say(&guests, first + 5..first + 10);
            service.ends_with(0).await;
            all_are_answered(&guests, first + 10).await;
        }
    }
    all[2].ends_with(0).await;
    for guest in &guests {
        let mut texts: Vec<_> = guest.messages().into_iter().map(|sent| sent.text).collect();
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), count, "nobody was answered twice");
        assert!((20..=25).contains(&count), "{count}");
    }
    let handled: usize = all.iter().map(|it| told(it, "handler_runs")).sum();
    let answered: usize = guests.iter().map(|guest| guest.messages().len()).sum();
    assert_eq!(handled, answered);
}

#[tokio::test]
async fn one_process_alone_that_was_killed_goes_on_as_soon_as_it_is_started() {
    let world = world().await;
    let guests = one_of_each_partition(&world, 4);
    let mut all = processes(&world, 1, LASTING).await;
    for life in 0..3 {
        let first = 10 * life;
        all_say(&guests, first..first + 5);
        all_are_answered(&guests, first + 2).await;
        let before = all.remove(0);
        before.signal("KILL");
        before.ended().await;
        all_say(&guests, first + 5..first + 10);
        all = processes(&world, 1, LASTING).await;
    }
    all_are_answered(&guests, 30).await;
    all_is_noted_once_in_order(&world, &guests, 30).await;
    all[0].stop().await;
}

#[tokio::test]
async fn who_joins_has_its_share_and_nothing_of_it_is_done_twice() {
    let world = world().await;
    let eight = [LASTING, &[("DELIVERY__PARTITIONS", "8")]].concat();
    let mut all = processes(&world, 3, &eight).await;
    let guests = one_of_each_partition(&world, 8);
    all_say(&guests, 0..10);
    all.extend(processes(&world, 1, &eight).await);
    all[3].logs.wait_until("its share", owns(2)).await;
    all_say(&guests, 10..20);
    all_are_answered(&guests, 20).await;
    all_is_noted_once_in_order(&world, &guests, 20).await;
    for guest in &guests {
        assert_eq!(guest.messages().len(), 20, "nobody was answered twice");
    }
    for service in &all {
        service.stop().await;
    }
}

#[tokio::test]
async fn a_restart_of_nats_moves_no_seat() {
    let mut nats = Nats::start().await;
    let mut world = world().await;
    world.nats_urls = nats.url();
    let all = processes(&world, 3, LASTING).await;
    let guests = one_of_each_partition(&world, 4);
    all_say(&guests, 0..3);
    all_are_answered(&guests, 3).await;
    let moved = |service: &Service| {
        let events = [
            "seats_taken",
            "seats_lost",
            "seats_handed_over",
            "member_removed",
        ];
        events.map(|event| told(service, event))
    };
    let before: Vec<_> = all.iter().map(moved).collect();
    for round in 1..=3 {
        nats.kill().await;
        all_say(&guests, 3 * round..3 * round + 1);
        nats.restart().await;
        all_say(&guests, 3 * round + 1..3 * round + 3);
        all_are_answered(&guests, 3 * round + 3).await;
    }
    let after: Vec<_> = all.iter().map(moved).collect();
    assert_eq!(before, after);
    all_is_noted_once_in_order(&world, &guests, 12).await;
    for service in &all {
        service.stop().await;
    }
}
