//! Layers of one route or one router, through the whole stack.

use std::{sync::Arc, time::Duration};

use ostankino::{
    Error, Handler, Reply, Request, Result, Router,
    layers::{APOLOGY, Next, TimeoutLayer, TypingLayer, from_fn},
};
use tokio::sync::Notify;

use crate::support::World;

/// A handler that says when it has begun, and ends when it is told to.
fn until(told: &Arc<Notify>, begun: &Arc<Notify>) -> impl Handler<()> {
    let (told, begun) = (told.clone(), begun.clone());
    move || {
        let (told, begun) = (told.clone(), begun.clone());
        async move {
            begun.notify_one();
            told.notified().await;
            "Готово"
        }
    }
}

#[tokio::test]
async fn typing_is_shown_while_a_handler_is_at_work_and_no_longer() {
    let world = World::new().await;
    let (told, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let router = Router::new()
        .command("draw", until(&told, &begun))
        .layer(TypingLayer::after(Duration::from_millis(1)))
        .command("quick", || async { "Сразу" });
    let _app = world.run(router).await;
    let alice = world.tg.person("Алиса");
    alice.says("/draw");
    let shown = world.tg.next_call("sendChatAction").await;
    assert_eq!(shown.params["action"], "typing");
    assert!(world.tg.messages_in(alice.id()).is_empty());
    told.notify_one();
    assert_eq!(alice.next_message().await.text, "Готово");
    let shown = world.tg.calls_of("sendChatAction").len();
    alice.says("/quick");
    assert_eq!(alice.next_message().await.text, "Сразу");
    assert_eq!(world.tg.calls_of("sendChatAction").len(), shown);
}

#[tokio::test]
async fn a_route_may_take_longer_than_all_others() {
    let world = World::new().await;
    let (told, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let patient = TimeoutLayer::new(Duration::from_secs(60));
    let router = Router::new()
        .command("report", until(&told, &begun).layer(patient))
        .command("hangs", std::future::pending::<()>);
    let app = world.app(router);
    let _app = app
        .config(|config| config.delivery.handler_timeout_ms = 1_200)
        .start()
        .await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/report");
    begun.notified().await;
    boris.says("/hangs");
    // By then the other one has run for as long, too.
    assert_eq!(boris.next_message().await.text, APOLOGY);
    told.notify_one();
    assert_eq!(alice.next_message().await.text, "Готово");
}

/// Lets Alice in, and adds to what she hears.
async fn alice_only(request: Request, next: Next) -> Result<Reply> {
    match request.update.person() {
        Some(person) if person.first_name == "Алиса" => {
            Ok(next.run(request).await?.and(Reply::text("Заходи ещё.")))
        }
        _ => Err(Error::user("Не сегодня.")),
    }
}

#[tokio::test]
async fn a_function_is_a_layer_of_the_app_of_a_router_or_of_a_route() {
    let hello = || async { "Привет!" };
    let of_route = Router::new().command("start", hello.layer(from_fn(alice_only)));
    let of_router = Router::new()
        .command("start", hello)
        .layer(from_fn(alice_only));
    for (router, is_of_app) in [
        (of_route, false),
        (of_router, false),
        (Router::new().command("start", hello), true),
    ] {
        let world = World::new().await;
        let app = world.app(router).with(move |app| match is_of_app {
            true => app.layer(from_fn(alice_only)),
            false => app,
        });
        let _app = app.start().await;
        let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
        alice.says("/start");
        boris.says("/start");
        assert_eq!(alice.next_message().await.text, "Привет!");
        assert_eq!(alice.next_message().await.text, "Заходи ещё.");
        assert_eq!(boris.next_message().await.text, "Не сегодня.");
    }
}
