//! An album comes to its handler once, with all its parts, whatever came between them.

use std::time::{Duration, Instant};

use ostankino::{Album, App, Router, extract::Photo};
use serde_json::{Value, json};
use telegram_emulator::{Attachment, Person};

use crate::support::{ServiceSetup, World, program::serve};

/// It tells which parts an album has, by the last two digits of their ids, and its caption.
fn routes() -> Router {
    let told = |album: Album| async move {
        let ids = album.parts().iter().filter_map(|part| part.message_id());
        let ids: Vec<_> = ids.map(|id| (id % 100).to_string()).collect();
        let photos = album.all::<Photo>().count();
        format!(
            "{photos}: {} {}",
            ids.join(" "),
            album.caption().unwrap_or("-")
        )
    };
    Router::new().album(told).photo(|| async { "single" })
}

/// No test: the bot that a test starts as processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by a test of this file"]
async fn a_bot_that_takes_albums() {
    serve(|config| App::builder(config).router(routes())).await;
}

fn program(world: &World) -> ServiceSetup {
    world.this_program("albums::a_bot_that_takes_albums")
}

/// Parts of an album with these message ids.
fn send(world: &World, from: &Person, album: &str, ids: impl IntoIterator<Item = i64>) {
    for id in ids {
        let size = json!({"file_id": format!("f{id}"), "file_unique_id": format!("u{id}"), "width": 1, "height": 1});
        let mut message = json!({"message_id": id, "date": world.tg.now(), "media_group_id": album, "photo": [size],
            "from": {"id": from.id(), "is_bot": false, "first_name": "А"},
            "chat": {"id": from.id(), "type": "private", "first_name": "А"}});
        if id % 100 == 3 {
            message["caption"] = Value::from("Подпись");
        }
        world.tg.push_update(json!({"message": message}));
    }
}

/// Whether less time has passed than after which an album is taken for whole: on a machine that stood still for a moment the
/// test begins anew.
fn is_in_time(since: Instant) -> bool {
    since.elapsed() < Duration::from_millis(500)
}

async fn until_kept(world: &World, count: i64) {
    let kept = async || world.count("FROM album_parts").await == count;
    ostankino_test::wait_until("the parts are kept", kept).await;
}

#[tokio::test]
async fn an_album_whose_parts_come_in_two_answers_comes_once_and_in_its_order() {
    let world = World::new().await;
    let app = world.run(routes()).await;
    let whole = "10: 1 2 3 4 5 6 7 8 9 10 Подпись";
    let mut told = String::new();
    // A machine that stands still for most of a second may end an album in between.
    for attempt in 1..=20 {
        let alice = world.tg.person("Алиса").who_has_started();
        let (album, first) = (attempt.to_string(), attempt * 100);
        send(&world, &alice, &album, [first + 2, first + 3, first + 1]);
        let fetched = async || world.tg.pending_updates() == 0;
        ostankino_test::wait_until("the first answer is confirmed", fetched).await;
        send(&world, &alice, &album, first + 4..=first + 10);
        told = alice.next_message().await.text;
        if told == whole {
            break;
        }
    }
    assert_eq!(told, whole);
    until_kept(&world, 0).await;
    app.stop().await;
    assert_eq!(world.count("FROM timers WHERE fired_at IS NULL").await, 0);
}

#[tokio::test]
async fn two_albums_in_a_row_are_two_and_a_photo_between_them_is_none() {
    let world = World::new().await;
    let app = world.run(routes()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let photo = || Attachment::photo(&b"photo"[..]);
    alice.sends_album([photo(), photo(), photo()]);
    alice.sends(photo());
    alice.sends_album([photo(), photo()]);
    let mut told = Vec::new();
    for _ in 0..3 {
        let text = alice.next_message().await.text;
        told.push(text.chars().next().expect("a text"));
    }
    assert_eq!(told, ['s', '3', '2']);
    app.stop().await;
}

#[tokio::test]
async fn a_part_that_comes_too_late_comes_by_itself() {
    let world = World::new().await;
    let app = world.run(routes()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    send(&world, &alice, "a", [101, 102]);
    assert_eq!(alice.next_message().await.text, "2: 1 2 -");
    send(&world, &alice, "a", [103]);
    assert_eq!(alice.next_message().await.text, "1: 3 Подпись");
    app.stop().await;
}

#[tokio::test]
async fn an_album_comes_once_although_the_process_is_killed_between_its_parts() {
    loop {
        let world = World::new().await;
        let alice = world.tg.person("Алиса").who_has_started();
        let first = program(&world).start().await;
        let begun = Instant::now();
        send(&world, &alice, "a", 101..=105);
        let kept = async || world.count("FROM album_parts").await == 5 || !is_in_time(begun);
        ostankino_test::wait_until("the parts are kept", kept).await;
        first.signal("KILL");
        first.ended().await;
        if !is_in_time(begun) {
            continue;
        }
        // Nobody shall take it for whole before the next process is there.
        world.set_clock_back(Duration::from_secs(3_600)).await;
        let second = program(&world).start().await;
        send(&world, &alice, "a", 106..=110);
        assert_eq!(
            alice.next_message().await.text,
            "10: 1 2 3 4 5 6 7 8 9 10 Подпись"
        );
        until_kept(&world, 0).await;
        drop(second);
        break;
    }
}
