//! Names of messages, and calls that depend on each other.

use telegram_emulator::Fault;

use super::*;

#[tokio::test]
async fn a_message_is_edited_by_its_name_after_a_restart_and_sent_where_there_is_none() {
    let world = World::new().await;
    let first = world.run(bot()).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/order");
    let order = alice.next_message().await;
    alice.says("ещё");
    alice.next_message().await;
    first.stop().await;
    let second = world.run(bot()).await;
    alice.says("/cooked Готов");
    let edited = alice.next_edit().await;
    assert_eq!(edited.message_id, order.message_id);
    assert_eq!(texts(&world, &alice), ["Готов", "· ещё"]);
    boris.says("/cooked Готов");
    assert_eq!(boris.next_message().await.text, "Готов");
    boris.says("/cooked Остыл");
    assert_eq!(boris.next_edit().await.text, "Остыл");
    second.stop().await;
}

#[tokio::test]
async fn a_message_that_is_gone_is_sent_anew_under_its_name() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let order = alice.next_message().await;
    alice.deletes(order.message_id);
    alice.says("/cooked Готов");
    let anew = alice.next_message().await;
    assert_ne!(anew.message_id, order.message_id);
    alice.says("/cooked Остыл");
    let edited = alice.next_edit().await;
    assert_eq!(edited.message_id, anew.message_id);
    app.stop().await;
}

#[tokio::test]
async fn a_failed_call_stops_what_is_chained_to_it_and_nothing_else() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    for (said, left) in [("/chain раз два", "три"), ("/say четыре", "пять")] {
        world
            .tg
            .fault(Fault::on("sendMessage").status(403).times(1));
        alice.says_many([said, left]);
        assert_eq!(alice.next_message().await.text, format!("· {left}"));
    }
    world
        .tg
        .fault(Fault::on("sendMessage").status(403).times(1));
    alice.says("/say раз два");
    assert_eq!(alice.next_message().await.text, "два");
    assert_eq!(app.logs.of("reply_skipped").len(), 1);
    app.stop().await;
}
