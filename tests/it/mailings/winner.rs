//! Mailings whose variants are tried on some, so that the best of them goes to the rest.

use std::{collections::BTreeMap, time::Duration};

use diesel::{ExpressionMethods, QueryDsl};
use ostankino::{
    Reply, Result,
    db::schema::users,
    mailings::{Audience, Mailings, NewMailing, OptOut, When, Winner},
};
use ostankino_test::wait_until;
use serde_json::Value;
use telegram_emulator::Person;

use super::{bot, crashes, is_at, people, says, sums_agree, texts};
use crate::support::World;

const HOUR: Duration = Duration::from_secs(3_600);

/// «А» and «Б» are tried on 30 of a hundred each, for an hour.
fn two() -> Result<NewMailing> {
    let reply = |text: &'static str| {
        let reply = Reply::text(text).button("Хочу", "want");
        reply.press("Не получать", &OptOut::of("news"))
    };
    let new = NewMailing::of("Скидка", reply("А"))?.variant("b", When::share(30), reply("Б"))?;
    let new = new.to(Audience::active().segment("ours"));
    Ok(new.winner(Winner::by_clicks().after(HOUR)))
}

fn declared() -> Mailings {
    let ours = Mailings::new().segment("ours", |users, _| {
        users.filter(users::fullname.eq("Человек"))
    });
    ours.category("news")
}

/// Waits until the shares are sent and the rest waits for the winner.
async fn is_tried(world: &World) {
    wait_until("the shares are sent", async || {
        world
            .count("FROM mailings WHERE stage = 1 AND winner_at IS NOT NULL")
            .await
            == 1
    })
    .await;
}

/// The people by what they have read.
fn by_text<'a>(world: &World, people: &'a [Person]) -> BTreeMap<Vec<String>, Vec<&'a Person>> {
    let mut by_text = BTreeMap::<_, Vec<_>>::new();
    for person in people {
        by_text
            .entry(texts(world, person))
            .or_default()
            .push(person);
    }
    by_text
}

