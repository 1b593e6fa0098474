//! Actions of a bot's own: who may press, in whose order the handler runs, and what the audit knows of it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use diesel::{sql_query, sql_types::BigInt};
use ostankino::{
    DbSession, Error, Result, Router, Text,
    action::{Action, AdminUser, Reason, Target},
};
use ostankino_test::wait_until;
use telegram_emulator::Person;
use tokio::sync::watch;

use super::{audit, with_page};
use crate::support::{
    World,
    panel::{ORIGIN, Panel},
};

fn ban() -> Action {
    let ban = Action::new("ban", "Закрыть доступ").english("Ban");
    ban.dangerous().asks_reason()
}

/// What its form says.
const SURE: [(&str, &str); 2] = [("sure", "yes"), ("reason", "спам\r\n и  <реклама>")];

fn people(world: &World) -> [Person; 2] {
    [world.tg.person("Олег"), world.tg.person("Вера")]
}

/// What the audit knows of actions, the oldest first.
async fn outcomes(world: &World) -> Vec<String> {
    let rows = audit(world).await.into_iter();
    let rows = rows.filter(|(_, action, ..)| action == "action.ban");
    rows.map(|(.., outcome)| outcome).collect()
}

/// Waits until the event is in the queue.
async fn is_fired(world: &World) {
    wait_until("the event is in the queue", async || {
        world.count("FROM timers WHERE fired_at IS NOT NULL").await == 1
    })
    .await;
}

#[tokio::test]
async fn an_action_runs_after_what_its_user_did_before_and_ahead_of_what_comes() {
    let world = World::new().await;
    let (release, released) = watch::channel(false);
    let (begun, mut has_begun) = watch::channel(false);
    let order = Arc::new(Mutex::new(Vec::new()));
    let (heard, banned) = (order.clone(), order.clone());
    let hear = move |Text(text): Text| {
        let (mut released, begun, heard) = (released.clone(), begun.clone(), heard.clone());
        async move {
            if text == "раз" {
                begun.send_replace(true);
                let _ = released.wait_for(|is_released| *is_released).await;
            }
            heard.lock().expect("a list").push(text);
        }
    };
    let ban_him = move |Target(user): Target, by: AdminUser, Reason(why): Reason| {
        let banned = banned.clone();
        async move {
            let line = format!("{user} by {}: {why}", by.id);
            banned.lock().expect("a list").push(line);
            "Доступ закрыт."
        }
    };
    let [operator, viewer] = people(&world);
    let router = Router::new().text(hear).action(ban(), ban_him);
    let app = with_page(&world, router, [&[], &[&operator], &[&viewer]])
        .start()
        .await;
    let panel = Panel::of(&app.logs).await.entered(&operator).await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    has_begun.wait_for(|begun| *begun).await.expect("it begins");

    let card = format!("/admin/users/{}", alice.id());
    let done = panel.post(&format!("{card}/actions/ban"), &SURE).await;
    let back = format!("{card}?done=action");
    assert_eq!(done.headers()["location"], back.as_str());
    assert!(panel.page(&back).await.contains("Поставлено в очередь"));
    is_fired(&world).await;
    alice.says("два");
    assert_eq!(outcomes(&world).await, ["asked"]);
    assert!(order.lock().expect("a list").is_empty(), "it waits");
    release.send_replace(true);
    assert_eq!(alice.next_message().await.text, "Доступ закрыт.");
    world.queue_is_empty().await;
    let by_operator = format!("{} by {}: спам и <реклама>", alice.id(), operator.id());
    let expected = ["раз", by_operator.as_str(), "два"];
    assert_eq!(*order.lock().expect("a list"), expected);
    let row = (
        Some(operator.id()),
        "action.ban".to_owned(),
        Some(alice.id()),
        "done".to_owned(),
    );
    assert_eq!(audit(&world).await.last(), Some(&row));
    let journal = panel.page("/admin/audit").await;
    assert!(journal.contains("Закрыть доступ"), "{journal}");
    assert!(!journal.contains("реклама"), "people are named in reasons");
    app.stop().await;
}

