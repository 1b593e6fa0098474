//! The rules of `getUpdates` that a poller relies on.

use super::*;

fn supply(updates: usize) -> Supply {
    let supply = Supply::new(1000);
    supply.feed((0..updates).map(|_| 0), Pace::Saturation);
    supply
}

/// The ids that a poll gets, less that of the first update.
fn fetch(supply: &Supply, offset: i64, limit: usize) -> Vec<i64> {
    match supply.fetch(supply.begin_poll(), offset, limit) {
        Answer::Updates(updates) => {
            let updates: Vec<serde_json::Value> =
                serde_json::from_str(&format!("[{updates}]")).expect("an array");
            let id = |update: &serde_json::Value| update["update_id"].as_i64().expect("an id");
            updates
                .iter()
                .map(|update| id(update) - FIRST_UPDATE)
                .collect()
        }
        Answer::Wait(_) => Vec::new(),
        Answer::Conflict => panic!("nobody else polls"),
    }
}

#[test]
fn a_hundred_at_most_are_given_and_at_least_one() {
    let supply = supply(150);
    assert_eq!(fetch(&supply, 0, 1000).len(), 100);
    assert_eq!(fetch(&supply, 0, 7).len(), 7);
    assert_eq!(fetch(&supply, 0, 0).len(), 1);
}

#[test]
fn updates_come_again_until_an_offset_confirms_them() {
    let supply = supply(5);
    assert_eq!(fetch(&supply, 0, 2), [0, 1]);
    assert_eq!(fetch(&supply, 0, 2), [0, 1]);
    assert_eq!(fetch(&supply, FIRST_UPDATE + 2, 2), [2, 3]);
    // Confirmed is confirmed.
    assert_eq!(fetch(&supply, FIRST_UPDATE, 2), [2, 3]);
    assert_eq!(fetch(&supply, FIRST_UPDATE + 100, 2), [0; 0]);
    assert_eq!(fetch(&supply, 0, 2), [0; 0]);
    supply.feed([0].into_iter(), Pace::Saturation);
    assert_eq!(fetch(&supply, 0, 2), [5]);
}

#[test]
fn a_negative_offset_counts_from_the_end_and_forgets_the_rest() {
    let supply = supply(5);
    assert_eq!(fetch(&supply, -2, 100), [3, 4]);
    assert_eq!(fetch(&supply, 0, 100), [3, 4]);
    assert_eq!(fetch(&supply, i64::MIN + 1, 100), [3, 4]);
}

#[test]
fn of_two_pollers_the_earlier_is_told_of_a_conflict() {
    let supply = supply(0);
    let first = supply.begin_poll();
    assert_eq!(supply.fetch(first, 0, 1), Answer::Wait(None));
    let second = supply.begin_poll();
    assert_eq!(supply.fetch(first, 0, 1), Answer::Conflict);
    assert_eq!(supply.fetch(second, 0, 1), Answer::Wait(None));
}

#[test]
fn at_a_rate_an_update_is_not_delivered_before_it_is_due() {
    let supply = Supply::new(1000);
    // The second is due in an hour.
    supply.feed([0, 0].into_iter(), Pace::Rate(1.0 / 3600.0));
    assert_eq!(fetch(&supply, 0, 100), [0]);
    let later = supply.fetch(supply.begin_poll(), FIRST_UPDATE + 1, 100);
    let Answer::Wait(Some(due)) = later else {
        panic!("it is not due: {later:?}");
    };
    assert!(due > Instant::now() + Duration::from_secs(3000));
}

#[test]
fn all_are_answered_when_each_is() {
    let supply = supply(2);
    fetch(&supply, 0, 100);
    let answered = |supply: &Supply| supply.wait_for_answers(Duration::ZERO);
    assert_eq!(supply.answer(0), Some(0));
    assert_eq!(supply.answer(0), Some(0), "once more");
    assert!(!answered(&supply));
    assert_eq!(supply.answer(9), None, "there is no such update");
    supply.answer(1);
    assert!(answered(&supply));
    supply.apologise(FIRST_USER, "nobody waits for it");
    assert_eq!((supply.faults().repeated, supply.faults().strange), (1, 2));
}

#[test]
fn at_saturation_no_more_is_in_flight_than_was_said() {
    let supply = Supply::new(150);
    supply.feed((0..400).map(|_| 0), Pace::Saturation);
    assert_eq!(fetch(&supply, 0, 100).len(), 100);
    let next = FIRST_UPDATE + 100;
    assert_eq!(fetch(&supply, next, 100), [0; 0]);
    assert_eq!(fetch(&supply, 0, 100).len(), 0, "the first were confirmed");
    for index in 0..49 {
        supply.answer(index);
    }
    assert_eq!(
        fetch(&supply, next, 100),
        [0; 0],
        "a whole poll has no room"
    );
    supply.apologise(FIRST_USER, "sorry");
    assert_eq!(fetch(&supply, next, 100).len(), 100);
    assert_eq!(fetch(&supply, next, 100).len(), 100, "the same again");
    // What comes at a rate comes whatever becomes of it.
    supply.feed([0].into_iter(), Pace::Rate(1.0));
    assert_eq!(fetch(&supply, next + 100, 100).len(), 100);
}
