//! Inline mode: what somebody types comes as a query for each letter, and only the last one matters.

use ostankino::{Reply, Router, extract::InlineQuery, reply::Article};

use crate::support::World;

#[tokio::test]
async fn of_ten_letters_that_are_typed_quickly_the_last_query_is_answered() {
    let world = World::new().await;
    let find = |query: InlineQuery| async move {
        let article = Article::new("1", query.query.clone(), query.query);
        Reply::inline([article]).param("cache_time", 0)
    };
    let app = world.run(Router::new().inline(find)).await;
    let alice = world.tg.person("Алиса");
    let typed = "Останкино!";
    let ends = typed
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let queries: Vec<_> = ends.map(|end| alice.queries(&typed[..end])).collect();
    assert_eq!(queries.len(), 10);
    let last = queries.last().expect("ten");
    let offered = world.tg.offered(last).await;
    assert_eq!(offered[0]["title"], typed);
    app.stop().await;
}