#[tokio::test]
async fn what_an_action_wrote_is_undone_if_it_fails_and_the_audit_says_done_once_it_is() {
    let world = World::new().await;
    let table = "CREATE TABLE bans (user_id BIGINT NOT NULL)";
    let database = world.database().await;
    database.batch_execute(table).await.expect("a table");
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    let (release, released) = watch::channel(false);
    let ban_him = move |Target(user): Target, Reason(why): Reason, db: DbSession| {
        let (tries, mut released) = (counted.clone(), released.clone());
        async move {
            let insert = sql_query("INSERT INTO bans VALUES ($1)").bind::<BigInt, _>(user);
            let connection = &mut *db.conn().await?;
            let inserted = diesel_async::RunQueryDsl::execute(insert, connection).await;
            inserted.map_err(Error::other)?;
            let before = tries.fetch_add(1, Ordering::Relaxed);
            if before > 0 {
                let _ = released.wait_for(|is_released| *is_released).await;
            }
            match (why.as_str(), before) {
                ("нет", _) => Err(Error::user("Его нельзя.")),
                (_, 0) => Err(Error::message("no luck")),
                _ => Ok("Доступ закрыт."),
            }
        }
    };
    let [operator, viewer] = people(&world);
    let router = Router::new().text(|| async { "да" }).action(ban(), ban_him);
    let app = with_page(&world, router, [&[], &[&operator], &[&viewer]])
        .start()
        .await;
    let panel = Panel::of(&app.logs).await.entered(&operator).await;
    let alice = world.tg.person("Алиса");
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да");
    let press = format!("/admin/users/{}/actions/ban", alice.id());

    assert_eq!(panel.post(&press, &SURE).await.status(), 303);
    let failed = |record: &serde_json::Value| {
        let error = record["error"].as_str().unwrap_or_default();
        record["event"] == "update_retried" && error.contains("no luck")
    };
    app.logs.wait_until("it is tried again", failed).await;
    assert_eq!(world.count("FROM bans").await, 0);
    assert_eq!(outcomes(&world).await, ["asked"]);
    release.send_replace(true);
    assert_eq!(alice.next_message().await.text, "Доступ закрыт.");
    assert_eq!(tries.load(Ordering::Relaxed), 2);
    assert_eq!(world.count("FROM bans").await, 1);
    assert_eq!(outcomes(&world).await, ["done"]);

    // What a handler refuses is not tried again.
    let no = [("sure", "yes"), ("reason", "нет")];
    assert_eq!(panel.post(&press, &no).await.status(), 303);
    assert_eq!(alice.next_message().await.text, "Его нельзя.");
    world.queue_is_empty().await;
    assert_eq!(tries.load(Ordering::Relaxed), 3);
    assert_eq!(world.count("FROM bans").await, 1);
    assert_eq!(outcomes(&world).await, ["done", "failed"]);
    app.stop().await;
}

