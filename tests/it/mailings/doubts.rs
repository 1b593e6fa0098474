//! What is said of somebody who may have got a mailing, or got a part of it, and gets no more of it.

use ostankino::{
    Reply,
    mailings::{Mailings, NewMailing},
};
use ostankino_test::wait_until;
use telegram_emulator::Fault;

use super::{bot, is_at, people, says, sums_agree, texts};
use crate::support::World;

/// Whether that many recipients are at it so, of the one mailing.
async fn are(world: &World, count: i64, so: &str) {
    let rows = format!("FROM mailing_sends WHERE {so}");
    wait_until(so, async || world.count(&rows).await == count).await;
}

async fn cancel(world: &World) {
    let told = world.service().run("mail cancel 1").await;
    assert_eq!(told.stdout, "1: cancelled\n", "{told:?}");
}

#[tokio::test]
async fn who_may_have_got_it_and_left_before_it_is_sent_once_more_is_unknown() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        let new = NewMailing::of("Новости", Reply::text("Новости"))?;
        Ok(new.at_least_once())
    });
    let app = app.start().await;
    let everybody = people(&world, 5).await;
    let admin = world.tg.person("Админ");
    let (left, stayed) = (&everybody[0], &everybody[1..]);
    let answer_is_lost = Fault::on("sendMessage").to([left.id()]);
    world.tg.fault(answer_is_lost.takes_effect().reset());
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    are(&world, 1, "state = 'unknown' AND next_at IS NOT NULL").await;
    left.blocks();
    is_at(&world, 1, "done").await;
    are(&world, 1, "state = 'unknown' AND next_at IS NULL").await;
    assert!(!texts(&world, left).is_empty());
    for person in stayed {
        assert_eq!(texts(&world, person), ["Новости"]);
    }
    // The administrator has started the bot by his command.
    assert_eq!(
        world
            .count("FROM mailings WHERE sent = 5 AND unknown = 1")
            .await,
        1
    );
    sums_agree(&world, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn who_may_have_got_it_before_it_is_cancelled_is_unknown() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        let new = NewMailing::of("Новости", Reply::text("Новости"))?;
        Ok(new.at_least_once())
    });
    let app = app.start().await;
    let everybody = people(&world, 3).await;
    let admin = world.tg.person("Админ");
    let answer_is_lost = Fault::on("sendMessage").to([everybody[0].id()]);
    world.tg.fault(answer_is_lost.takes_effect().reset());
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    are(&world, 1, "state = 'unknown' AND next_at IS NOT NULL").await;
    cancel(&world).await;
    are(&world, 1, "state = 'unknown' AND next_at IS NULL").await;
    are(&world, 0, "taken_until IS NOT NULL").await;
    are(&world, 0, "state = 'skipped'").await;
    sums_agree(&world, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn who_got_a_part_before_it_is_cancelled_was_not_skipped() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        let both = Reply::text("Новости").and(Reply::dice("🎲"));
        NewMailing::of("Новости", both)
    });
    let app = app.start().await;
    let everybody = people(&world, 3).await;
    let admin = world.tg.person("Админ");
    let waits = Fault::on("sendDice").to([everybody[0].id()]);
    world.tg.fault(waits.status(429).retry_after(600));
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    are(&world, 1, "state = 'queued' AND part = 1").await;
    cancel(&world).await;
    are(&world, 1, "state = 'failed' AND error LIKE 'cancelled %'").await;
    are(&world, 0, "taken_until IS NOT NULL").await;
    sums_agree(&world, 1).await;
    app.stop().await;
}
