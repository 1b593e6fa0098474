//! What happens to a dialog from outside, while its user clicks.

use std::time::Duration;

use ostankino::{CommandArgs, Error, Event, Fired, Reply, Result, Router, Timers, event::Whose};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows,
};
use serde::{Deserialize, Serialize};

use super::{sees, world};

windows! { Step { Count, Ready } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Order {
    count: i64,
    told: i64,
}

impl DialogData for Order {
    const NAME: &'static str = "order";
    type Window = Step;
    type Result = ();
}

windows! { Ask { Sure } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Confirm {}

impl DialogData for Confirm {
    const NAME: &'static str = "confirm";
    type Window = Ask;
    type Result = ();
}

/// Something is to be added, or the order is ready, or off.
#[derive(Serialize, Deserialize)]
struct Told {
    what: String,
}

impl Event for Told {
    const NAME: &'static str = "told";
}

async fn told(Fired(event): Fired<Told>, Data(order): Data<Order>) -> Result<Turn<Order>> {
    Ok(match &*event.what {
        "ready" => Turn::to(Step::Ready).toast("Готово!"),
        "off" => Turn::cancel(),
        "fail" => return Err(Error::message("as it was asked to")),
        _ => {
            let told = order.told + 1;
            Turn::stay().with(Order { told, ..order })
        }
    })
}

fn order() -> Dialog<Order> {
    Dialog::<Order>::new()
        .window(Step::Count, |w| {
            w.text(|v| format!("Нажато {}, сказано {}", v.data.count, v.data.told));
            w.counter("count", field!(count), 0..=1_000);
            w.start("ask", |_| "Спросить", |_: &Order| Confirm {});
        })
        .window(Step::Ready, |w| {
            w.text(|v| format!("Готово: {}", v.data.count))
        })
        .on::<Told, _>(told)
}

fn confirm() -> Dialog<Confirm> {
    Dialog::<Confirm>::new().window(Ask::Sure, |w| {
        w.text(|_| "Точно?");
        w.cancel(|_| "Нет");
    })
}

/// The id of the first person of a test.
const ALICE: i64 = 42;

/// «/tell ready» by whomever tells Alice's dialog, «/later ready» by a timer, «/begin» begins a dialog of hers.
fn bot() -> Router {
    let tell = |CommandArgs(what): CommandArgs| async {
        Dialogs::of(Whose::user(ALICE)).send(&Told { what })
    };
    let later = |CommandArgs(what): CommandArgs, timers: Timers| async move {
        let timers = timers.of_user(ALICE);
        timers.after(Duration::ZERO).event(&Told { what }).await?;
        Ok::<_, Error>(())
    };
    let begin =
        async || -> Result<Reply> { Dialogs::of(Whose::user(ALICE)).start(Order::default()) };
    let close = async || Dialogs::of(Whose::user(ALICE)).close();
    Router::new()
        .command("order", async |dialogs: Dialogs| {
            dialogs.start(Order::default()).await
        })
        .command("tell", tell)
        .command("later", later)
        .command("begin", begin)
        .command("end", close)
        .dialogs(DialogSet::new().with(order()).with(confirm()))
}

#[tokio::test]
async fn events_of_another_container_and_clicks_are_all_applied() {
    let world = world().await;
    let (_one, _other) = (world.run(bot()).await, world.run(bot()).await);
    let alice = world.tg.person("Алиса").with_id(ALICE);
    let boris = world.person_apart_from("Борис", &[&alice]);
    alice.says("/order");
    alice.next_message().await;
    for _ in 0..20 {
        boris.says("/tell more");
        alice.presses("+").await;
    }
    sees(&world, &alice, &["Нажато 20, сказано 20"], &[]).await;
}

#[tokio::test]
async fn an_event_changes_the_picture_and_the_window() {
    let world = world().await;
    let app = world
        .app(bot())
        .config(|config| config.delivery.max_deliveries = 1)
        .filter("info,ostankino_dialogs=debug,async_nats=warn")
        .start()
        .await;
    let alice = world.tg.person("Алиса").with_id(ALICE);
    let boris = world.person_apart_from("Борис", &[&alice]);
    // Nobody has opened it.
    boris.says("/tell more");
    app.logs.wait_for("dialog_event_unheard").await;
    assert!(alice.messages().is_empty());
    // Before the message was ever pressed.
    alice.says("/order");
    let first = alice.next_message().await;
    boris.says("/tell more");
    sees(&world, &alice, &["Нажато 0, сказано 1"], &[]).await;
    assert_eq!(alice.messages()[0].message_id, first.message_id);
    // By a timer.
    boris.says("/later more");
    sees(&world, &alice, &["Нажато 0, сказано 2"], &[]).await;
    // Below another dialog, which stays.
    alice.presses("Спросить").await;
    sees(&world, &alice, &["Точно?"], &[]).await;
    boris.says("/tell more");
    world.queue_is_empty().await;
    sees(&world, &alice, &["Точно?"], &[]).await;
    alice.presses("Нет").await;
    sees(&world, &alice, &["Нажато 0, сказано 3"], &[]).await;
    // What fails changes nothing.
    boris.says("/tell fail");
    app.logs.wait_for("dead_letter").await;
    sees(&world, &alice, &["Нажато 0, сказано 3"], &[]).await;
    // What leads out of it ends what is upon it.
    alice.presses("Спросить").await;
    sees(&world, &alice, &["Точно?"], &[]).await;
    boris.says("/tell off");
    sees(&world, &alice, &[], &["Точно?"]).await;
}

#[tokio::test]
async fn a_dialog_is_begun_and_ended_from_elsewhere() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").with_id(ALICE).who_has_started();
    let boris = world.person_apart_from("Борис", &[&alice]);
    boris.says("/begin");
    assert_eq!(alice.next_message().await.text, "Нажато 0, сказано 0");
    alice.presses("+").await;
    sees(&world, &alice, &["Нажато 1, сказано 0"], &[]).await;
    boris.says("/tell ready");
    sees(&world, &alice, &[], &["Готово: 1", "Готово!"]).await;
    boris.says("/begin");
    sees(
        &world,
        &alice,
        &["Нажато 0, сказано 0"],
        &["Готово: 1", "Готово!"],
    )
    .await;
    boris.says("/end");
    let all = ["Готово: 1", "Готово!", "Нажато 0, сказано 0"];
    sees(&world, &alice, &[], &all).await;
}
