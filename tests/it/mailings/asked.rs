//! Who gets a mailing, what each gets, and when.

use std::time::Duration;

use diesel::{ExpressionMethods, QueryDsl};
use ostankino::{
    Reply,
    db::schema::users,
    mailings::{Audience, Mailings, NewMailing, OptOut, When},
};

use super::{bot, is_at, know, people, says, sums_agree, texts};
use crate::support::World;

#[tokio::test]
async fn everybody_who_can_be_written_to_gets_it_once() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        NewMailing::of("Открытие", Reply::text("Мы открылись!"))
    });
    let app = app.start().await;
    let everybody = people(&world, 25).await;
    let gone = people(&world, 2).await;
    for person in &gone {
        person.blocks();
    }
    world.queue_is_empty().await;
    let admin = world.tg.person("Админ");
    admin.says("/start");
    admin.next_message().await;
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_at(&world, 1, "done").await;
    for person in &everybody {
        assert_eq!(texts(&world, person), ["Мы открылись!"]);
    }
    for person in &gone {
        assert!(texts(&world, person).is_empty());
    }
    sums_agree(&world, 1).await;
    assert_eq!(
        world
            .count("FROM mailings WHERE total = 26 AND sent = 26")
            .await,
        1
    );
    assert_eq!(admin.next_message().await.text, "Мы открылись!");
    // Another one of the same key is this one.
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    app.stop().await;
}

#[tokio::test]
async fn languages_segments_and_categories_choose_who_gets_what() {
    let world = World::new().await;
    let declared = Mailings::new()
        .segment("ours", |users, _| {
            users.filter(users::fullname.eq("Человек"))
        })
        .category("news");
    let app = bot(&world, declared, || {
        let stop = OptOut::of("news");
        let russian = Reply::text("Новости").press("Не получать", &stop);
        let english = Reply::text("News").press("No more", &stop);
        let new =
            NewMailing::of("Новости", russian)?.variant("en", When::language("en"), english)?;
        Ok(new
            .to(Audience::active().segment("ours").languages(["ru", "en"]))
            .category("news"))
    });
    let app = app.start().await;
    let [russian, english, other, stranger, refused] =
        [(); 5].map(|()| world.tg.person("Лицо").who_has_started());
    let all = [&russian, &english, &other, &stranger, &refused];
    know(&world, &all.map(|person| person.clone())).await;
    let database = world.database().await;
    for (person, change) in [
        (&english, "locale = 'en-GB'"),
        (&other, "language = 'de'"),
        (&stranger, "fullname = 'Чужой'"),
    ] {
        let update = format!("UPDATE users SET {change} WHERE id = {}", person.id());
        database.execute(&update, &[]).await.expect("it is changed");
    }
    let insert = format!("INSERT INTO opt_outs VALUES ({}, 'news')", refused.id());
    database.execute(&insert, &[]).await.expect("it is refused");
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_at(&world, 1, "done").await;
    assert_eq!(texts(&world, &russian), ["Новости"]);
    assert_eq!(texts(&world, &english), ["News"]);
    for person in [&other, &stranger, &refused] {
        assert!(texts(&world, person).is_empty());
    }
    // Who presses the button gets no more of them; that he pressed it is known.
    let press = russian.presses("Не получать").await;
    assert_eq!(
        world.tg.press_answered(&press).await["text"],
        "Больше не пришлём"
    );
    world.queue_is_empty().await;
    let refused = format!(
        "FROM opt_outs WHERE user_id = {} AND category = 'news'",
        russian.id()
    );
    assert_eq!(world.count(&refused).await, 1);
    let clicked = format!(
        "FROM mailing_clicks WHERE user_id = {} AND mailing_id = 1",
        russian.id()
    );
    assert_eq!(world.count(&clicked).await, 1);
    app.stop().await;
}

#[tokio::test]
async fn nobody_is_woken_and_what_is_for_later_comes_later() {
    let world = World::new().await;
    let declared = Mailings::new().quiet(22, 9, "Europe/Moscow");
    let app = bot(&world, declared, || {
        let at: ostankino::jiff::Timestamp = "2030-01-07T10:00:00Z".parse().expect("a time");
        Ok(NewMailing::of("Утро", Reply::text("Доброе утро"))?.at(at))
    });
    let app = app.start().await;
    let [near, far] = [(); 2].map(|()| world.tg.person("Лицо").who_has_started());
    know(&world, &[near.clone(), far.clone()]).await;
    let zone = format!(
        "UPDATE users SET tz = 'America/New_York' WHERE id = {}",
        far.id()
    );
    world
        .database()
        .await
        .execute(&zone, &[])
        .await
        .expect("it is changed");
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_at(&world, 1, "scheduled").await;
    let until = |time: &str| {
        let time: ostankino::jiff::Timestamp = time.parse().expect("a time");
        Duration::try_from(time.duration_since(world.now())).expect("it is to come")
    };
    // 13:00 in Moscow, 5:00 in New York.
    world.put_clock_forward(until("2030-01-07T10:00:01Z")).await;
    assert_eq!(near.next_message().await.text, "Доброе утро");
    assert!(texts(&world, &far).is_empty());
    is_at(&world, 1, "running").await;
    world.put_clock_forward(until("2030-01-07T14:00:01Z")).await;
    assert_eq!(far.next_message().await.text, "Доброе утро");
    is_at(&world, 1, "done").await;
    sums_agree(&world, 1).await;
    app.stop().await;
}
