//! Thousands of schedules of kills, pauses, lost connections, joins and stops, in simulated time:
//! never may two processes begin work of one seat, and no seat is without an owner for longer than
//! promised. A failure prints the seed that repeats it.

mod host;
mod network;
mod schedule;
mod store;
mod world;

use std::time::Duration;

use ostankino_seats::Timing;
use schedule::{Fault, Schedule};
use world::World;

const LEASE: Duration = Duration::from_secs(15);

/// How many random schedules a test tries; each is a minute or more of simulated time.
#[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
fn schedules() -> u64 {
    std::env::var("SEATS_SCHEDULES").map_or(100, |count| count.parse().expect("a number"))
}

#[test]
fn no_schedule_gives_a_seat_two_owners_on_one_server() {
    for seed in 0..schedules() {
        Schedule::random(seed, &Fault::ON_ONE_SERVER).run(Timing::single(LEASE));
    }
}

#[test]
fn no_schedule_gives_a_seat_two_owners_on_a_cluster() {
    for seed in 0..schedules() {
        Schedule::random(seed, &Fault::ON_A_CLUSTER).run(Timing::replicated(LEASE));
    }
}

#[test]
fn no_schedule_gives_a_seat_two_owners_where_the_store_is_lost() {
    for seed in 0..schedules() {
        let schedule = || Schedule::random(seed, &Fault::THAT_LOSES_THE_STORE);
        schedule().run(Timing::single(LEASE));
        schedule().run(Timing::replicated(LEASE));
    }
}

#[test]
fn no_schedule_gives_a_seat_two_owners_where_processes_look_seldom() {
    for seed in 0..schedules() {
        let schedule = || Schedule::random(seed, &Fault::ON_ONE_SERVER);
        schedule().run(Timing::single(LEASE).slower(13));
    }
}

/// Whether some schedule breaks a promise under that timing: the checks can fail.
fn is_found_out(timing: Timing, kinds: &[Fault]) -> bool {
    (0..400).any(|seed| {
        let run = || Schedule::random(seed, kinds).run(timing);
        let failure = std::panic::catch_unwind(run).err();
        let failure = failure.and_then(|failure| failure.downcast::<String>().ok());
        failure.is_some_and(|failure| failure.contains("may begin"))
    })
}

#[test]
fn without_faults_nothing_moves() {
    for timing in [Timing::single(LEASE), Timing::replicated(LEASE)] {
        let mut world = World::new(7, timing, 5);
        world.run_for(Duration::from_secs(10));
        let (owners, taken) = (world.owners(), world.takings());
        world.run_for(Duration::from_secs(600));
        assert_eq!((world.owners(), world.takings()), (owners, taken));
    }
}

#[test]
fn a_pause_that_is_not_noticed_is_found_out() {
    let timing = Timing {
        pause: LEASE,
        ..Timing::single(LEASE)
    };
    assert!(is_found_out(timing, &[Fault::FrozenCut]));
}

#[test]
fn a_member_declared_dead_too_soon_on_a_cluster_is_found_out() {
    let timing = Timing {
        question_gap: Duration::from_millis(300),
        ..Timing::replicated(LEASE)
    };
    assert!(is_found_out(timing, &[Fault::Minority, Fault::Unseen]));
}

/// The longest time that any seat is without an owner after one fault, over many seeds.
fn longest_gap(timing: Timing, fault: Fault) -> Duration {
    let gaps = (0..40).map(|seed| Schedule::single(seed, fault).run(timing));
    gaps.max().expect("some")
}

#[test]
fn a_dead_process_is_replaced_within_two_seconds() {
    let gap = longest_gap(Timing::single(LEASE), Fault::Kill);
    assert!(gap <= Duration::from_millis(2_000), "{gap:?}");
    let gap = longest_gap(Timing::replicated(LEASE), Fault::Kill);
    assert!(gap <= Duration::from_millis(3_500), "{gap:?}");
}

#[test]
fn a_dead_process_is_replaced_later_where_processes_look_seldom() {
    let gap = longest_gap(Timing::single(LEASE).slower(13), Fault::Kill);
    assert!(gap <= Duration::from_millis(8_000), "{gap:?}");
}

#[test]
fn an_orderly_end_and_a_newcomer_interrupt_a_seat_for_no_longer_than_its_hand_over() {
    for fault in [Fault::Stop, Fault::Join] {
        // 0.6 s of them for what is under way when it begins.
        let gap = longest_gap(Timing::single(LEASE), fault);
        assert!(gap <= Duration::from_millis(1_300), "{fault:?}: {gap:?}");
    }
}

#[test]
fn a_process_that_stands_still_is_replaced_when_its_lease_has_expired() {
    let gap = longest_gap(Timing::single(LEASE), Fault::Freeze);
    assert!(gap <= LEASE + Duration::from_secs(1), "{gap:?}");
}

#[test]
fn a_restart_of_the_store_moves_no_seat() {
    for seed in 0..40 {
        let mut world = World::new(seed, Timing::single(LEASE), 6);
        world.run_for(Duration::from_secs(10));
        world.settle();
        let before = world.owners();
        assert_eq!(before.len(), 17);
        world.cut_everybody(Duration::from_secs(3));
        world.run_for(Duration::from_secs(19));
        world.settle();
        assert_eq!(world.owners(), before, "seed {seed}");
    }
}

#[test]
fn after_an_outage_longer_than_the_lease_all_come_back_and_share_evenly() {
    for seed in 0..40 {
        let mut world = World::new(seed, Timing::single(LEASE), 4);
        world.run_for(Duration::from_secs(10));
        world.cut_everybody(Duration::from_secs(40));
        let taken = world.takings();
        world.run_for(Duration::from_secs(60));
        assert_eq!(world.shares(), [4, 4, 4, 4], "seed {seed}");
        // Who returned first waited for the others.
        assert!(world.takings() - taken <= 17 + 4, "seed {seed}");
    }
}

#[test]
fn a_process_that_is_killed_and_started_again_is_back_within_two_seconds() {
    for seed in 0..40 {
        let mut world = World::new(seed, Timing::single(LEASE), 1);
        world.run_for(Duration::from_secs(10));
        world.kill(0);
        world.run_for(Duration::from_millis(200));
        world.join();
        world.run_for(Duration::from_secs(1));
        world.settle();
        assert_eq!(world.shares(), [16], "seed {seed}");
    }
}

#[test]
fn an_unwell_process_hands_over_and_gets_its_share_back() {
    let mut world = World::new(1, Timing::single(LEASE), 2);
    world.run_for(Duration::from_secs(10));
    world.set_well(0, false);
    world.run_for(Duration::from_secs(10));
    assert_eq!(world.shares(), [0, 16]);
    world.set_well(0, true);
    world.run_for(Duration::from_secs(15));
    assert_eq!(world.shares(), [8, 8]);
}
