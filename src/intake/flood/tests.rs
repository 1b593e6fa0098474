use bytes::Bytes;
use serde_json::{Value, json};

use super::{notices::Where, *};
use crate::testing::capture_json;

fn flood(clock: &Clock) -> (Flood, Notices) {
    let config = FloodConfig {
        updates_per_min: 60,
        burst: 3,
        ..FloodConfig::default()
    };
    Flood::new(&config, clock).expect("there is a measure")
}

/// Updates with these ids and payloads.
fn answer(updates: impl IntoIterator<Item = (i64, &'static str, Value)>) -> Vec<RawUpdate> {
    let raw = updates.into_iter().map(|(id, kind, payload)| RawUpdate {
        id: Some(id),
        bytes: Bytes::from(json!({"update_id": id, kind: payload}).to_string()),
    });
    raw.collect()
}

fn says(user: i64, date: i64) -> Value {
    json!({"message_id": 1, "date": date, "text": "x", "from": {"id": user}, "chat": {"id": user, "type": "private"}})
}

fn press(user: i64) -> Value {
    json!({"id": "9", "from": {"id": user, "language_code": "en"}, "data": "x"})
}

fn notice(place: Where, language: Option<&str>) -> Notice {
    let language = language.map(str::to_owned);
    Notice { place, language }
}

/// The ids of those that are kept.
fn kept(flood: &Flood, updates: &[RawUpdate]) -> Vec<i64> {
    flood.judge(updates);
    let kept = flood.kept(updates);
    kept.iter().filter_map(|update| update.id).collect()
}

#[test]
fn without_a_measure_there_is_nothing() {
    assert!(Flood::new(&FloodConfig::default(), &Clock::system()).is_none());
}

#[test]
fn what_is_above_the_measure_is_dropped_told_once_and_counted() {
    let (clock, hands) = Clock::movable();
    let (flood, mut notices) = flood(&clock);
    let (logs, _guard) = capture_json("info");
    let now = clock.now().as_second();
    let many = (1..=9).map(|id| (id, "message", says(7, now)));
    assert_eq!(kept(&flood, &answer(many)), [1, 2, 3]);
    let others = [
        (10, "message", says(8, now)),
        (
            11,
            "message",
            json!({"text": "/start", "from": {"id": 7}, "date": now}),
        ),
        (
            12,
            "my_chat_member",
            json!({"from": {"id": 7}, "date": now}),
        ),
    ];
    assert_eq!(kept(&flood, &answer(others)), [10, 11, 12]);
    flood.rest();
    hands.put_forward(REPORT);
    flood.rest();
    flood.rest();
    let log = logs.records();
    let of = |event: &str| {
        log.iter()
            .filter(|record| record["event"] == event)
            .collect::<Vec<_>>()
    };
    let (first, report) = (of("flood"), of("flood_dropped"));
    assert_eq!((first.len(), report.len()), (1, 1), "{log:?}");
    assert_eq!(
        (&first[0]["user_id"], &first[0]["update_id"]),
        (&7.into(), &4.into())
    );
    assert_eq!(
        (&report[0]["updates"], &report[0]["users"]),
        (&6.into(), &1.into())
    );
    assert_eq!(notices.next(), Some(notice(Where::Chat(7), None)));
    assert_eq!(notices.next(), None);
}

#[test]
fn an_answer_that_comes_again_is_not_counted_again() {
    let clock = Clock::system();
    let (flood, _notices) = flood(&clock);
    let now = clock.now().as_second();
    let updates = answer((1..=4).map(|id| (id, "message", says(7, now))));
    assert_eq!(kept(&flood, &updates), [1, 2, 3]);
    assert_eq!(kept(&flood, &updates), [1, 2, 3]);
    let more = answer((2..=5).map(|id| (id, "message", says(7, now))));
    assert_eq!(kept(&flood, &more), [2, 3]);
}

#[test]
fn what_telegram_kept_during_an_outage_is_no_flood() {
    let clock = Clock::system();
    let (flood, _notices) = flood(&clock);
    let hours_ago = clock.now().as_second() - 10_000;
    // A message each two seconds, and a press after each, whose time is not told.
    let backlog = (0..40).map(|n| match n % 2 {
        0 => (n, "message", says(7, hours_ago + n)),
        _ => (n, "callback_query", press(8 + n % 4)),
    });
    let backlog = answer(backlog);
    assert_eq!(kept(&flood, &backlog).len(), 40);
}

#[test]
fn presses_are_counted_by_their_arrival_whatever_telegrams_clock_shows() {
    let (clock, hands) = Clock::movable();
    let (flood, _notices) = flood(&clock);
    // Telegram's clock is an hour ahead.
    let ahead = clock.now().as_second() + 3_600;
    assert_eq!(kept(&flood, &answer([(1, "message", says(7, ahead))])), [1]);
    let presses = |from: i64| answer((from..from + 4).map(|id| (id, "callback_query", press(7))));
    assert_eq!(kept(&flood, &presses(2)), [2, 3]);
    hands.put_forward(Duration::from_secs(60));
    assert_eq!(kept(&flood, &presses(6)), [6, 7, 8]);
}

#[test]
fn a_press_is_answered_over_it_and_a_group_is_told_nothing() {
    let clock = Clock::system();
    let (flood, mut notices) = flood(&clock);
    let now = clock.now().as_second();
    let in_group = json!({"text": "x", "date": now, "from": {"id": 7}, "chat": {"id": -5, "type": "supergroup"}});
    let group = answer((1..=4).map(|id| (id, "message", in_group.clone())));
    assert_eq!(kept(&flood, &group).len(), 3);
    let presses = answer((5..=8).map(|id| (id, "callback_query", press(8))));
    assert_eq!(kept(&flood, &presses).len(), 3);
    assert_eq!(
        notices.next(),
        Some(notice(Where::Press("9".into()), Some("en")))
    );
    assert_eq!(notices.next(), None);
}

#[cfg(feature = "web")]
#[test]
fn what_comes_by_itself_is_counted_once_however_often_it_comes() {
    let (clock, _) = Clock::movable();
    let (flood, _notices) = flood(&clock);
    let now = clock.now().as_second();
    let updates = answer((1..=5).map(|id| (id, "message", says(7, now))));
    let takes = |id: usize| flood.takes(&updates[id - 1]);
    // As Telegram posts an update again that could not be stored.
    assert!((0..9).all(|_| takes(1)));
    assert_eq!(
        [2, 3, 4, 5, 4, 2].map(takes),
        [true, true, false, false, false, true]
    );
    let mut nobody = answer([(6, "message", says(7, now))]).remove(0);
    nobody.id = None;
    assert!(flood.takes(&nobody), "it is set aside");
}
