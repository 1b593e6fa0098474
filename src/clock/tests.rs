use std::time::Instant;

use super::*;

const HOUR: Duration = Duration::from_secs(3_600);

/// The clocks here are the machine's with something added: each wait ends by being woken, or the test by its deadline.
async fn soon(sleeping: impl Future<Output = ()>) {
    tokio::time::timeout(Duration::from_secs(10), sleeping)
        .await
        .expect("it wakes");
}

/// Whether it sleeps when it is first looked at.
fn sleeps(sleeping: &mut (impl Future<Output = ()> + Unpin)) -> bool {
    use futures_util::FutureExt;
    sleeping.now_or_never().is_none()
}

#[test]
fn the_time_is_the_machines() {
    let before = Timestamp::now();
    let told = Clock::system().now();
    assert!((before..=Timestamp::now()).contains(&told));
}

#[tokio::test]
async fn what_is_past_is_not_waited_for() {
    let clock = Clock::system();
    let past = clock.now() - HOUR;
    assert!(!sleeps(&mut Box::pin(clock.sleep_until(past))));
    soon(clock.sleep(Duration::ZERO)).await;
}

#[tokio::test]
async fn a_sleeper_wakes_when_the_clock_is_put_forward() {
    let (clock, hands) = Clock::movable();
    let (clone, begun) = (clock.clone(), Instant::now());
    let at = clock.now() + HOUR;
    let mut by_time = Box::pin(clock.sleep_until(at));
    let mut by_length = Box::pin(clone.sleep(HOUR));
    assert!(sleeps(&mut by_time) && sleeps(&mut by_length));
    hands.put_forward(HOUR / 2);
    assert!(sleeps(&mut by_time) && sleeps(&mut by_length));
    hands.put_forward(HOUR / 2);
    soon(by_time).await;
    soon(by_length).await;
    assert!(clock.now() >= at);
    assert!(begun.elapsed() < HOUR / 4, "the machine's time went on");
}

#[tokio::test]
async fn a_length_of_time_ends_although_the_clock_is_set_back_and_a_time_of_day_comes_later() {
    let (clock, hands) = Clock::movable();
    let mut by_length = Box::pin(clock.sleep(Duration::from_millis(1)));
    let mut by_time = Box::pin(clock.sleep_until(clock.now() + Duration::from_millis(1)));
    assert!(sleeps(&mut by_length) && sleeps(&mut by_time));
    hands.set_back(24 * HOUR);
    soon(by_length).await;
    // That time is a day away now, and comes.
    assert!(sleeps(&mut by_time));
    hands.put_forward(24 * HOUR);
    soon(by_time).await;
}

#[test]
fn zones_are_known_where_the_machine_has_none() {
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").expect("it is built in");
    let noon = "2026-11-28T12:00:00Z".parse::<Timestamp>();
    let there = noon.expect("a timestamp").to_zoned(zone);
    assert_eq!(there.hour(), 15);
}

#[tokio::test]
async fn handlers_have_the_clock_of_their_session() {
    use crate::{
        db::Database,
        request::{HandlerClock, UpdateKey},
        testing::{database_config, says},
        timers::Timing,
    };

    let (clock, hands) = Clock::movable();
    hands.put_forward(HOUR);
    let mut request = says(1, "x");
    let is_ahead = |clock: Clock| clock.now() > Timestamp::now() + HOUR / 2;
    let machines = Clock::from_request(&request).await.expect("a clock");
    assert!(!is_ahead(machines), "there is no service around");
    let key = UpdateKey::of(&request);
    let database = Database::new(&database_config());
    let session = DbSession::timed(database, key, HandlerClock::new(), Some(Timing::new(clock)));
    request.extensions.insert(session);
    let of_service = Clock::from_request(&request).await.expect("a clock");
    assert!(is_ahead(of_service));
}
