//! What is done by forms: to letters, mailings and users, by whom it may be done.

use ostankino_test::wait_until;
use serde_json::Value;

use super::audit;
use crate::{
    cli::{set_aside, start},
    support::{
        World,
        panel::{Panel, with_panel},
    },
};

#[tokio::test]
async fn an_operator_replays_letters_and_a_viewer_does_not() {
    let world = World::new().await;
    let (viewer, operator) = (world.tg.person("Вера"), world.tg.person("Олег"));
    let service = with_panel(world.service(), [&[], &[&operator], &[&viewer]])
        .start()
        .await;
    let alice = world.tg.person("Алиса").who_has_started();
    let number = set_aside(&world, &start(900_001, alice.id())).await;
    let panel = Panel::of(&service.logs).await;
    let (looks, acts) = (panel.entered(&viewer).await, panel.entered(&operator).await);

    let which = number.to_string();
    let refused = looks
        .post("/admin/letters/replay", &[("which", &which)])
        .await;
    assert_eq!(refused.status(), 403);
    assert_eq!(world.dead_letters().await.len(), 1);
    let done = acts
        .post("/admin/letters/replay", &[("which", &which)])
        .await;
    assert_eq!(done.headers()["location"], "/admin/letters?done=replay");
    alice.next_message().await;
    assert_eq!(world.dead_letters().await.len(), 0);

    // All at once, with one that cannot be replayed.
    for update in [900_002, 900_003] {
        set_aside(&world, &start(update, alice.id())).await;
    }
    let refused = set_aside(&world, "no JSON").await;
    let done = acts
        .post("/admin/letters/replay", &[("which", "all")])
        .await;
    assert_eq!(
        done.headers()["location"],
        "/admin/letters?done=replay-partly"
    );
    alice.next_message().await;
    alice.next_message().await;
    assert_eq!(world.dead_letters().await.len(), 1);
    let detail = world
        .database()
        .await
        .query_one(
            "SELECT detail FROM admin_audit ORDER BY id DESC LIMIT 1",
            &[],
        )
        .await
        .expect("a row");
    let detail: String = detail.get(0);
    assert_eq!(detail, format!("all: 2; {refused}: its update has no id"));
    let row = |admin: i64, action: &str, outcome: &str| {
        (Some(admin), action.to_owned(), None, outcome.to_owned())
    };
    let expected = [
        row(viewer.id(), "login", "done"),
        row(operator.id(), "login", "done"),
        row(viewer.id(), "replay", "refused"),
        row(operator.id(), "replay", "done"),
        row(operator.id(), "replay", "failed"),
    ];
    assert_eq!(audit(&world).await, expected);
}

