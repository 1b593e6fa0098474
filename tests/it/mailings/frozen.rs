//! Mailings whose recipients are written down when they begin.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryDsl};
use ostankino::{
    Reply,
    db::schema::users,
    mailings::{Audience, Mailings, NewMailing},
};
use ostankino_test::wait_until;

use super::{bot, crashes, is_at, know, people, says, sums_agree, texts};
use crate::support::World;

#[tokio::test]
async fn who_matches_when_it_begins_gets_it_and_nobody_else() {
    let world = World::new().await;
    let declared = Mailings::new()
        .segment("ours", |users, _| {
            users.filter(users::fullname.eq("Человек"))
        })
        .category("news");
    let new = || {
        let new = NewMailing::of("Новости", Reply::text("Новости"))?.per_second(10.0);
        Ok(new
            .to(Audience::active().segment("ours").frozen())
            .category("news"))
    };
    let app = bot(&world, declared, new).start().await;
    let everybody = people(&world, 30).await;
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    let written =
        "FROM mailings WHERE doing = 'send' AND is_through AND claimed = 30 AND total = 30";
    wait_until("all are written down", async || {
        world.count(written).await == 1
    })
    .await;
    // Another name is none of its business any more; that somebody is gone or refuses it is.
    let late = world.tg.person("Поздний").who_has_started();
    know(&world, std::slice::from_ref(&late)).await;
    let change = "UPDATE users SET fullname = 'Другой' WHERE fullname = 'Человек'";
    let database = world.database().await;
    database
        .batch_execute(change)
        .await
        .expect("they are changed");
    let waits = "SELECT user_id FROM mailing_sends WHERE state = 'queued' LIMIT 2";
    let waits = database.query(waits, &[]).await.expect("some wait");
    let [gone, refuses] = [0, 1].map(|n| waits[n].get::<_, i64>(0));
    let change = format!(
        "UPDATE users SET is_active = FALSE WHERE id = {gone}; INSERT INTO opt_outs VALUES ({refuses}, 'news')"
    );
    database
        .batch_execute(&change)
        .await
        .expect("they are changed");
    is_at(&world, 1, "done").await;
    sums_agree(&world, 1).await;
    for person in &everybody {
        let expected: &[&str] = match person.id() == gone || person.id() == refuses {
            true => &[],
            false => &["Новости"],
        };
        assert_eq!(texts(&world, person), expected);
    }
    assert!(texts(&world, &late).is_empty());
    assert_eq!(
        world
            .count("FROM mailings WHERE sent = 28 AND skipped = 2")
            .await,
        1
    );
    app.stop().await;
}

#[tokio::test]
async fn a_kill_while_they_are_written_down_leaves_nobody_out_and_nobody_twice() {
    let world = World::new().await;
    let mut service = crashes::process(&world).await;
    let everybody = people(&world, 40).await;
    let first = everybody.iter().map(|it| it.id()).min().expect("somebody");
    let last = everybody.iter().map(|it| it.id()).max().expect("somebody");
    // Pages of users who are not written to; only the one in the middle is, and nobody is there.
    let held = last + 15_000;
    let fill = format!(
        "INSERT INTO users (id, fullname, is_active) SELECT n, 'Другой', n = {held} \
         FROM generate_series({last} + 1, {last} + 25000) AS n"
    );
    let database = world.database().await;
    database.batch_execute(&fill).await.expect("they are there");
    // The page of that one cannot be written as long as this is open.
    let hold = format!(
        "BEGIN; INSERT INTO mailing_sends (mailing_id, user_id, state) VALUES (1, {held}, 'sent')"
    );
    database.batch_execute(&hold).await.expect("it is held");
    crashes::create(&world, "--frozen").await;
    let first_page =
        format!("FROM mailings WHERE doing = 'freeze' AND claimed = 40 AND cursor_id > {first}");
    wait_until("the first page is written", async || {
        world.count(&first_page).await == 1
    })
    .await;
    assert_eq!(crashes::sent(&world).await, 0);
    service.signal("KILL");
    service.ended().await;
    database
        .batch_execute("ROLLBACK")
        .await
        .expect("it is free");
    service = crashes::process(&world).await;
    is_at(&world, 1, "done").await;
    assert_eq!(
        crashes::by_count(&world, &everybody),
        BTreeMap::from([(1, 40)])
    );
    let sums = "FROM mailings WHERE claimed = 41 AND total = 41 AND sent = 40 AND blocked = 1";
    assert_eq!(world.count(sums).await, 1);
    sums_agree(&world, 1).await;
    service.stop().await;
}
