//! What Telegram wants left alone, all containers leave alone.

use std::time::Duration;

use futures_util::FutureExt;
use ostankino::{Context, Router, methods::SendMessageParams};
use ostankino_test::TestApp;
use telegram_emulator::Fault;
use tokio::sync::mpsc;

use crate::support::{World, servers::until};

const MINUTE: Duration = Duration::from_secs(60);

/// A container, and what it knows of limits.
pub(super) async fn container(world: &World) -> (TestApp, Context) {
    let (give, mut given) = mpsc::unbounded_channel();
    let app = world
        .app(Router::new())
        .with(move |app: ostankino::AppBuilder| {
            app.task("lend", async move |context: Context| {
                let _ = give.send(context.clone());
                context.stopped().await;
                Ok(())
            })
        });
    let app = app.start().await;
    let context = given.recv().await.expect("it runs");
    (app, context)
}

#[tokio::test]
async fn a_pause_is_heard_by_the_other_containers_of_the_bot_alone() {
    let world = World::new().await;
    let (first, of_first) = container(&world).await;
    let (second, of_second) = container(&world).await;
    // Whoever does not listen yet does not hear it.
    until("the chat is left alone there", async || {
        of_first.limits().paused(Some(7), MINUTE);
        of_second.limits().pause_of(Some(7)).is_some()
    })
    .await;
    let left = of_second.limits().pause_of(Some(7)).expect("just seen");
    assert!(left <= MINUTE, "{left:?}");
    assert_eq!(of_second.limits().pause_of(Some(8)), None);
    assert_eq!(of_second.limits().pause_of(None), None);

    until("the bot is left alone", async || {
        of_second.limits().paused(None, MINUTE);
        of_first.limits().pause_of(Some(8)).is_some()
    })
    .await;
    drop((of_first, of_second));
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn three_chats_refused_at_once_pause_the_bot_everywhere() {
    let world = World::new().await;
    let (first, of_first) = container(&world).await;
    let (second, of_second) = container(&world).await;
    until("the bot is left alone", async || {
        for chat in [7, -8, 9] {
            of_first.limits().paused(Some(chat), MINUTE);
        }
        of_second.limits().pause_of(None).is_some()
    })
    .await;
    drop((of_first, of_second));
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_chat_that_is_refused_for_long_delays_itself_alone() {
    let world = World::new().await;
    let (app, context) = container(&world).await;
    let people: Vec<_> = (0..3)
        .map(|_| world.tg.person("Один").who_has_started().id())
        .collect();
    let limited = Fault::on("sendMessage").status(429).retry_after(3_600);
    world.tg.fault(limited.times(1));
    let write = async |chat: i64| {
        let message = SendMessageParams::builder().chat_id(chat).text("Новости");
        let turn = context.limits().bulk_turn(Some(chat)).await;
        let sent = context.bot().send(&message.build()).await;
        drop(turn);
        sent
    };
    let refused = write(people[0]).await.expect_err("it is too much");
    assert_eq!(refused.code(), Some(429));
    // Nobody told of it but the client.
    let left = context.limits().pause_of(Some(people[0]));
    assert!(left.is_some_and(|left| left > MINUTE), "{left:?}");
    assert!(
        context
            .limits()
            .bulk_turn(Some(people[0]))
            .now_or_never()
            .is_none()
    );
    for person in &people[1..] {
        write(*person).await.expect("others are told");
    }
    drop(context);
    app.stop().await;
}
