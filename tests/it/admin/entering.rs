//! Coming in: links that work once, sessions, and forms that are ours.

use std::time::Duration;

use super::{audit, owned};
use crate::support::{
    World,
    panel::{ORIGIN, Panel, link, with_panel},
};

#[tokio::test]
async fn without_web_admin_there_is_no_page_and_no_command() {
    let world = World::new().await;
    let boss = world.tg.person("Ольга");
    let setup = world.service().set("WEB__LISTEN", "127.0.0.1:0");
    let service = setup
        .set("ADMIN__URL", ORIGIN)
        .set("ADMIN__OWNERS", &boss.id().to_string())
        .start()
        .await;
    let panel = Panel::of(&service.logs).await;
    for path in [
        "/admin",
        "/admin/",
        "/admin/users",
        "/admin/files/admin.css",
    ] {
        assert_eq!(panel.get(path).await.status(), 404, "{path}");
    }
    boss.says("/admin");
    let text = boss.next_message().await.text;
    assert!(!text.contains(ORIGIN), "{text}");
    assert_eq!(world.count("FROM admin_links").await, 0);
}

#[tokio::test]
async fn a_link_lets_its_owner_in_once_and_looking_at_it_does_not_use_it_up() {
    let world = World::new().await;
    let (boss, other) = (world.tg.person("Ольга"), world.tg.person("Олег"));
    let service = with_panel(world.service(), [&[&boss, &other], &[], &[]])
        .start()
        .await;
    let panel = Panel::of(&service.logs).await;
    assert_eq!(panel.get("/admin/").await.status(), 401);

    let path = link(&boss, ORIGIN).await;
    // As whoever makes previews does.
    assert_eq!(panel.get(&path).await.status(), 200);
    let of_other = path.replace(&boss.id().to_string(), &other.id().to_string());
    assert_ne!(of_other, path);
    let refused = panel.post_from(Some(ORIGIN), &of_other, &[]).await;
    assert_eq!(refused.status(), 403, "it is bound to an id");

    let answer = panel.post_from(Some(ORIGIN), &path, &[]).await;
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().expect("a text");
    for part in [
        "__Host-ostankino_admin=",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Secure",
        "; Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let again = panel.post_from(Some(ORIGIN), &path, &[]).await;
    assert_eq!(again.status(), 403, "it was used");
    assert!(again.headers().get("set-cookie").is_none());
    assert_eq!(world.count("FROM admin_sessions").await, 1);
    let login = (Some(boss.id()), "login".into(), None, "done".into());
    assert_eq!(audit(&world).await, [login]);
}

#[tokio::test]
async fn a_link_is_over_in_five_minutes_or_with_the_next_one_and_a_session_in_half_a_day() {
    let world = World::new().await;
    let (boss, _service, panel) = owned(&world).await;

    let first = link(&boss, ORIGIN).await;
    let second = link(&boss, ORIGIN).await;
    let refused = panel.post_from(Some(ORIGIN), &first, &[]).await;
    assert_eq!(refused.status(), 403, "there is a newer one");
    world.put_clock_forward(Duration::from_secs(301)).await;
    let refused = panel.post_from(Some(ORIGIN), &second, &[]).await;
    assert_eq!(refused.status(), 403, "it is out of date");

    let boss_in = panel.entered(&boss).await;
    assert_eq!(boss_in.get("/admin/users").await.status(), 200);
    world
        .put_clock_forward(Duration::from_secs(12 * 3_600))
        .await;
    assert_eq!(boss_in.get("/admin/users").await.status(), 401);
}

#[tokio::test]
async fn who_has_no_role_gets_no_link_and_who_lost_it_is_out() {
    let world = World::new().await;
    let (boss, alice) = (world.tg.person("Ольга"), world.tg.person("Алиса"));
    let setup = || with_panel(world.service(), [&[&boss], &[], &[]]);
    let service = setup().start().await;
    let panel = Panel::of(&service.logs).await;
    alice.says("/admin");
    let text = alice.next_message().await.text;
    assert!(!text.contains(ORIGIN), "{text}");
    let boss_in = panel.entered(&boss).await;
    assert_eq!(boss_in.get("/admin/").await.status(), 200);
    service.stop().await;

    let nobody = [&[&alice][..], &[], &[]];
    let service = with_panel(world.service(), nobody).start().await;
    let panel = Panel::of(&service.logs).await.as_known_to(&boss_in);
    assert_eq!(panel.get("/admin/").await.status(), 401);
}

#[tokio::test]
async fn bot_admin_ids_are_owners_and_one_can_leave() {
    let world = World::new().await;
    let boss = world.tg.person("Ольга");
    let service = with_panel(world.service(), [&[], &[], &[]])
        .set("BOT__ADMIN_IDS", &boss.id().to_string())
        .start()
        .await;
    let panel = Panel::of(&service.logs).await.entered(&boss).await;
    assert!(panel.page("/admin/").await.contains("владелец"));
    assert_eq!(panel.post("/admin/logout", &[]).await.status(), 200);
    assert_eq!(panel.get("/admin/").await.status(), 401);
    assert_eq!(world.count("FROM admin_sessions").await, 0);
}

#[tokio::test]
async fn a_link_and_a_session_work_at_every_process() {
    let world = World::new().await;
    let boss = world.tg.person("Ольга");
    let setup = || with_panel(world.service(), [&[&boss], &[], &[]]);
    let (one, other) = (setup().start().await, setup().start().await);
    let (one, other) = (Panel::of(&one.logs).await, Panel::of(&other.logs).await);
    let boss_in = one.entered(&boss).await;
    let elsewhere = other.as_known_to(&boss_in);
    assert_eq!(boss_in.csrf().await, elsewhere.csrf().await);
    assert_eq!(elsewhere.post("/admin/logout", &[]).await.status(), 200);
    assert_eq!(boss_in.get("/admin/").await.status(), 401);
    let path = link(&boss, ORIGIN).await;
    let _ = other.entered_by(&path).await;
    let again = one.post_from(Some(ORIGIN), &path, &[]).await;
    assert_eq!(again.status(), 403, "another process used it up");
}

#[tokio::test]
async fn a_form_that_is_not_ours_does_nothing() {
    let world = World::new().await;
    let (boss, _service, panel) = owned(&world).await;
    let (boss_in, second) = (panel.entered(&boss).await, panel.entered(&boss).await);
    let (csrf, of_second) = (boss_in.csrf().await, second.csrf().await);
    assert_ne!(csrf, of_second, "each session has its own");
    let path = format!("/admin/users/{}/erase", boss.id());
    let sure = ("sure", "yes");
    for (origin, fields) in [
        (Some(ORIGIN), vec![sure]),
        (Some(ORIGIN), vec![sure, ("csrf", "")]),
        (Some(ORIGIN), vec![sure, ("csrf", of_second.as_str())]),
        (
            Some("https://evil.example.org"),
            vec![sure, ("csrf", csrf.as_str())],
        ),
        (Some("null"), vec![sure, ("csrf", csrf.as_str())]),
        (None, vec![sure, ("csrf", csrf.as_str())]),
    ] {
        let answer = boss_in.post_from(origin, &path, &fields).await;
        assert_eq!(answer.status(), 403, "{origin:?} {fields:?}");
    }
    // Nor does a link of ours that a foreign page sends.
    let link = link(&boss, ORIGIN).await;
    let foreign = Some("https://evil.example.org");
    let refused = panel.post_from(foreign, &link, &[]).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(world.count("FROM timers").await, 0);
    let deeds: Vec<_> = audit(&world).await.into_iter().map(|row| row.1).collect();
    assert_eq!(deeds, ["login", "login"]);
}
