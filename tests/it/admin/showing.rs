//! What pages show, and what goes with every answer.

use ostankino_test::wait_until;

use super::owned;
use crate::{
    cli::{set_aside, start},
    support::{
        DEADLINE, World,
        panel::{Panel, with_panel},
    },
};

#[tokio::test]
async fn every_answer_forbids_what_is_not_ours() {
    let world = World::new().await;
    let (boss, _service, panel) = owned(&world).await;
    let boss_in = panel.entered(&boss).await;
    let nobody = "/admin/login/1/".to_owned() + &"a".repeat(64);
    for (panel, path, status) in [
        (&panel, "/admin", 303),
        (&panel, "/admin/", 401),
        (&panel, nobody.as_str(), 200),
        (&panel, "/admin/login/1/x", 403),
        (&panel, "/admin/files/admin.js", 200),
        (&panel, "/admin/files/other.js", 404),
        (&panel, "/admin/nothing", 404),
        (&boss_in, "/admin/", 200),
        (&boss_in, "/admin/overview", 200),
        (&boss_in, "/admin/users/1", 200),
        (&boss_in, "/admin/users/x", 400),
        (&boss_in, "/admin/letters/7", 404),
        (&boss_in, "/admin/logout", 405),
    ] {
        let answer = panel.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let header = |name| answer.headers()[name].to_str().expect("a text").to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("referrer-policy"), "same-origin");
        let kept = header("cache-control");
        assert_eq!(kept == "no-store", !path.ends_with("admin.js"), "{path}");
    }
    let forged = boss_in.post_from(None, "/admin/letters/replay", &[]).await;
    assert!(forged.headers().contains_key("content-security-policy"));
}

#[tokio::test]
async fn names_are_shown_as_they_are_and_never_become_markup() {
    let world = World::new().await;
    let (boss, _service, panel) = owned(&world).await;
    let names = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "אבג \u{202e}gnp.exe",
        "山田 🦀",
    ];
    let people = names.map(|name| world.tg.person(name));
    for person in &people {
        person.says("/start");
        person.next_message().await;
    }
    let panel = panel.entered(&boss).await;
    let list = panel.page("/admin/users").await;
    assert!(list.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for wrong in ["<script>alert", "<img"] {
        assert!(!list.contains(wrong), "{wrong}");
    }
    for (name, person) in names.iter().zip(&people) {
        let card = panel.page(&format!("/admin/users/{}", person.id())).await;
        assert!(!card.contains("<script>alert") && !card.contains("<img"));
        if !name.contains('<') {
            assert!(card.contains(&format!("<bdi>{name}</bdi>")), "{name}");
        }
    }
    // What is sought comes back in the form.
    let sought = panel
        .page("/admin/users?q=%22%3E%3Cscript%3Ealert(1)")
        .await;
    assert!(!sought.contains("<script>alert"), "{sought}");
}

#[tokio::test]
async fn users_are_found_by_id_and_name_and_come_page_by_page() {
    let world = World::new().await;
    let boss = world.tg.person("Ольга").with_language("en");
    let service = with_panel(world.service(), [&[&boss], &[], &[]])
        .start()
        .await;
    let rows = "INSERT INTO users (id, username, fullname, language, is_active) \
        SELECT n, 'user' || n, 'Имя ' || n, CASE WHEN n % 2 = 0 THEN 'ru-RU' ELSE 'de' END, n % 3 > 0 \
        FROM generate_series(1, 120) AS n";
    let database = world.database().await;
    database.batch_execute(rows).await.expect("rows");
    let panel = Panel::of(&service.logs).await.entered(&boss).await;
    let shown = async |query: &str| {
        let page = panel.page(&format!("/admin/users{query}")).await;
        let rows = page.matches("<tr>").count() - 1;
        (rows, page)
    };
    let (rows, first) = shown("").await;
    assert_eq!(rows, 50);
    assert!(
        first.contains("lang=\"en\"") && first.contains(">More<"),
        "English"
    );
    let (rows, second) = shown("?after=50").await;
    assert_eq!(rows, 50);
    assert!(second.contains("/admin/users/51\"") && !second.contains("/admin/users/50\""));
    assert_eq!(shown("?after=100").await.0, 21, "the admin is one of them");
    assert_eq!(shown("?q=77").await.0, 1);
    assert_eq!(shown("?q=%40USER11").await.0, 11, "11 and 110 to 119");
    assert_eq!(shown("?language=ru&active=no").await.0, 20);
    assert_eq!(shown("?language=ru&active=no&after=60").await.0, 10);
}