#[tokio::test]
async fn who_may_not_press_sees_no_button_and_is_refused_as_is_what_is_no_form_of_ours() {
    let world = World::new().await;
    let operator = world.tg.person("Олег").with_language("en");
    let viewer = world.tg.person("Вера");
    let greet = Action::new("greet", "Поздороваться");
    let wipe = Action::new("wipe", "Обнулить").owners_only();
    let router = Router::new()
        .action(ban(), || async { "Доступ закрыт." })
        .action(greet, || async { "Здравствуйте!" })
        .action(wipe, || async { "Всё." })
        .text(|| async { "да" });
    let app = with_page(&world, router, [&[], &[&operator], &[&viewer]])
        .start()
        .await;
    let panel = Panel::of(&app.logs).await;
    let (acts, looks) = (panel.entered(&operator).await, panel.entered(&viewer).await);
    let alice = world.tg.person("Алиса");
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да");
    let card = format!("/admin/users/{}", alice.id());
    let path = |name: &str| format!("{card}/actions/{name}");

    assert!(!looks.page(&card).await.contains("/actions/"));
    let shown = acts.page(&card).await;
    assert!(shown.contains(">Ban…<") && shown.contains(">Поздороваться<"));
    assert!(shown.contains(&path("ban")) && !shown.contains(&path("wipe")));

    let csrf = acts.csrf().await;
    let of_elsewhere = [[("csrf", "x")], [("csrf", csrf.as_str())]];
    for (origin, field) in [ORIGIN, "https://evil.example"].iter().zip(of_elsewhere) {
        let fields: Vec<_> = SURE.into_iter().chain(field).collect();
        let forged = acts.post_from(Some(origin), &path("ban"), &fields).await;
        assert_eq!(forged.status(), 403, "{origin}");
    }
    let stranger = "/admin/users/1/actions/greet".to_owned();
    for (panel, path, fields, status) in [
        (&looks, path("ban"), &SURE[..], 403),
        (&acts, path("wipe"), &[], 403),
        (&acts, path("other"), &SURE, 404),
        (&acts, stranger, &[], 404),
        (&acts, path("ban"), &SURE[1..], 400),
        (&acts, path("ban"), &SURE[..1], 400),
        (&acts, path("ban"), &[SURE[0], ("reason", " \u{7} ")], 400),
    ] {
        let answer = panel.post(&path, fields).await;
        assert_eq!(answer.status(), status, "{path} {fields:?}");
    }
    assert_eq!(world.count("FROM timers").await, 0);
    let rows = audit(&world).await;
    let rows: Vec<_> = rows.into_iter().skip(2).collect();
    let refused = |who: &Person, action: &str| {
        let (who, whom) = (Some(who.id()), Some(alice.id()));
        (who, action.to_owned(), whom, "refused".to_owned())
    };
    let expected = [
        refused(&viewer, "action.ban"),
        refused(&operator, "action.wipe"),
    ];
    assert_eq!(rows, expected);

    assert_eq!(acts.post(&path("greet"), &[]).await.status(), 303);
    assert_eq!(alice.next_message().await.text, "Здравствуйте!");
    app.stop().await;
}

#[tokio::test]
async fn an_action_that_is_not_declared_any_more_becomes_a_dead_letter_that_can_be_replayed() {
    let world = World::new().await;
    let [operator, viewer] = people(&world);
    let (begun, mut has_begun) = watch::channel(false);
    let hang = move || {
        let begun = begun.clone();
        async move {
            begun.send_replace(true);
            std::future::pending::<Result<()>>().await
        }
    };
    let router = Router::new()
        .text(hang)
        .action(ban(), || async { "никогда" });
    let old = with_page(&world, router, [&[], &[&operator], &[&viewer]])
        .config(|config| config.delivery.shutdown_grace_ms = 1)
        .start()
        .await;
    let panel = Panel::of(&old.logs).await.entered(&operator).await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    has_begun.wait_for(|begun| *begun).await.expect("it begins");
    let press = format!("/admin/users/{}/actions/ban", alice.id());
    assert_eq!(panel.post(&press, &SURE).await.status(), 303);
    is_fired(&world).await;
    old.stop().await;

    let without = with_page(
        &world,
        Router::new().text(|| async {}),
        [&[], &[&operator], &[&viewer]],
    )
    .config(|config| config.delivery.max_deliveries = 2)
    .start()
    .await;
    let set_aside = without.logs.wait_for("dead_letter").await;
    let why = set_aside["error"].as_str().expect("a text");
    assert!(
        why.contains("no route takes the event `action.ban`"),
        "{why}"
    );
    assert_eq!(outcomes(&world).await, ["asked"]);
    without.stop().await;

    let ban_him = |_: Target| async { "Доступ закрыт." };
    let router = Router::new().action(ban(), ban_him);
    let new = with_page(&world, router, [&[], &[&operator], &[&viewer]])
        .start()
        .await;
    let panel = Panel::of(&new.logs).await.as_known_to(&panel);
    let replayed = panel
        .post("/admin/letters/replay", &[("which", "all")])
        .await;
    assert_eq!(replayed.headers()["location"], "/admin/letters?done=replay");
    assert_eq!(alice.next_message().await.text, "Доступ закрыт.");
    assert_eq!(outcomes(&world).await, ["done"]);
    new.stop().await;
}
