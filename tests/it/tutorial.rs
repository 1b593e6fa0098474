//! The walk-through of `docs/handlers.md`, literally: its migration is taken out of the text, its
//! code stands in `tutorial/review.rs`, and both are run.

use ostankino::db::migrate_with;

use crate::support::{World, migrations::Folder, servers::until};

/// What the reader copies.
mod review {
    include!("tutorial/review.rs");

    pub(super) fn routes() -> ostankino::Router {
        router()
    }
}

const GUIDE: &str = include_str!("../../docs/handlers.md");

/// What stands between two pieces of the guide.
fn between(before: &str, after: &str) -> &'static str {
    let (_, rest) = GUIDE
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before}"));
    rest.split_once(after)
        .unwrap_or_else(|| panic!("no {after}"))
        .0
}

#[test]
fn the_code_of_the_guide_is_what_is_run_here() {
    let code = include_str!("tutorial/review.rs");
    assert!(
        GUIDE.contains(&format!("```rust\n{code}```")),
        "copy the guide's code to tutorial/review.rs"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dialogue_of_the_guide_works_with_its_table() {
    let world = World::new().await;
    let mut config = world.config().database;
    // One try, beside all the other tests.
    config.connect_timeout_ms = 30_000;
    let folder = Folder::new();
    let name = between("A folder `migrations/", "/` with `up.sql`");
    let up = between("/` with `up.sql`\n\n   ```sql\n", "   ```");
    let down = between("and `down.sql` with `", "`");
    folder.add(name, up, down);
    // On a database that is in use, as on a fresh one.
    ostankino::db::migrate(&config).await.expect("ours run");
    assert_eq!(
        migrate_with(&config, folder.migrations())
            .await
            .expect("it runs"),
        1
    );

    let app = world.run(review::routes()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/review");
    assert!(alice.next_message().await.text.starts_with("Сколько звёзд"));
    alice.says("много");
    assert_eq!(
        alice.next_message().await.text,
        "Звёзды — это число от 1 до 5."
    );
    alice.says("5");
    alice.next_message().await;
    alice.says("<3");
    assert_eq!(alice.next_message().await.text, "Звёзд: 5\n<3");
    assert_eq!(
        world
            .count("FROM reviews WHERE stars = 5 AND text = '<3'")
            .await,
        1
    );
    until(
        "the inbox is in use, and nothing is left to do",
        async || {
            let (all, left) = ("FROM inbox", "FROM inbox WHERE effects IS NOT NULL");
            world.count(all).await > 0 && world.count(left).await == 0
        },
    )
    .await;
    app.stop().await;

    let undone = world.database().await.batch_execute(down).await;
    undone.expect("it is undone");
    assert_eq!(
        world
            .count("FROM pg_tables WHERE tablename = 'reviews'")
            .await,
        0
    );
}
