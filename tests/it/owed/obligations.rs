//! Obligations: made however long Telegram is away, whoever dies meanwhile.

use telegram_emulator::{CheckoutEnd, Fault, Payment, Person};

use super::*;

/// Buys something, for which the bot gives the money back.
async fn buys(world: &World, person: &Person) {
    person.says("/buy");
    let invoice = person.next_message().await;
    let checkout = person.pays(invoice.message_id, Payment::new());
    let end = world.tg.checkout_ended(&checkout).await;
    assert!(matches!(end, CheckoutEnd::Paid(_)), "{end:?}");
}

/// How often money was given back.
fn refunds(world: &World) -> usize {
    let calls = world.tg.calls_of("refundStarPayment").into_iter();
    calls.filter(|call| call.status == 200).count()
}

#[tokio::test]
async fn a_refund_survives_an_outage_of_telegram_and_the_death_of_every_process() {
    let world = World::new().await;
    let first = [process(&world).await, process(&world).await];
    let alice = world.tg.person("Алиса");
    world.tg.fault(Fault::on("refundStarPayment").reset());
    buys(&world, &alice).await;
    until("it was tried and is owed", async || {
        world
            .count("FROM owed_calls WHERE kind = 'must' AND is_must AND attempts > 0")
            .await
            == 1
    })
    .await;
    // Nobody waits for it meanwhile.
    alice.says("ау");
    assert_eq!(alice.next_message().await.text, "· ау");
    // The death is to concern nothing but what is owed.
    world.queue_is_empty().await;
    for process in &first {
        kill(process).await;
    }
    the_dead_are_forgotten(&world).await;
    let second = process(&world).await;
    all_is_due(&world).await;
    let tried = world.tg.calls_of("refundStarPayment").len();
    until("it is tried again", async || {
        world.tg.calls_of("refundStarPayment").len() > tried
    })
    .await;
    assert_eq!(refunds(&world), 0);
    world.tg.clear_faults();
    all_is_due(&world).await;
    assert_eq!(alice.next_message().await.text, "Деньги возвращены");
    so_many_are_owed(&world, 0).await;
    assert_eq!(refunds(&world), 1);
    second.stop().await;
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_made_once_and_told_of() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let fault = Fault::on("refundStarPayment").reset().takes_effect();
    world.tg.fault(fault.times(1));
    buys(&world, &alice).await;
    app.logs.wait_for("reply_owed").await;
    assert_eq!(alice.next_message().await.text, "Деньги возвращены");
    so_many_are_owed(&world, 0).await;
    let calls = world.tg.calls_of("refundStarPayment");
    let statuses: Vec<_> = calls.iter().map(|call| call.status).collect();
    assert_eq!(statuses, [0, 400], "Telegram refused to give it back twice");
    app.stop().await;
}

#[tokio::test]
async fn an_obligation_that_telegram_refuses_for_good_is_over_and_what_hangs_on_it_too() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let away = Fault::on("refundStarPayment").status(502).times(1);
    world.tg.fault(away);
    world.tg.fault(Fault::on("refundStarPayment").status(400));
    buys(&world, &alice).await;
    app.logs.wait_for("reply_owed").await;
    app.logs.wait_for("reply_unsent").await;
    so_many_are_owed(&world, 0).await;
    assert_eq!(app.logs.of("reply_skipped").len(), 1);
    app.stop().await;
}
