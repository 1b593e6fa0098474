//! Telegram's answers, as events.

use telegram_emulator::Fault;

use super::*;

#[tokio::test]
async fn what_telegram_answered_comes_back_to_a_handler() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/post");
    let article = alice.next_message().await;
    let told = format!("7: {}", article.message_id);
    assert_eq!(alice.next_message().await.text, told);
    world
        .tg
        .fault(Fault::on("sendMessage").status(403).times(1));
    alice.says("/post");
    assert_eq!(alice.next_message().await.text, "7: Some(403)");
    app.stop().await;
}

#[tokio::test]
async fn the_answer_to_a_call_that_was_made_later_comes_back_as_well() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    asks_to_wait(&world, 3);
    alice.says("/post");
    let article = alice.next_message().await;
    let told = format!("7: {}", article.message_id);
    assert_eq!(alice.next_message().await.text, told);
    app.stop().await;
}
