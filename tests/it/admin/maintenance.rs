//! Maintenance: people are told to come later by every process, and what must not be refused goes on.

use ostankino::{Context, Event, Fired, Reply, Router, UpdateKind, filter::service};
use ostankino_test::wait_until;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use telegram_emulator::Person;

use super::audit;
use crate::{
    support::{
        Logs, World,
        panel::{Panel, with_panel},
    },
    web::Port,
};

const LATER: &str = "Идут технические работы. Попробуйте позже.";
const LATER_IN_ENGLISH: &str = "Maintenance is under way. Please try again later.";

/// What somebody was sent since that many messages.
fn texts(person: &Person, since: usize) -> Vec<String> {
    let all = person.messages().into_iter().skip(since);
    all.map(|message| message.text).collect()
}

/// What `/readyz` says of it, and the metric.
async fn told_at(logs: &Logs) -> (Value, f64) {
    let port = Port::told_in(logs).await;
    let (status, ready) = port.ready().await;
    assert_eq!(status, 200, "{ready}");
    let metric = port.sum("ostankino_maintenance", "").await;
    (ready["parts"]["maintenance"]["state"].clone(), metric)
}

#[tokio::test]
async fn an_owner_turns_it_on_and_off_for_all_processes_and_those_that_start_meanwhile() {
    let world = World::new().await;
    let [boss, operator, viewer] = ["Ольга", "Олег", "Вера"].map(|name| world.tg.person(name));
    let roles: [&[&Person]; 3] = [&[&boss], &[&operator], &[&viewer]];
    let setup = || with_panel(world.service(), roles);
    let (first, second) = (setup().start().await, setup().start().await);
    let panel = Panel::of(&first.logs).await;
    let (owns, acts) = (panel.entered(&boss).await, panel.entered(&operator).await);
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    let greeting = alice.next_message().await.text;
    assert!(greeting.contains("Здравствуйте"), "{greeting}");
    alice.says("/language");
    let buttons = alice.next_message().await.buttons();

    assert!(!acts.page("/admin/").await.contains("/admin/maintenance"));
    let refused = acts.post("/admin/maintenance", &[("on", "yes")]).await;
    assert_eq!(refused.status(), 403);
    let odd = owns.post("/admin/maintenance", &[("on", "maybe")]).await;
    assert_eq!(odd.status(), 400);
    let done = owns.post("/admin/maintenance", &[("on", "yes")]).await;
    assert_eq!(done.headers()["location"], "/admin/?done=maintenance-on");
    for service in [&first, &second] {
        service.logs.wait_for("maintenance_begun").await;
        assert_eq!(told_at(&service.logs).await, (json!("down"), 1.0));
    }
    assert!(
        owns.page("/admin/")
            .await
            .contains("maintenance is on since")
    );

    // Whoever of the two has a user: all are told, once, and in their language.
    let people: Vec<_> = (0..8).map(|n| world.tg.person(&format!("P{n}"))).collect();
    let bob = world.tg.person("Bob").with_language("en");
    for person in people.iter().chain([&alice, &bob]) {
        person.says("/start");
        person.says("ау");
    }
    for person in people.iter().chain([&alice]) {
        assert_eq!(person.next_message().await.text, LATER);
    }
    assert_eq!(bob.next_message().await.text, LATER_IN_ENGLISH);
    let press = alice.presses(&buttons[0]).await;
    assert_eq!(world.tg.press_answered(&press).await["text"], LATER);
    let group = world.tg.group("Клуб").with(&alice);
    alice.says_in(&group, "/start");
    // Who may act tries the bot.
    operator.says("/start");
    assert!(operator.next_message().await.text.contains("Здравствуйте"));
    people[0].blocks();
    wait_until("it is known who blocked the bot", async || {
        let user = world.user(people[0].id()).await;
        user.is_some_and(|user| !user.is_active)
    })
    .await;
    world.queue_is_empty().await;
    assert_eq!(texts(&alice, 2), [LATER]);
    assert_eq!(texts(&bob, 0), [LATER_IN_ENGLISH]);
    assert!(group.messages().is_empty(), "{:?}", group.messages());

    // One that starts meanwhile knows of it before its first update.
    first.stop().await;
    second.stop().await;
    let third = setup().start().await;
    let late = world.tg.person("Яна");
    late.says("/start");
    assert_eq!(late.next_message().await.text, LATER);

    let owns = Panel::of(&third.logs).await.as_known_to(&owns);
    let done = owns.post("/admin/maintenance", &[("on", "no")]).await;
    assert_eq!(done.headers()["location"], "/admin/?done=maintenance-off");
    third.logs.wait_for("maintenance_ended").await;
    assert_eq!(told_at(&third.logs).await, (Value::Null, 0.0));
    late.says("/start");
    assert!(late.next_message().await.text.contains("Здравствуйте"));
    let rows = audit(&world).await;
    let rows: Vec<_> = rows.into_iter().skip(2).collect();
    let row = |who: &Person, outcome: &str| {
        let action = "maintenance".to_owned();
        (Some(who.id()), action, None, outcome.to_owned())
    };
    let expected = [
        row(&operator, "refused"),
        row(&boss, "done"),
        row(&boss, "done"),
    ];
    assert_eq!(rows, expected);
    third.stop().await;
}