#[tokio::test]
async fn each_list_shows_what_the_commands_show() {
    let world = World::new().await;
    let (boss, alice) = (world.tg.person("Ольга"), world.tg.person("Алиса"));
    let service = with_panel(world.service(), [&[], &[], &[&boss]])
        .start()
        .await;
    alice.says("/remind 15m чай");
    alice.next_message().await;
    let bot = world.tg.bot_id();
    let owed = format!(
        "INSERT INTO owed_calls (bot_id, update_id, number, place, slot, kind, is_must, calls, created_at, next_at) \
         VALUES ({bot}, 1, 0, {0}, 0, 'must', TRUE, '[]', now(), now() + interval '1 day')",
        alice.id()
    );
    let database = world.database().await;
    database.batch_execute(&owed).await.expect("a row");
    let number = set_aside(&world, &start(900_001, alice.id())).await;
    let panel = Panel::of(&service.logs).await.entered(&boss).await;

    // Who owns what is told a moment after it is owned.
    wait_until("all is well", async || {
        panel.page("/admin/").await.contains("Всё в порядке")
    })
    .await;
    let overview = panel.page("/admin/").await;
    assert!(overview.contains("PostgreSQL") && overview.contains("/admin/letters"));
    let user = format!("/admin/users/{}", alice.id());
    let timers = panel.page("/admin/timers").await;
    assert!(timers.contains(&user), "{timers}");
    assert!(!panel.page("/admin/timers?user=1").await.contains(&user));
    assert!(
        panel
            .page("/admin/outbox")
            .await
            .contains(&alice.id().to_string())
    );
    assert!(panel.page("/admin/jobs").await.contains("Ничего нет."));
    assert!(panel.page("/admin/mailings").await.contains("/mail"));
    let letters = panel.page("/admin/letters").await;
    assert!(letters.contains("it failed 5 times") && letters.contains(&user));
    let letter = panel.page(&format!("/admin/letters/{number}")).await;
    assert!(letter.contains("нет: 100 %") && letter.contains("&quot;update_id&quot;: 900001"));
    // A viewer sees nothing to press.
    for page in [&letters, &letter, &panel.page(&user).await] {
        assert_eq!(page.matches("<form").count(), 1, "to log out");
    }
}

/// Reads a stream of server-sent events until one of that name holds that text; gives all that came.
async fn until(answer: &mut reqwest::Response, text: &str) -> String {
    let mut came = String::new();
    let reading = async {
        while !came.contains(text) {
            let chunk = answer.chunk().await.expect("it is there");
            let chunk = chunk.expect("it goes on");
            came.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    let read = tokio::time::timeout(DEADLINE, reading).await;
    read.unwrap_or_else(|_| panic!("{text:?} does not come"));
    came
}

#[tokio::test]
async fn who_looks_live_sees_the_updates_of_all_processes_without_their_texts() {
    let world = World::new().await;
    let (boss, alice) = (world.tg.person("Ольга"), world.tg.person("Алиса"));
    let setup = || with_panel(world.service(), [&[], &[], &[&boss]]);
    let (one, _other) = (setup().start().await, setup().start().await);
    let nobody = Panel::of(&one.logs).await;
    assert_eq!(nobody.get("/admin/tail/stream").await.status(), 401);
    let panel = nobody.entered(&boss).await;
    assert!(panel.page("/admin/tail").await.contains("data-tail"));
    let path = |query: &str| format!("/admin/tail/stream?{query}");
    let mut all = panel.get(&path("")).await;
    assert_eq!(all.headers()["content-type"], "text/event-stream");
    let mut of_alice = panel.get(&path(&format!("user={}", alice.id()))).await;
    // Many people, so that each process has some; again and again, until it is known everywhere that somebody looks.
    let people: Vec<_> = (0..12)
        .map(|n| world.tg.person(&format!("Имя {n}")))
        .collect();
    let talking = async {
        loop {
            for person in people.iter().chain([&alice]) {
                person.says("/start тайна");
                person.next_message().await;
            }
        }
    };
    let looking = async {
        for person in &people {
            let came = until(&mut all, &format!("\"user\":{},", person.id())).await;
            assert!(!came.contains("тайна"), "{came}");
        }
        until(&mut of_alice, "\"outcome\":\"ok\"").await
    };
    let came = tokio::select! {
        () = talking => unreachable!("it does not end"),
        came = looking => came,
    };
    assert!(
        came.contains("event: line") && came.contains("\"chars\":12"),
        "{came}"
    );
    let lines = came.lines().filter(|line| line.contains("\"user\":"));
    for line in lines {
        assert!(
            line.contains(&format!("\"user\":{},", alice.id())),
            "{line}"
        );
    }
    // A process that is told to end does not wait for who looks.
    one.stop().await;
}
