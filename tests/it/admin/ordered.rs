//! What is done to a user happens in that user's order.

use ostankino::{DialogueState, Error, Fsm, Router};
use ostankino_test::wait_until;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{audit, with_page};
use crate::support::{World, panel::Panel};

#[derive(Serialize, Deserialize)]
struct Order {
    clicks: u32,
}

impl DialogueState for Order {
    const NAME: &'static str = "order";
}

#[tokio::test]
async fn a_dialogue_is_reset_after_what_its_user_did_before_and_ahead_of_what_comes() {
    let world = World::new().await;
    let (release, released) = watch::channel(false);
    let (begun, mut has_begun) = watch::channel(false);
    let click = move |fsm: Fsm| {
        let (mut released, begun) = (released.clone(), begun.clone());
        async move {
            let clicks = fsm.data::<Order>().await?.map_or(0, |order| order.clicks);
            if clicks == 1 {
                begun.send_replace(true);
                let _ = released.wait_for(|is_released| *is_released).await;
            }
            fsm.set(Order { clicks: clicks + 1 })?;
            Ok::<_, Error>((clicks + 1).to_string())
        }
    };
    let operator = world.tg.person("Олег");
    let id = operator.id();
    let app = with_page(&world, Router::new().text(click), [&[], &[&operator], &[]]);
    let app = app.start().await;
    let panel = Panel::of(&app.logs).await.entered(&operator).await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    assert_eq!(alice.next_message().await.text, "1");
    world.queue_is_empty().await;

    // The second click is under way while the operator resets, and a third one comes.
    alice.says("два");
    has_begun.wait_for(|begun| *begun).await.expect("it begins");
    let card = format!("/admin/users/{}", alice.id());
    let shown = panel.page(&card).await;
    assert!(shown.contains("<strong>order</strong>"), "{shown}");
    let (_, rest) = shown.split_once("name=\"key\" value=\"").expect("a form");
    let key = rest.split('"').next().expect("a key");
    let done = panel.post(&format!("{card}/reset"), &[("key", key)]).await;
    assert_eq!(
        done.headers()["location"],
        format!("{card}?done=reset").as_str()
    );
    wait_until("the event is in the queue", async || {
        world.count("FROM timers WHERE fired_at IS NOT NULL").await == 1
    })
    .await;
    alice.says("три");
    assert!(
        panel.page(&card).await.contains("<strong>order</strong>"),
        "nothing is reset yet"
    );
    release.send_replace(true);
    assert_eq!(alice.next_message().await.text, "2");
    assert_eq!(alice.next_message().await.text, "1", "it begins anew");
    world.queue_is_empty().await;

    // Of nobody else can anything be reset by that card.
    let foreign = key.replace(&alice.id().to_string(), &id.to_string());
    let refused = panel
        .post(&format!("{card}/reset"), &[("key", &foreign)])
        .await;
    assert_eq!(refused.status(), 400);
    let last = audit(&world).await.pop();
    let reset = (
        Some(id),
        "reset".to_owned(),
        Some(alice.id()),
        "done".to_owned(),
    );
    assert_eq!(last, Some(reset));
    app.stop().await;
}