#[derive(Serialize, Deserialize)]
struct Tick {}

impl Event for Tick {
    const NAME: &'static str = "tick";
}

#[tokio::test]
async fn payments_that_were_made_and_events_pass_and_checkouts_are_refused() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let router = Router::new()
        .paid(|| async { "оплачено" })
        .on(service("refunded_payment"), || async {
            "возвращено"
        })
        .on(UpdateKind::PurchasedPaidMedia, || async {
            Reply::none().event(&Tick {})
        })
        .pre_checkout(|| async { Reply::confirm() })
        .text(|| async { "никогда" })
        .event::<Tick, _>(|_: Fired<Tick>| async { "событие" });
    let id = alice.id();
    let bot = world.tg.bot_id();
    let begins = move |context: Context| async move {
        let session = context.database().session();
        let soon = context.timers(&session, id).after(Default::default());
        soon.event(&Tick {}).await?;
        session.commit().await
    };
    let app = |world: &World| world.app(router.clone());
    // The tables are there once it has run.
    app(&world).start().await.stop().await;
    let insert = format!("INSERT INTO maintenance VALUES ({bot}, now())");
    let database = world.database().await;
    database.batch_execute(&insert).await.expect("a row");
    let app = app(&world)
        .with(move |builder| builder.on_start(begins))
        .start();
    let app = app.await;
    assert_eq!(alice.next_message().await.text, "событие");

    let from = json!({"id": alice.id(), "is_bot": false, "first_name": "Алиса"});
    let price = json!({"currency": "XTR", "total_amount": 1, "invoice_payload": "7",
        "telegram_payment_charge_id": "t", "provider_payment_charge_id": "p"});
    let message = |field: &str| {
        let mut message = json!({"message_id": 900, "date": 1_800_000_000, "from": from,
            "chat": {"id": alice.id(), "type": "private", "first_name": "Алиса"}});
        message[field] = price.clone();
        json!({"message": message})
    };
    for (update, said) in [
        (message("successful_payment"), "оплачено"),
        (message("refunded_payment"), "возвращено"),
        (
            json!({"purchased_paid_media": {"from": from, "paid_media_payload": "7"}}),
            "событие",
        ),
    ] {
        world.tg.push_update(update);
        assert_eq!(alice.next_message().await.text, said);
    }
    let mut checkout = price.clone();
    checkout["id"] = json!("77");
    checkout["from"] = from.clone();
    world
        .tg
        .push_update(json!({"pre_checkout_query": checkout}));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    let said = (&call.params["ok"], &call.params["error_message"]);
    assert_eq!(said, (&json!(false), &json!(LATER)));
    alice.says("ау");
    assert_eq!(alice.next_message().await.text, LATER);
    app.stop().await;
}

#[tokio::test]
async fn while_the_database_is_away_what_was_known_last_holds() {
    let (world, mut postgres) = World::with_postgres().await;
    let boss = world.tg.person("Ольга");
    let service = with_panel(world.service(), [&[&boss], &[], &[]])
        .start()
        .await;
    let panel = Panel::of(&service.logs).await.entered(&boss).await;
    let on = panel.post("/admin/maintenance", &[("on", "yes")]).await;
    assert_eq!(on.status(), 303);
    let port = Port::of(&service).await;
    let parts = async || port.ready().await.1["parts"].clone();
    postgres.kill().await;
    wait_until("it is away", async || {
        parts().await["postgresql"]["state"] == "down"
    })
    .await;
    assert_eq!(parts().await["maintenance"]["state"], "down");
    assert!(service.logs.of("maintenance_ended").is_empty());
    postgres.restart().await;
    service.logs.wait_for("servers_back").await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, LATER);
    assert_eq!(service.logs.of("maintenance_begun").len(), 1);
}
