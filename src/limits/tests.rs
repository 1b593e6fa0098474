use futures_util::FutureExt;

use super::*;
use crate::ClockHands;

const HOUR: Duration = Duration::from_secs(3_600);

fn limits() -> (Limits, ClockHands) {
    let (clock, hands) = Clock::movable();
    let (limits, _) = Limits::new(&Config::default(), &clock, None, || Share::WHOLE);
    (limits, hands)
}

/// Far more than anything here takes.
async fn soon<T>(waiting: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, waiting).await.expect("in time")
}

#[tokio::test]
async fn a_paused_chat_holds_up_nobody_else() {
    let (limits, hands) = limits();
    limits.paused(Some(7), HOUR);
    let mut waiting = Box::pin(limits.bulk_turn(Some(7)));
    assert!((&mut waiting).now_or_never().is_none());
    drop(soon(limits.bulk_turn(Some(8))).await);
    assert!(limits.pause_of(Some(7)).is_some() && limits.pause_of(Some(8)).is_none());
    assert!((&mut waiting).now_or_never().is_none());
    hands.put_forward(HOUR);
    drop(soon(waiting).await);
}

#[tokio::test]
async fn a_paused_bot_holds_up_all_chats() {
    let (limits, hands) = limits();
    for chat in [1, 2, 3] {
        limits.paused(Some(chat), HOUR);
    }
    let mut waiting = Box::pin(limits.bulk_turn(Some(7)));
    assert!((&mut waiting).now_or_never().is_none());
    assert!(limits.pause_of(Some(7)).is_some());
    hands.put_forward(HOUR);
    drop(soon(waiting).await);
}

#[tokio::test]
async fn a_limit_of_a_method_pauses_the_bot_for_seconds_only() {
    let (limits, _hands) = limits();
    limits.paused(None, HOUR);
    let left = limits.pause_of(None).expect("it is paused");
    assert!(left <= WITHOUT_CHAT, "{left:?}");
}

#[tokio::test]
async fn three_chats_refused_at_once_pause_the_bot_for_the_shortest_time() {
    let (limits, _hands) = limits();
    for (chat, wait) in [(-1, 2 * HOUR), (2, HOUR), (-3, 2 * HOUR)] {
        assert_eq!(limits.pause_of(None), None);
        limits.paused(Some(chat), wait);
    }
    let left = limits.pause_of(None).expect("it is paused");
    assert!(left <= HOUR && left > HOUR / 2);
}

#[tokio::test]
async fn the_next_call_to_a_chat_waits_for_the_answer_to_the_last_and_a_second() {
    let (limits, hands) = limits();
    let turn = soon(limits.bulk_turn(Some(7))).await;
    hands.put_forward(HOUR);
    let mut waiting = Box::pin(limits.bulk_turn(Some(7)));
    assert!((&mut waiting).now_or_never().is_none());
    drop(turn);
    assert!((&mut waiting).now_or_never().is_none());
    hands.put_forward(Duration::from_secs(1));
    drop(soon(waiting).await);
}

#[tokio::test]
async fn whoever_gives_up_leaves_the_turn_to_others() {
    let (limits, hands) = limits();
    let mut turns = Vec::new();
    while let Some(turn) = limits.bulk_turn(None).now_or_never() {
        turns.push(turn);
    }
    let mut first = Box::pin(limits.bulk_turn(None));
    let mut second = Box::pin(limits.bulk_turn(None));
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    drop(turns);
    hands.put_forward(Duration::from_secs(1));
    drop(soon(second).await);
}
