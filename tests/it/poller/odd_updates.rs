//! Updates that nobody can read, between good ones: they harm no neighbour, and what no handler
//! can be given is kept with its bytes.

use serde_json::{Value, json};

use super::TRIED_AGAIN;
use crate::support::World;

/// A message of that user, with the id and more fields in their place.
fn message(id: i64, user: i64, chat: &str, more: &str) -> String {
    format!(
        r#"{{"update_id":{id},"message":{{"message_id":1,"date":1700000000,"from":{{"id":{user},"is_bot":false,"first_name":"О"}},"chat":{{"id":{user},{chat},"first_name":"О"}}{more}}}}}"#
    )
}

#[tokio::test]
async fn odd_updates_harm_no_neighbour_and_what_cannot_be_read_is_kept_with_its_bytes() {
    let world = World::new().await;
    let private = r#""type":"private""#;
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let (mut neighbours, mut kept) = (Vec::new(), Vec::new());
    let mut last = 0;
    let mut neighbour = || {
        let guest = world.tg.person("Сосед");
        last = guest.says("/start");
        neighbours.push(guest);
        last + 1
    };

    let odd = |id: i64, bytes: String| world.tg.push_bytes(id, bytes);
    let id = neighbour();
    odd(
        id,
        format!(r#"{{"update_id":{id},"news_of_2030":{{"x":{deep}}}}}"#),
    );
    let id = neighbour();
    odd(id, format!(r#"{{"update_id":{id}}}"#));
    for bytes in [
        |id: i64| {
            let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
            format!(r#"{{"update_id":{id},"message":{{"photo":{deep}}}}}"#)
        },
        |id: i64| format!(r#"{{"update_id":{id},"message":{{"message_id":1,"text":"/start"}}}}"#),
        |id: i64| format!(r#"{{"update_id":{id},"message":{{"a":tru}}}}"#),
        |id: i64| format!(r#"{{"update_id":{id},"callback_query":[1,2]}}"#),
        |_: i64| r#"{"message":{"text":"/start"}}"#.to_owned(),
        |_: i64| "42".to_owned(),
    ] {
        let id = neighbour();
        odd(id, bytes(id));
        kept.push(bytes(id));
    }
    // These can be read, odd as they are.
    let projected = world.tg.person("П").who_has_started();
    let id = neighbour();
    let hologram = r#""type":"hologram""#;
    odd(
        id,
        message(id, projected.id(), hologram, r#","text":"/start""#),
    );
    let surrogate = world.tg.person("Ш").who_has_started();
    let id = neighbour();
    odd(
        id,
        message(id, surrogate.id(), private, r#","text":"\ud800 привет""#),
    );
    let id = neighbour();
    let nested = world.tg.person("Г").who_has_started();
    let more = format!(r#","text":"/start","new_field":{deep}"#);
    odd(id, message(id, nested.id(), private, &more));
    neighbour();
    let far = world.tg.person("Д").who_has_started();
    let id = 4_294_967_296 + 5;
    odd(id, message(id, far.id(), private, r#","text":"/start""#));
    neighbour();

    let service = world.service().start().await;
    for person in neighbours
        .iter()
        .chain([&projected, &surrogate, &nested, &far])
    {
        person.next_message().await;
    }
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    service.stop().await;

    let letters = world.dead_letters().await;
    let mut bytes: Vec<_> = letters.iter().map(|(bytes, _)| bytes).collect();
    bytes.sort();
    kept.sort();
    assert_eq!(bytes, kept.iter().collect::<Vec<_>>());
    assert!(letters.iter().all(|(_, reason)| !reason.is_empty()));
    for person in &neighbours {
        assert_eq!(world.tg.messages_in(person.id()).len(), 1);
    }
}

#[tokio::test]
async fn an_update_without_an_id_is_kept_once_however_often_telegram_repeats_it() {
    let world = World::new().await;
    let bytes = r#"{"message":{"text":"/start"}}"#;
    world.tg.push_bytes(1, bytes);
    let service = world.service().start().await;
    let third = |record: &Value| record["wait_ms"].as_u64() >= Some(400);
    service.logs.wait_until("the third repetition", third).await;
    assert!(!service.logs.of(TRIED_AGAIN).is_empty());

    // The next good one confirms it as well.
    world.greeted("Алиса").await;
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    let letters = world.dead_letters().await;
    assert_eq!(
        letters,
        [(bytes.to_owned(), "it has no update_id".to_owned())]
    );
}

#[tokio::test]
async fn an_update_larger_than_a_message_of_the_queue_is_kept_cut_and_harms_no_neighbour() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    let text = "ы".repeat(600_000);
    world.tg.push_update(json!({"message": {"text": text}}));
    alice.says("/start");
    let _service = world.service().start().await;
    alice.next_message().await;
    // Both are confirmed together, so both are stored by then.
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].1, "it is too large");
    assert!(letters[0].0.starts_with(r#"{"message":{"text":"ыыы"#));
}
