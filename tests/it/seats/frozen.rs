//! A process that stands still for longer than its lease, with work in its hands, and goes on.

use std::time::Duration;

use telegram_emulator::Emulator;

use super::{
    all_are_answered, all_is_noted_once_in_order, all_say, has_taken, one_of_each_partition,
    processes, told, world,
};
use crate::support::servers::until;

#[tokio::test]
async fn what_it_had_is_done_by_others_and_not_again_when_it_wakes() {
    let world = world().await;
    let all = processes(&world, 2, &[]).await;
    world.tg.wait_until(Emulator::is_polled).await;
    let guests = one_of_each_partition(&world, 4);
    for round in 0..3 {
        let first = 30 * round;
        // Many of each wait in the lanes of the one that is stopped.
        all_say(&guests, first..first + 20);
        let frozen = &all[round % 2];
        let (other, before) = (
            &all[(round + 1) % 2],
            told(&all[(round + 1) % 2], "seats_taken"),
        );
        frozen.signal("STOP");
        other
            .logs
            .wait_until("it takes what the other had", |_| {
                told(other, "seats_taken") > before
            })
            .await;
        all_say(&guests, first + 20..first + 25);
        all_are_answered(&guests, first + 25).await;
        let lost = told(frozen, "seats_lost");
        frozen.signal("CONT");
        until("it knows what it lost", async || {
            told(frozen, "seats_lost") > lost
        })
        .await;
        all_say(&guests, first + 25..first + 30);
        all_are_answered(&guests, first + 30).await;
        all_is_noted_once_in_order(&world, &guests, first + 30).await;
        // Else the next round stops one that has nothing.
        let taken = |record: &serde_json::Value| has_taken(record);
        frozen.logs.wait_until("its share", taken).await;
    }
    for service in &all {
        service.stop().await;
    }
}

#[tokio::test]
async fn a_pause_that_is_shorter_than_the_lease_costs_nothing() {
    let world = world().await;
    let all = processes(&world, 2, &[("DELIVERY__LEASE_MS", "60000")]).await;
    world.tg.wait_until(Emulator::is_polled).await;
    let guests = one_of_each_partition(&world, 4);
    all_say(&guests, 0..20);
    let before: Vec<_> = all.iter().map(|it| told(it, "seats_taken")).collect();
    for service in &all {
        service.signal("STOP");
        // That long it is paused; nothing is waited for.
        tokio::time::sleep(Duration::from_millis(700)).await;
        service.signal("CONT");
    }
    all_say(&guests, 20..30);
    all_are_answered(&guests, 30).await;
    all_is_noted_once_in_order(&world, &guests, 30).await;
    let after: Vec<_> = all.iter().map(|it| told(it, "seats_taken")).collect();
    assert_eq!(before, after);
    for service in &all {
        service.stop().await;
    }
}
