//! What an operator sees of owed calls, and does with them.

use serde_json::Value;

use super::*;

fn objects(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn owed_calls_are_listed_hurried_and_dropped() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let none = world.service().run("owed list").await;
    assert_eq!((none.code, &*none.stdout), (0, "no owed calls\n"));
    let alice = world.tg.person("Алиса");
    asks_to_wait(&world, 3_000);
    alice.says("/say тайна раз");
    so_many_are_owed(&world, 2).await;
    app.stop().await;

    let listed = world.service().run("owed list").await;
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("deferred"), "{}", listed.stdout);
    assert!(!listed.stdout.contains("тайна"), "{}", listed.stdout);
    let listed = world.service().run("owed list --json").await;
    let rows = objects(&listed.stdout);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["chat_id"], alice.id());
    assert_eq!(rows[0]["methods"][0], "sendMessage");
    assert_eq!(rows[0]["kind"], "deferred");
    let error = rows[0]["error"].as_str().unwrap_or_default();
    assert!(error.contains("429"), "{error}");
    let page = world.service().run("owed list --limit 1").await;
    assert!(page.stdout.contains("more: --after"), "{}", page.stdout);

    let status = world.service().run("status").await;
    assert!(status.stdout.contains("2 waiting"), "{}", status.stdout);

    let dropped = world
        .service()
        .run(&format!("owed drop {}", rows[0]["number"]))
        .await;
    assert_eq!(dropped.code, 0, "{}", dropped.stderr);
    let gone = world
        .service()
        .run(&format!("owed retry {}", rows[0]["number"]))
        .await;
    assert_eq!(gone.code, 1);
    let hurried = world.service().run("owed retry --all").await;
    assert_eq!(hurried.code, 0, "{}", hurried.stderr);
    let app = world.run(bot()).await;
    assert_eq!(alice.next_message().await.text, "раз");
    so_many_are_owed(&world, 0).await;
    app.stop().await;
}
