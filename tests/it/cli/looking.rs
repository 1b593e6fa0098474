//! Looking at dead letters, and deleting them.

use serde_json::{Value, json};

use super::{complained, numbers, set_aside, start, told};
use crate::support::World;

#[tokio::test]
async fn an_update_nobody_can_decode_is_listed_and_shown_whole() {
    let world = World::new().await;
    let id = world.tg.push_update(
        json!({"message": {"message_id": 1, "date": 1, "from": {"id": 72, "is_bot": false, "first_name": "A"},
               "chat": {"id": "голограмма"}, "text": "\u{1b}[2J"}}),
    );
    let service = world.service().start().await;
    let logged = service.logs.wait_for("dead_letter").await;
    service.stop().await;
    assert_eq!(logged["letter"], 1);
    assert_eq!(logged["show"], "ostankino dead-letters show 1");

    let command = |line: &'static str| world.service().run(line);
    let listed = told(command("dead-letters list").await);
    let rows: Vec<Vec<_>> = listed
        .lines()
        .map(|row| row.split("  ").collect())
        .collect();
    assert_eq!(rows.len(), 2, "{listed}");
    let bot = world.tg.bot_id().to_string();
    let update = id.to_string();
    for cell in [&bot, &update, "message", "72", "it cannot be decoded"] {
        assert!(
            rows[1].iter().any(|shown| shown.trim() == cell),
            "{cell}: {listed}"
        );
    }

    let line = told(command("dead-letters list --json").await);
    let mut letter: Value = serde_json::from_str(&line).expect("one object");
    let error = letter["error"].take();
    let error = error.as_str().expect("a text");
    assert!(error.ends_with("its payload has no chat"), "{error}");
    assert!(!logged.to_string().contains("голограмма"), "{logged}");
    let time = letter["time"].take();
    assert!(
        time.as_str().is_some_and(|time| time.ends_with('Z')),
        "{time}"
    );
    let expected = json!({
        "number": 1, "time": null, "bot_id": world.tg.bot_id(), "update_id": id, "kind": "message",
        "user_id": 72, "deliveries": 1, "reason": "it cannot be decoded", "error": null, "cut_from": null,
    });
    assert_eq!(letter, expected);

    let shown = told(command("dead-letters show 1").await);
    let (headers, body) = shown.split_once("\n\n").expect("headers and a body");
    for line in [
        format!("Update: {id}"),
        "Ostankino-Deliveries: 1".to_owned(),
        format!("Ostankino-Error: {error}"),
    ] {
        assert!(
            headers.lines().any(|shown| shown == line),
            "{line}: {shown}"
        );
    }
    let kept: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(kept["message"]["text"], "\u{1b}[2J");
    assert!(body.lines().count() > 5, "{body}");
    assert!(!shown.contains('\u{1b}'));
}

#[tokio::test]
async fn an_update_that_was_cut_is_shown_as_it_is_kept_and_not_replayed() {
    let world = World::new().await;
    let text = "ы".repeat(600_000);
    let id = world.tg.push_update(json!({"message": {"text": text}}));
    let service = world.service().start().await;
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    service.stop().await;

    let line = told(world.service().run("dead-letters list --json").await);
    let letter: Value = serde_json::from_str(&line).expect("one object");
    assert_eq!(letter["update_id"], id);
    let length = letter["cut_from"].as_u64().expect("a length");
    assert!(length > 1_200_000);
    let shown = told(world.service().run("dead-letters show 1").await);
    assert!(shown.contains(&format!("\nOstankino-Length: {length}\n")));
    assert!(shown.contains("ыыыы"));

    let refused = complained(world.service().run("dead-letters replay 1").await);
    assert!(refused.contains("was too large and was cut"), "{refused}");
    assert_eq!(numbers(&world).await, [1]);
}

#[tokio::test]
async fn letters_are_listed_by_pages() {
    let world = World::new().await;
    for id in 1..=3 {
        set_aside(&world, &start(id, 5)).await;
    }
    let page = told(world.service().run("dead-letters list --limit 2").await);
    assert!(page.ends_with("more: --after 2\n"), "{page}");
    let rest = told(
        world
            .service()
            .run("dead-letters list --limit 2 --after 2")
            .await,
    );
    assert_eq!(rest.lines().count(), 2, "{rest}");
    assert!(!rest.contains("more:"), "{rest}");
}

#[tokio::test]
async fn purge_deletes_those_that_are_named_and_with_all_the_rest() {
    let world = World::new().await;
    for id in 1..=4 {
        set_aside(&world, &start(id, 5)).await;
    }
    let deleted = world.service().run("dead-letters purge 2 7 4").await;
    assert_eq!(deleted.stdout, "2: deleted\n4: deleted\n");
    let missing = complained(deleted);
    assert!(missing.contains("there is no dead letter 7"), "{missing}");
    assert_eq!(numbers(&world).await, [1, 3]);

    let nothing_said = world.service().run("dead-letters purge").await;
    assert_eq!(nothing_said.code, 2);
    assert!(nothing_said.stderr.contains("--all"), "{nothing_said:?}");
    let deleted = told(world.service().run("dead-letters purge --all").await);
    assert_eq!(deleted, "dead letters deleted: 2\n");
    let listed = told(world.service().run("dead-letters list").await);
    assert_eq!(listed, "no dead letters\n");
}

#[tokio::test]
async fn a_number_that_is_none_is_a_clear_error_and_nothing_is_created() {
    let world = World::new().await;
    for command in ["show 0", "show 99", "replay 99", "purge 99"] {
        let missing = complained(
            world
                .service()
                .run(&format!("dead-letters {command}"))
                .await,
        );
        assert!(missing.contains("there is no dead letter"), "{missing}");
    }
    let jetstream = world.jetstream().await;
    for stream in ["UPDATES", "DEAD"] {
        let name = format!("{}_{stream}", world.prefix);
        assert!(jetstream.get_stream(name).await.is_err());
    }
}

#[tokio::test]
async fn letters_need_neither_a_token_nor_a_database() {
    let world = World::new().await;
    let number = set_aside(&world, &start(1, 5)).await;
    for command in ["list", "show 1", "purge 1"] {
        let service = world
            .service()
            .set("TELEGRAM__TOKEN", "")
            .set("DATABASE__URL", "");
        told(service.run(&format!("dead-letters {command}")).await);
    }
    assert_eq!(number, 1);
}