#[tokio::test]
async fn an_owner_hands_out_and_erases_a_user_and_the_audit_forgets_whom() {
    let world = World::new().await;
    let (boss, operator) = (world.tg.person("Ольга"), world.tg.person("Олег"));
    let service = with_panel(world.service(), [&[&boss], &[&operator], &[]])
        .start()
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/form");
    alice.next_message().await;
    world.queue_is_empty().await;
    let panel = Panel::of(&service.logs).await;
    let (acts, owns) = (panel.entered(&operator).await, panel.entered(&boss).await);
    let card = format!("/admin/users/{}", alice.id());
    let (export, erase) = (format!("{card}/export"), format!("{card}/erase"));
    assert_eq!(acts.post(&export, &[]).await.status(), 403);
    assert_eq!(acts.post(&erase, &[("sure", "yes")]).await.status(), 403);

    let handed = owns.post(&export, &[]).await;
    let attachment = format!("attachment; filename=\"user-{}.json\"", alice.id());
    assert_eq!(handed.headers()["content-disposition"], attachment.as_str());
    let all: Value = handed.json().await.expect("JSON");
    assert_eq!(all["users"][0]["fullname"], "Алиса");
    assert!(
        all["dialogues"]
            .as_object()
            .is_some_and(|all| all.len() == 1)
    );
    assert!(
        all["admin_audit"]
            .as_array()
            .is_some_and(|all| all.len() == 3)
    );

    assert_eq!(owns.post(&erase, &[]).await.status(), 400, "nobody is sure");
    assert!(world.user(alice.id()).await.is_some());
    let done = owns.post(&erase, &[("sure", "yes")]).await;
    assert_eq!(
        done.headers()["location"],
        format!("{card}?done=erase").as_str()
    );
    service.logs.wait_for("user_erased").await;
    wait_until("the user is gone", async || {
        world.user(alice.id()).await.is_none()
    })
    .await;
    let rows = world
        .database()
        .await
        .query(
            "SELECT action, target_id, target_hash FROM admin_audit WHERE action <> 'login' ORDER BY id",
            &[],
        )
        .await
        .expect("rows");
    let rows: Vec<(String, Option<i64>, Option<String>)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let actions: Vec<_> = rows.iter().map(|(action, ..)| action.as_str()).collect();
    assert_eq!(actions, ["export", "erase", "export", "erase"]);
    let hash = rows[0].2.clone().expect("a hash");
    assert_eq!(hash.len(), 32);
    for (_, id, of) in rows {
        assert_eq!((id, of.as_ref()), (None, Some(&hash)));
    }
    // An admin who is erased has no session, and is named by nothing.
    let own = format!("/admin/users/{}/erase", boss.id());
    owns.post(&own, &[("sure", "yes")]).await;
    wait_until("the admin is out", async || {
        world.count("FROM admin_sessions").await == 1
    })
    .await;
    let named = format!(
        "FROM admin_audit AS t WHERE t::text ~ '\\m{}\\M'",
        boss.id()
    );
    assert_eq!(world.count(&named).await, 0);
    assert_eq!(
        world
            .count("FROM admin_audit WHERE admin_hash IS NOT NULL")
            .await,
        4
    );
}

#[tokio::test]
async fn a_mailing_is_paused_and_cancelled() {
    let world = World::new().await;
    let operator = world.tg.person("Олег");
    let service = with_panel(world.service(), [&[], &[&operator], &[]])
        .start()
        .await;
    let panel = Panel::of(&service.logs).await.entered(&operator).await;
    let bot = world.tg.bot_id();
    let mailing = format!(
        "INSERT INTO mailings (bot_id, key, title, state, audience, content, run_at, created_at) \
         VALUES ({bot}, 'a', 'Новости <b>', 'paused', '{{}}', '{{}}', now(), now()), \
         ({bot} + 1, 'b', 'Чужая', 'paused', '{{}}', '{{}}', now(), now()) RETURNING id"
    );
    let rows = world.database().await.query(&mailing, &[]).await;
    let rows = rows.expect("rows");
    let (own, foreign): (i64, i64) = (rows[0].get(0), rows[1].get(0));
    let list = panel.page("/admin/mailings").await;
    assert!(list.contains("Новости &lt;b&gt;") && !list.contains("Чужая"));
    let order = |id: i64, order: &'static str| {
        let panel = panel.clone();
        async move {
            let path = format!("/admin/mailings/{id}/order");
            panel.post(&path, &[("order", order)]).await
        }
    };
    assert_eq!(order(foreign, "cancel").await.status(), 404);
    let late = order(own, "pause").await;
    assert!(
        late.headers()["location"]
            .to_str()
            .is_ok_and(|to| to.ends_with("done=late"))
    );
    let done = order(own, "cancel").await;
    assert!(
        done.headers()["location"]
            .to_str()
            .is_ok_and(|to| to.ends_with("done=order"))
    );
    assert_eq!(
        world.count("FROM mailings WHERE state = 'cancelled'").await,
        1
    );
    let outcomes: Vec<_> = audit(&world).await.into_iter().map(|row| row.3).collect();
    assert_eq!(outcomes, ["done", "failed", "done"]);
}
