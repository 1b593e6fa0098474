//! What Telegram is told to forget: only what is stored, and that even at the end.

use std::iter;

use ostankino::{
    Router, UpdateKind,
    filter::{callback, edited_message, message, photo, private, when},
};
use serde_json::json;
use telegram_emulator::{Emulator, Fault};

use super::TRIED_AGAIN;
use crate::support::{DEADLINE, World};

fn all_is_confirmed(tg: &Emulator) -> bool {
    tg.pending_updates() == 0
}

#[tokio::test]
async fn nothing_is_confirmed_while_it_cannot_be_stored_and_all_is_answered_once_it_can() {
    let (world, mut nats) = World::with_nats().await;
    let service = world
        .service()
        .set("NATS__REQUEST_TIMEOUT_MS", "500")
        .set("DELIVERY__LEASE_MS", "15000")
        .start()
        .await;
    world.tg.person("Алиса").says("/start");
    world
        .tg
        .wait_until(|tg| tg.confirmed_offset().is_some() && all_is_confirmed(tg))
        .await;
    let before = world.tg.confirmed_offset();

    nats.kill().await;
    let guests: Vec<_> = iter::repeat_with(|| world.tg.person("Гость"))
        .take(8)
        .collect();
    for guest in &guests {
        guest.says("/start");
    }
    service.logs.wait_for("store_failed").await;
    assert_eq!(world.tg.pending_updates(), guests.len());
    assert_eq!(world.tg.confirmed_offset(), before);

    nats.restart().await;
    for guest in &guests {
        guest.next_message().await;
    }
    world.tg.wait_until(all_is_confirmed).await;
    service.logs.wait_for("store_recovered").await;
    service.stop().await;
    for guest in &guests {
        assert_eq!(world.tg.messages_in(guest.id()).len(), 1);
    }
}

#[tokio::test]
async fn updates_that_come_while_the_queue_dies_and_comes_back_are_all_answered() {
    let (world, mut nats) = World::with_nats().await;
    let _service = world
        .service()
        .set("NATS__REQUEST_TIMEOUT_MS", "500")
        .start()
        .await;
    let speak = |count| -> Vec<_> {
        let speaking = iter::repeat_with(|| {
            let guest = world.tg.person("Гость");
            guest.says("/start");
            guest
        });
        speaking.take(count).collect()
    };
    let mut guests = speak(40);
    guests[0].next_message().await;
    // In the middle of them.
    nats.kill().await;
    guests.extend(speak(20));
    nats.restart().await;
    guests.extend(speak(20));
    for guest in &guests[1..] {
        guest.next_message().await;
    }
    world.tg.wait_until(all_is_confirmed).await;
    assert_eq!(world.count("FROM users").await, 80);
}

#[tokio::test]
async fn an_update_fetched_again_after_a_crash_is_applied_once() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    // From the poll after the one that is held: what that one brings is stored, never confirmed.
    world.tg.fault(Fault::on("getUpdates").status(502));
    let alice = world.greeted("Алиса").await;
    // Acknowledged, or it would rightly be delivered again.
    world.queue_is_empty().await;
    service.logs.wait_for(TRIED_AGAIN).await;
    service.signal("KILL");
    service.ended().await;
    assert_eq!(world.tg.pending_updates(), 1);

    world.tg.clear_faults();
    let _next = world.service().start().await;
    alice.says("/help");
    assert!(alice.next_message().await.text.starts_with("Команды"));
    world.tg.wait_until(all_is_confirmed).await;
    assert_eq!(world.tg.messages_in(alice.id()).len(), 2);
}

#[tokio::test]
async fn what_was_stored_last_is_confirmed_at_the_end() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    // The poll that would confirm is refused, and not tried again before the end.
    let later = Fault::on("getUpdates").retry_after(600).times(1);
    world.tg.fault(later);
    let id = world.tg.person("Алиса").says("/start");
    service.logs.wait_for(TRIED_AGAIN).await;
    assert_eq!(world.tg.pending_updates(), 1);

    service.stop().await;
    assert_eq!(world.tg.confirmed_offset(), Some(id + 1));
    assert_eq!(world.tg.pending_updates(), 0);
}

#[tokio::test]
async fn what_the_last_poll_confirmed_is_not_confirmed_again_at_the_end() {
    let world = World::new().await;
    let service = world.service().start().await;
    let id = world.tg.person("Алиса").says("/start");
    let confirmed = |tg: &Emulator| tg.is_polled() && tg.confirmed_offset() == Some(id + 1);
    world.tg.wait_until(confirmed).await;
    let polls = world.tg.calls_of("getUpdates").len();

    service.stop().await;
    assert_eq!(world.tg.calls_of("getUpdates").len(), polls);
}

#[tokio::test]
async fn update_ids_that_start_over_lower_are_all_handled() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.push_update(json!({"update_id": 2_000_000_000}));
    let high = world.tg.person("Алиса");
    assert_eq!(high.says("/start"), 2_000_000_001);
    high.next_message().await;
    world.tg.wait_until(all_is_confirmed).await;

    // A silent week later: the same bot, and ids from another random number on.
    let (token, port) = (world.tg.token(), world.tg.address().port());
    world.tg.stop().await;
    let again = Emulator::builder().token(token).port(port);
    let tg = again.deadline(DEADLINE).start().await.expect("its port");
    let low = tg.person("Боб");
    assert!(low.says("/start") < 1_000_000_000);
    low.next_message().await;
    low.says("/help");
    low.next_message().await;
    tg.wait_until(all_is_confirmed).await;
    service.stop().await;
}

#[tokio::test]
async fn telegram_is_asked_for_the_kinds_of_the_routes_and_of_the_layers() {
    let world = World::new().await;
    let inner = Router::new()
        .inline(async || "")
        .on(message() & photo(), async || "");
    let router = Router::new()
        .on(UpdateKind::ChatJoinRequest, async || "")
        .on(private() & (edited_message() | callback("x")), async || "")
        .nest(when("any", |_| true), inner)
        .chat_member(async || "");
    let app = world.run(router).await;
    world.tg.wait_until(Emulator::is_polled).await;
    app.stop().await;
    let poll = &world.tg.calls_of("getUpdates")[0];
    let kinds = poll.params["allowed_updates"].clone();
    let mut kinds: Vec<String> = serde_json::from_value(kinds).expect("a list");
    kinds.sort();
    let wanted = [
        "callback_query",
        "chat_join_request",
        "chat_member",
        "edited_message",
        "inline_query",
        "message",
        "my_chat_member",
    ];
    assert_eq!(kinds, wanted);
}
