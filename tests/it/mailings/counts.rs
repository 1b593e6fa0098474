//! How many would get a mailing, told by `/mail` of a large base.

use std::sync::Arc;

use diesel::{QueryDsl, dsl::sql, sql_types::Bool};
use ostankino::{
    Result, Router,
    mailings::{Audience, Mail, Mailings},
};
use ostankino_dialogs::{DialogSet, RouterExt};
use ostankino_mail::MailCommand;
use tokio::sync::Barrier;

use super::dialog::{begins, edited, says};
use crate::support::World;

/// More than are counted, on more blocks than are read for their languages.
const USERS: i64 = 130_000;

#[tokio::test]
async fn of_a_large_base_it_is_told_soon_how_many_there_are_at_least() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let mail = MailCommand::for_admins([admin.id()]);
    let router = Router::new()
        .merge(mail.routes())
        .dialogs(mail.dialogs(DialogSet::new()));
    let declared = Mailings::new()
        .segment("few", |users, _| {
            users.filter(sql::<Bool>("id % 1000 = -7 AND id < 0"))
        })
        .called_plainly("Немногие")
        // Of a thousand of them it would take ten seconds.
        .segment("slow", |users, _| {
            users.filter(sql::<Bool>("pg_sleep(0.01) IS NOT NULL"))
        })
        .called_plainly("Медленные");
    let app = world.app(router).with(move |app| app.mailings(declared));
    let app = app.start().await;
    let fill = format!(
        "INSERT INTO users (id, fullname, language) SELECT -n, repeat('Ф', 250), (ARRAY['ru', 'en'])[n % 4 / 3 + 1] \
         FROM generate_series(1, {USERS}) n"
    );
    let database = world.database().await;
    database.batch_execute(&fill).await.expect("they are there");
    let size = database
        .query_one("SELECT pg_relation_size('users') / 8192 > 5000", &[])
        .await;
    assert!(
        size.expect("a size").get::<_, bool>(0),
        "the table is large"
    );
    begins(&admin).await;
    let all = says(&admin, "Новости").await;
    assert!(all.contains("Получат сейчас: не меньше "), "{all}");
    let few = edited(&admin, "Немногие").await.text;
    assert!(few.contains("Получат сейчас: "), "{few}");
    edited(&admin, "✓ Немногие").await;
    let slow = edited(&admin, "Медленные").await;
    assert!(
        slow.text.contains("Получат сейчас: не меньше "),
        "{}",
        slow.text
    );
    // Three of four.
    let labels = super::dialog::labels(&slow);
    let russian = labels.iter().find_map(|label| label.strip_prefix("ru · "));
    let russian: i64 = russian.and_then(|it| it.parse().ok()).expect("a number");
    assert!((USERS / 2..USERS).contains(&russian), "{russian}");
    app.stop().await;
}

#[tokio::test]
async fn a_database_that_does_not_get_to_the_first_of_them_is_not_waited_for() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let barrier = Arc::new(Barrier::new(2));
    let meeting = Arc::clone(&barrier);
    let count = async move |mail: Mail| -> Result<String> {
        // The user is recorded; then nobody gets at the users.
        meeting.wait().await;
        meeting.wait().await;
        let counted = mail.count_soon(&Audience::active(), None).await?;
        Ok(format!("{counted:?}"))
    };
    let app = world.app(Router::new().command("count", count));
    let app = app.with(|app| app.mailings(Mailings::new())).start().await;
    admin.says("/count");
    barrier.wait().await;
    let mut database = world.database().await;
    let lock = database.transaction().await.expect("a transaction");
    let locked = lock.batch_execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
    locked.await.expect("it is locked");
    barrier.wait().await;
    let counted = admin.next_message().await.text;
    assert_eq!(counted, "Counted { users: 0, is_all: false }");
    lock.rollback().await.expect("it is free");
    app.stop().await;
}
