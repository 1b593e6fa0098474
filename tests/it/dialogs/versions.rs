//! Deploys: the windows and the data of another version.

use ostankino::Router;
use ostankino_dialogs::{Dialog, DialogData, DialogSet, Dialogs, RouterExt, field, windows};
use serde::{Deserialize, Serialize};

use super::{sees, world};
use crate::support::World;

/// The version before.
mod old {
    use super::*;

    windows! { pub(super) Step { Begin, Extras } }

    #[derive(Clone, Default, Serialize, Deserialize)]
    pub(super) struct Order {
        count: i64,
    }

    impl DialogData for Order {
        const NAME: &'static str = "order";
        type Window = Step;
        type Result = ();
    }

    pub(super) fn bot() -> Router {
        let order = Dialog::<Order>::new()
            .window(Step::Begin, |w| {
                w.text(|v| format!("старая: {}", v.data.count));
                w.to(Step::Extras, |_| "Дальше");
            })
            .window(Step::Extras, |w| {
                w.text(|v| format!("старая, добавки: {}", v.data.count));
                w.counter("n", field!(count), 0..=9);
                w.to(Step::Begin, |_| "Назад");
            })
            .reopen(Order::default);
        Router::new()
            .command("order", async |dialogs: Dialogs| {
                dialogs.start(Order::default()).await
            })
            .dialogs(DialogSet::new().with(order))
    }
}

/// The version after: `Extras` is named `Toppings`.
mod new {
    use super::*;

    windows! { pub(super) Step { Begin, Toppings } }

    #[derive(Clone, Default, Serialize, Deserialize)]
    pub(super) struct Order {
        count: i64,
    }

    impl DialogData for Order {
        const NAME: &'static str = "order";
        type Window = Step;
        type Result = ();
    }

    pub(super) fn bot() -> Router {
        let order = Dialog::<Order>::new()
            .window(Step::Begin, |w| {
                w.text(|v| format!("новая: {}", v.data.count));
                w.to(Step::Toppings, |_| "Дальше");
            })
            .window(Step::Toppings, |w| {
                w.text(|v| format!("новая, добавки: {}", v.data.count));
                w.counter("n", field!(count), 0..=9);
                w.to(Step::Begin, |_| "Назад");
            })
            .reopen(Order::default);
        Router::new()
            .command("order", async |dialogs: Dialogs| {
                dialogs.start(Order::default()).await
            })
            .dialogs(DialogSet::new().with(order))
    }
}

#[tokio::test]
async fn a_window_of_another_version_leads_to_the_first_one_of_this() {
    let world = world().await;
    let before = world.run(old::bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    alice.next_message().await;
    alice.presses("Дальше").await;
    alice.presses("+").await;
    sees(&world, &alice, &["старая, добавки: 1"], &[]).await;
    before.stop().await;

    let after = world.run(new::bot()).await;
    alice.presses("+").await;
    sees(&world, &alice, &["новая: 0"], &[]).await;
    assert_eq!(after.logs.of("dialog_lost").len(), 1);
    alice.presses("Дальше").await;
    alice.presses("+").await;
    sees(&world, &alice, &["новая, добавки: 1"], &[]).await;
    after.stop().await;

    // And back, as an operator rolls back.
    let _before = world.run(old::bot()).await;
    alice.presses("Назад").await;
    sees(&world, &alice, &["старая: 0"], &[]).await;
    alice.presses("Дальше").await;
    sees(&world, &alice, &["старая, добавки: 0"], &[]).await;
}

#[tokio::test]
async fn with_both_versions_side_by_side_nobody_is_stuck() {
    let world = world().await;
    let old = world.run(old::bot()).await;
    let people = world.people_apart(&["Алиса", "Борис", "Вера", "Глеб"]);
    for person in &people {
        person.says("/order");
        person.next_message().await;
        person.presses("Дальше").await;
        sees(&world, person, &["старая, добавки: 0"], &[]).await;
    }
    // From now on each of them may be with either.
    let new = world.run(new::bot()).await;
    let last = |world: &World, person: &telegram_emulator::Person| {
        assert!(world.tg.pending_updates() < 100);
        person.messages()[0].text.clone()
    };
    for person in &people {
        // A press of whatever is shown leads on, in one version or the other.
        for _ in 0..4 {
            let now = last(&world, person);
            let button = match now.contains("добавки") {
                true => "Назад",
                false => "Дальше",
            };
            person.presses(button).await;
            world.tg.wait_until(|_| last(&world, person) != now).await;
        }
    }
    old.stop().await;
    for person in &people {
        let button = match last(&world, person).contains("добавки") {
            true => "Назад",
            false => "Дальше",
        };
        person.presses(button).await;
        world
            .tg
            .wait_until(|_| last(&world, person).starts_with("новая"))
            .await;
    }
    drop(new);
}
