//! Bots composed of one's own parts: layers around the routes, and what every bot gets.

use futures_util::future::BoxFuture;
use ostankino::{
    DbSession, Error, Reply, Request, Result, Route, Router, dialogue::DialogueContext, users,
};
use tower::{ServiceExt, layer::layer_fn, util::BoxCloneSyncService};

use crate::support::World;

type Boxed = BoxCloneSyncService<Request, Reply, Error>;

/// A layer that says its name before and after what is inside.
fn named(name: &'static str) -> impl Fn(Route) -> Boxed + Clone {
    move |inner: Route| {
        Boxed::new(tower::service_fn(
            move |request: Request| -> BoxFuture<'_, _> {
                let inner = inner.clone();
                Box::pin(async move {
                    let reply = inner.oneshot(request).await?;
                    let before = Reply::text(format!("{name} begins"));
                    Ok(before.and(reply).and(Reply::text(format!("{name} ends"))))
                })
            },
        ))
    }
}

#[tokio::test]
async fn the_layer_added_first_is_the_outermost() {
    let world = World::new().await;
    let routes = Router::new().command("start", || async { "внутри" });
    let app = world
        .app(routes)
        .with(|app| app.layer(layer_fn(named("A"))).layer(layer_fn(named("B"))));
    let _app = app.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    for says in ["A begins", "B begins", "внутри", "B ends", "A ends"] {
        assert_eq!(alice.next_message().await.text, says);
    }
}

/// What a layer of one's own finds: the session, the dialogues, and its user in the base.
async fn looks(request: Request) -> Result<Reply> {
    let db: DbSession = request.extension()?;
    let _: DialogueContext = request.extension()?;
    let counts = users::count(&mut *db.conn().await?).await?;
    Ok(Reply::text(counts.users.to_string()))
}

#[tokio::test]
async fn a_layer_of_ones_own_finds_the_session_and_the_tracked_user() {
    let world = World::new().await;
    let routes = Router::new().command("start", || async {});
    let looking = layer_fn(|_: Route| Boxed::new(tower::service_fn(looks)));
    let _app = world
        .app(routes)
        .with(move |app| app.layer(looking))
        .start()
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, "1");
}

#[tokio::test]
async fn a_bot_without_a_route_for_it_knows_who_blocked_it_all_the_same() {
    let world = World::new().await;
    let app = world
        .run(Router::new().command("start", || async { "привет" }))
        .await;
    let alice = world.greeted("Алиса").await;
    alice.blocks();
    app.logs
        .wait_until("the block is handled", |record| {
            record["route"] == "my_chat_member"
        })
        .await;
    assert!(!world.user(alice.id()).await.expect("a row").is_active);
}
