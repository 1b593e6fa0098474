//! The commands of an operator.

use serde_json::Value;

use super::{is_at, people};
use crate::support::World;

/// Runs `mail` with these arguments; gives what it printed.
async fn mail(world: &World, arguments: &str) -> String {
    let done = world.service().run(&format!("mail {arguments}")).await;
    assert_eq!(done.code, 0, "{arguments}: {done:?}");
    done.stdout
}

#[tokio::test]
async fn an_operator_creates_looks_at_and_exports_mailings() {
    let world = World::new().await;
    let service = world.service().start().await;
    assert_eq!(mail(&world, "list").await, "no mailings\n");
    let everybody = people(&world, 12).await;
    let folder = tempfile(&world);
    let (html, ids) = (folder.join("news.html"), folder.join("ids.txt"));
    std::fs::write(&html, "<b>Новости</b>\n").expect("it is written");
    let named: Vec<_> = everybody[..3]
        .iter()
        .map(|person| format!("{}\n", person.id()))
        .collect();
    std::fs::write(&ids, named.concat()).expect("it is written");
    let (html, ids) = (html.display(), ids.display());
    let new = format!(
        "new --html {html} --button Хочу=promo --link Сайт=https://example.org --title Новости"
    );
    assert_eq!(
        mail(&world, &format!("{new} --dry-run")).await,
        "12 would get it\n"
    );
    assert_eq!(world.count("FROM mailings").await, 0);
    assert_eq!(
        mail(&world, &format!("{new} --ids {ids} --dry-run")).await,
        "3 would get it\n"
    );
    let created = mail(&world, &format!("{new} --ids {ids}")).await;
    let id: i64 = created
        .trim_end_matches(": created\n")
        .parse()
        .expect("a number");
    is_at(&world, id, "done").await;
    let message = everybody[0].next_message().await;
    assert_eq!(message.text, "Новости");
    let shown: Value =
        serde_json::from_str(&mail(&world, &format!("show {id} --json")).await).expect("an object");
    assert_eq!(
        (&shown["state"], &shown["sent"], &shown["waiting"]),
        (&"done".into(), &3.into(), &0.into())
    );
    let press = everybody[0].presses("Хочу").await;
    world.tg.press_answered(&press).await;
    world.queue_is_empty().await;
    let csv = mail(&world, &format!("export {id}")).await;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 4, "{csv}");
    let pressed = format!(
        "{},sent,0,{},true,,,",
        everybody[0].id(),
        message.message_id
    );
    assert!(lines.iter().any(|line| line.starts_with(&pressed)), "{csv}");
    assert_eq!(
        mail(&world, &format!("unsend {id}")).await,
        format!("{id}: is taken back\n")
    );
    is_at(&world, id, "done").await;
    let list = mail(&world, "list").await;
    assert!(list.contains("done") && list.contains("Новости"), "{list}");
    service.stop().await;
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test]
async fn files_are_uploaded_by_the_service_and_named_by_their_ids() {
    let world = World::new().await;
    let service = world.service().start().await;
    let everybody = people(&world, 4).await;
    let folder = tempfile(&world);
    let (html, file) = (folder.join("news.html"), folder.join("sale.txt"));
    std::fs::write(&html, "<b>Скидка</b>").expect("it is written");
    std::fs::write(&file, "Скидка 20 %").expect("it is written");
    let (html, file) = (html.display(), file.display());
    let later = "--at 2126-12-01T10:00:00Z";
    for (arguments, told) in [
        (format!("--document {file} {later}"), "by its file_id"),
        (format!("--document {file}.gone"), "cannot be read"),
        (
            format!("--photo {file} --document {file}"),
            "cannot be used with",
        ),
        ("--title x".to_owned(), "--html"),
    ] {
        let done = world.service().run(&format!("mail new {arguments}")).await;
        assert_ne!(done.code, 0, "{arguments}");
        assert!(done.stderr.contains(told), "{arguments}: {done:?}");
    }
    let new = format!("new --html {html} --document {file} --button Хочу=promo");
    assert_eq!(mail(&world, &new).await, "1: created\n");
    is_at(&world, 1, "done").await;
    let mut ids = Vec::new();
    for person in &everybody {
        let message = person.next_message().await;
        assert_eq!(message.caption, "Скидка");
        ids.push(message.message["document"]["file_id"].clone());
    }
    let id = ids[0].as_str().expect("an id").to_owned();
    assert_eq!(
        mail(&world, &format!("new --document {id}")).await,
        "2: created\n"
    );
    is_at(&world, 2, "done").await;
    let message = everybody[0].next_message().await;
    assert_eq!(
        (&message.message["document"]["file_id"], &*message.caption),
        (&ids[0], "")
    );
    service.stop().await;
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_what_to_do() {
    let world = World::new().await;
    let service = world.service().start().await;
    let folder = tempfile(&world);
    let (html, ids) = (folder.join("x.html"), folder.join("ids.txt"));
    std::fs::write(&html, "x").expect("it is written");
    std::fs::write(&ids, "7\nсемь\n").expect("it is written");
    let (html, ids) = (html.display(), ids.display());
    for (arguments, told) in [
        (
            format!("new --html {html} --segment rich"),
            "no segment `rich`",
        ),
        (
            format!("new --html {html} --category news"),
            "no category `news`",
        ),
        (
            format!("new --html {html} --ids {ids}"),
            ":2 is no id of a user",
        ),
        (format!("new --html {html}.gone"), "cannot be read"),
        (
            format!("new --html {html} --at 10:00"),
            "a time with its zone",
        ),
        (
            format!("new --html {html} --per-second 0"),
            "0.001 to 1,000",
        ),
        ("show 77".to_owned(), "`mail list` tells which there are"),
        ("pause 77".to_owned(), "77 is no mailing that runs"),
    ] {
        let done = world.service().run(&format!("mail {arguments}")).await;
        assert_ne!(done.code, 0, "{arguments}");
        assert!(done.stderr.contains(told), "{arguments}: {done:?}");
    }
    assert_eq!(world.count("FROM mailings").await, 0);
    service.stop().await;
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test]
async fn a_query_of_an_operator_finds_users_and_changes_nothing() {
    let world = World::new().await;
    let service = world.service().start().await;
    let everybody = people(&world, 6).await;
    let folder = tempfile(&world);
    let html = folder.join("x.html");
    std::fs::write(&html, "x").expect("it is written");
    let html = html.display().to_string();
    let new = |sql: &'static str| {
        let new = world
            .service()
            .argument("mail")
            .argument("new")
            .argument("--sql")
            .argument(sql);
        let rest = format!("--html {html}");
        async move { new.run(&rest).await }
    };
    for sql in [
        "DELETE FROM users RETURNING id",
        "SELECT 1) AS x; DELETE FROM users; --",
        "SELECT pg_sleep(60)::text",
        "SELECT name FROM users",
    ] {
        let done = new(sql).await;
        assert_eq!(done.code, 1, "{sql}: {done:?}");
    }
    assert_eq!(world.count("FROM users").await, 6);
    let done = new("SELECT id FROM users ORDER BY id LIMIT 2").await;
    assert_eq!(done.code, 0, "{done:?}");
    is_at(&world, 1, "done").await;
    let told = everybody
        .iter()
        .filter(|person| !world.tg.messages_in(person.id()).is_empty());
    assert_eq!(told.count(), 2);
    service.stop().await;
    let _ = std::fs::remove_dir_all(folder);
}

/// A folder of the test's own.
fn tempfile(world: &World) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(&world.prefix);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
