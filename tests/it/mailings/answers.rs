//! What Telegram's answers mean for a mailing.

use std::time::Duration;

use ostankino::{
    Reply,
    mailings::{Mailings, NewMailing},
};
use ostankino_test::wait_until;
use telegram_emulator::Fault;

use super::{bot, is_at, people, says, sums_agree, texts};
use crate::support::World;

#[tokio::test]
async fn who_cannot_be_written_to_is_active_no_more() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        NewMailing::of("Новости", Reply::text("Новости"))
    });
    let app = app.start().await;
    let everybody = people(&world, 9).await;
    let (gone, others) = everybody.split_at(4);
    let admin = world.tg.person("Админ");
    // The bot is away when they go.
    app.stop().await;
    gone[0].blocks();
    gone[1].deactivates();
    for (person, why) in [
        (&gone[2], "Bad Request: chat not found"),
        (
            &gone[3],
            "Forbidden: bot can't initiate conversation with a user",
        ),
    ] {
        let code = if why.starts_with("Bad") { 400 } else { 403 };
        world.tg.fault(
            Fault::on("sendMessage")
                .to([person.id()])
                .status(code)
                .description(why),
        );
    }
    let app = bot(&world, Mailings::new(), || {
        NewMailing::of("Новости", Reply::text("Новости"))
    });
    let app = app.start().await;
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_at(&world, 1, "done").await;
    for person in gone {
        assert!(
            !world.user(person.id()).await.expect("a row").is_active,
            "{}",
            person.id()
        );
        assert!(texts(&world, person).is_empty());
    }
    for person in others {
        assert!(world.user(person.id()).await.expect("a row").is_active);
        assert_eq!(texts(&world, person), ["Новости"]);
    }
    sums_agree(&world, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn what_nobody_takes_halts_it_and_goes_on_once_it_is_mended() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        NewMailing::of("Новости", Reply::text("Новости"))
    });
    let app = app.start().await;
    let everybody = people(&world, 30).await;
    let why = "Bad Request: can't parse entities: Unsupported start tag";
    world.tg.fault(
        Fault::on("sendMessage")
            .to(everybody.iter().map(|it| it.id()))
            .status(400)
            .description(why),
    );
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    is_at(&world, 1, "halted").await;
    let halted = "FROM mailings WHERE reason LIKE '%parse entities%' AND sent = 0 AND claimed < 30";
    assert_eq!(world.count(halted).await, 1);
    world.tg.clear_faults();
    assert_eq!(says(&admin, "/edit 1").await, "Готово");
    assert_eq!(says(&admin, "/resume 1").await, "Готово");
    wait_until("most have it", async || {
        world.count("FROM mailings WHERE sent >= 20").await == 1
    })
    .await;
    // Those who were refused are tried again a little later.
    world.put_clock_forward(Duration::from_secs(60)).await;
    is_at(&world, 1, "done").await;
    for person in &everybody {
        assert_eq!(texts(&world, person), ["Исправлено"]);
    }
    sums_agree(&world, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn it_is_paused_goes_on_is_cancelled_and_taken_back() {
    let world = World::new().await;
    let slow = || Ok(NewMailing::of("Новости", Reply::text("Новости"))?.per_second(10.0));
    let app = bot(&world, Mailings::new(), slow).start().await;
    let everybody = people(&world, 60).await;
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    wait_until("some have it", async || {
        world.count("FROM mailings WHERE sent > 0").await == 1
    })
    .await;
    assert_eq!(says(&admin, "/pause 1").await, "Готово");
    wait_until("nobody is under way", async || {
        world
            .count("FROM mailing_sends WHERE taken_until IS NOT NULL")
            .await
            == 0
    })
    .await;
    let sent = world.count("FROM mailing_sends WHERE state = 'sent'").await;
    assert!((1..60).contains(&sent), "{sent}");
    assert_eq!(says(&admin, "/unsend 1").await, "Нельзя");
    assert_eq!(says(&admin, "/resume 1").await, "Готово");
    let more = format!("FROM mailings WHERE sent > {sent}");
    wait_until("more have it", async || world.count(&more).await == 1).await;
    assert_eq!(says(&admin, "/cancel 1").await, "Готово");
    wait_until("nobody waits", async || {
        let waits = "FROM mailing_sends WHERE taken_until IS NOT NULL OR next_at IS NOT NULL";
        world.count(waits).await == 0 && world.count("FROM mailings WHERE has_waiting").await == 0
    })
    .await;
    sums_agree(&world, 1).await;
    let with = everybody
        .iter()
        .filter(|it| !texts(&world, it).is_empty())
        .count();
    assert_eq!(
        with as i64,
        world.count("FROM mailing_sends WHERE state = 'sent'").await
    );
    assert_eq!(says(&admin, "/resume 1").await, "Нельзя");
    assert_eq!(says(&admin, "/edit 1").await, "Готово");
    is_at(&world, 1, "done").await;
    let read: Vec<_> = everybody.iter().flat_map(|it| texts(&world, it)).collect();
    assert!(read.iter().all(|text| text == "Исправлено"), "{read:?}");
    assert_eq!(says(&admin, "/unsend 1").await, "Готово");
    wait_until("all is taken back", async || {
        world
            .count("FROM mailings WHERE state = 'done' AND sent = 0 AND unsent > 0")
            .await
            == 1
    })
    .await;
    assert!(everybody.iter().all(|it| texts(&world, it).is_empty()));
    sums_agree(&world, 1).await;
    app.stop().await;
}