fn only(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

async fn press(world: &World, people: &[&Person], button: &str) {
    for person in people {
        let press = person.presses(button).await;
        world.tg.press_answered(&press).await;
    }
    world.queue_is_empty().await;
}

#[tokio::test]
async fn what_is_pressed_most_goes_to_the_rest() {
    let world = World::new().await;
    let app = bot(&world, declared(), two).start().await;
    let everybody = people(&world, 60).await;
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_tried(&world).await;
    let tried = by_text(&world, &everybody);
    let (of_a, of_b, rest) = (&tried[&only("А")], &tried[&only("Б")], &tried[&Vec::new()]);
    assert!(
        of_a.len() > 3 && of_b.len() > 3 && rest.len() > 3,
        "{tried:?}"
    );
    // A refusal of the category is no sign that the message is good.
    press(&world, &of_a[..3], "Не получать").await;
    press(&world, &of_a[3..4], "Хочу").await;
    press(&world, &of_b[..2], "Хочу").await;
    // Another process goes on.
    app.stop().await;
    let app = bot(&world, declared(), two).start().await;
    is_at(&world, 1, "running").await;
    world.put_clock_forward(HOUR + Duration::from_secs(1)).await;
    is_at(&world, 1, "done").await;
    let (a, b) = (of_a.len(), of_b.len() + rest.len());
    let after = by_text(&world, &everybody);
    assert_eq!((after[&only("А")].len(), after[&only("Б")].len()), (a, b));
    sums_agree(&world, 1).await;
    let won = format!(
        "FROM mailings WHERE winner = 1 AND claimed = total AND claimed = sent AND tried::jsonb @> \
         '[{{\"name\": \"main\", \"clicked\": 1}}, {{\"name\": \"b\", \"clicked\": 2, \"sent\": {}}}]'",
        of_b.len()
    );
    assert_eq!(world.count(&won).await, 1);
    app.stop().await;
}

#[tokio::test]
async fn where_nobody_pressed_the_main_message_wins_and_languages_are_none_of_it() {
    let world = World::new().await;
    let new = || {
        let english = Reply::text("C").button("I want it", "want");
        two()?.variant("en", When::language("en"), english)
    };
    let app = bot(&world, declared(), new).start().await;
    let everybody = people(&world, 40).await;
    let english: Vec<_> = everybody[..8].iter().map(Person::id).collect();
    let change =
        format!("UPDATE users SET locale = 'en' WHERE id = ANY (ARRAY{english:?}::bigint[])");
    let database = world.database().await;
    database
        .batch_execute(&change)
        .await
        .expect("it is changed");
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_tried(&world).await;
    // Who speaks English need not wait, and who came to do so meanwhile gets one message, too.
    assert!(
        everybody[..8]
            .iter()
            .all(|it| !texts(&world, it).is_empty())
    );
    let before = by_text(&world, &everybody);
    let (of_a, of_b) = (before[&only("А")].len(), before[&only("Б")].len());
    let rest = &before[&Vec::new()];
    let waits = rest[0];
    let change = format!("UPDATE users SET locale = 'en' WHERE id = {}", waits.id());
    database
        .batch_execute(&change)
        .await
        .expect("it is changed");
    world.put_clock_forward(HOUR + Duration::from_secs(1)).await;
    is_at(&world, 1, "done").await;
    let after = by_text(&world, &everybody);
    assert_eq!(
        after.keys().filter(|texts| texts.len() != 1).count(),
        0,
        "{after:?}"
    );
    assert_eq!(texts(&world, waits), ["C"]);
    let counts = (after[&only("А")].len(), after[&only("Б")].len());
    assert_eq!(counts, (of_a + rest.len() - 1, of_b));
    assert_eq!(world.count("FROM mailings WHERE winner = 0").await, 1);
    sums_agree(&world, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn what_is_edited_meanwhile_is_tried_no_more() {
    let world = World::new().await;
    let app = bot(&world, declared(), two).start().await;
    let everybody = people(&world, 40).await;
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_tried(&world).await;
    let rest = by_text(&world, &everybody)[&Vec::new()].len();
    for order in ["/pause 1", "/edit 1", "/resume 1"] {
        assert_eq!(says(&admin, order).await, "Готово");
    }
    is_at(&world, 1, "done").await;
    let after = by_text(&world, &everybody);
    assert_eq!(after[&only("Исправлено")].len(), rest, "{after:?}");
    assert_eq!(
        after.keys().filter(|texts| texts.len() != 1).count(),
        0,
        "{after:?}"
    );
    sums_agree(&world, 1).await;
    app.stop().await;
}

/// The files of two messages, and what creates a mailing of both by a command.
fn by_command(world: &World) -> String {
    let file = |name: &str| {
        let file = std::env::temp_dir().join(format!("{}-{name}.html", world.prefix));
        std::fs::write(&file, name).expect("it is written");
        file.display().to_string()
    };
    let (main, other) = (file("А"), file("Б"));
    format!("mail new --html {main} --for-share 30={other} --button Хочу=want")
}

#[tokio::test]
async fn kills_before_and_after_the_choice_send_nothing_twice_and_leave_nobody_out() {
    let world = World::new().await;
    let mut service = crashes::process(&world).await;
    let everybody = people(&world, 300).await;
    let new = by_command(&world);
    let done = world
        .service()
        .run(&format!("{new} --winner-after 1h"))
        .await;
    assert_eq!((done.code, &*done.stdout), (0, "1: created\n"), "{done:?}");
    let mut unknown = 0;
    for enough in [40, 240] {
        wait_until("more have it", async || {
            if world
                .count("FROM mailings WHERE winner_at IS NOT NULL AND stage = 1")
                .await
                == 1
            {
                world.put_clock_forward(HOUR).await;
            }
            crashes::sent(&world).await >= enough
        })
        .await;
        service.signal("KILL");
        service.ended().await;
        crashes::leases_end(&world).await;
        service = crashes::process(&world).await;
        unknown += crashes::IN_HAND;
    }
    is_at(&world, 1, "done").await;
    sums_agree(&world, 1).await;
    let counts = crashes::by_count(&world, &everybody);
    assert!(counts.keys().all(|count| *count <= 1), "{counts:?}");
    let without = counts.get(&0).copied().unwrap_or_default();
    assert!(without <= unknown, "{counts:?}");
    assert_eq!(
        world.count("FROM mailing_sends WHERE mailing_id = 1").await,
        300
    );
    // Why it won is told.
    let shown = world.service().run("mail show 1").await.stdout;
    assert!(
        shown.contains("winner   main: a button was pressed by main 0.0 % (0 of "),
        "{shown}"
    );
    service.stop().await;
}

#[tokio::test]
async fn a_list_waits_too_and_is_skipped_where_it_is_cancelled() {
    let world = World::new().await;
    let service = crashes::process(&world).await;
    let everybody = people(&world, 80).await;
    let new = by_command(&world);
    let ids: Vec<_> = everybody
        .iter()
        .map(|it| format!("{}\n", it.id()))
        .collect();
    let file = std::env::temp_dir().join(format!("{}-ids.txt", world.prefix));
    std::fs::write(&file, ids.concat()).expect("it is written");
    let new = format!("{new} --ids {} --winner-after 1h", file.display());
    for id in [1, 2] {
        let done = world.service().run(&new).await;
        assert_eq!(done.stdout, format!("{id}: created\n"), "{done:?}");
        is_tried(&world).await;
        let waits = world
            .count(&format!(
                "FROM mailing_sends WHERE mailing_id = {id} AND next_at = 'infinity'"
            ))
            .await;
        assert!((4..80).contains(&waits), "{waits}");
        if id == 1 {
            world.put_clock_forward(HOUR + Duration::from_secs(1)).await;
            is_at(&world, 1, "done").await;
            assert_eq!(
                crashes::by_count(&world, &everybody),
                BTreeMap::from([(1, 80)])
            );
        } else {
            let told = world.service().run("mail cancel 2").await;
            assert_eq!(told.stdout, "2: cancelled\n", "{told:?}");
            let skipped = format!(
                "FROM mailings WHERE id = 2 AND skipped = {waits} AND sent = 80 - {waits} AND NOT has_waiting"
            );
            wait_until("who waited is skipped", async || {
                world.count(&skipped).await == 1
            })
            .await;
        }
        sums_agree(&world, id).await;
    }
    let shown = world.service().run("mail show 2 --json").await.stdout;
    let shown: Value = serde_json::from_str(&shown).expect("an object");
    assert_eq!(shown["trial"]["winner"], Value::Null, "{shown}");
    service.stop().await;
}

#[tokio::test]
async fn a_test_that_finds_nothing_is_refused() {
    let world = World::new().await;
    let service = world.service().start().await;
    let (new, html) = (by_command(&world), "--html");
    let plain = new.replace(" --button Хочу=want", "");
    let main = new.split(' ').nth(3).expect("a file");
    for (arguments, told) in [
        (format!("{new} --winner-after 10s"), "a minute to 30 days"),
        (format!("{new} --winner-after soon"), "it is how long"),
        (format!("{plain} --winner-after 1h"), "`main` has no button"),
        (
            format!("{plain} --link Сайт=https://example.org --winner-after 1h"),
            "`main` has no button",
        ),
        (
            format!("{new} --for-share 40={main} --winner-after 1h"),
            "take 100 of a hundred",
        ),
        (
            format!("{new} --for-share 101={main}"),
            "1 to 100 of a hundred",
        ),
        (
            format!("mail new {html} {main} --button Хочу=want --winner-after 1h"),
            "--for-share",
        ),
    ] {
        let done = world.service().run(&arguments).await;
        assert_ne!(done.code, 0, "{arguments}");
        assert!(done.stderr.contains(told), "{arguments}: {done:?}");
    }
    assert_eq!(world.count("FROM mailings").await, 0);
    service.stop().await;
}
