//! What a crash leaves in the chat.

use super::{data_of, sees, world};
use crate::support::{Service, World, servers::until};

async fn process(world: &World) -> Service {
    let program = world.this_program("dialogs::a_bot_with_dialogs");
    program.start().await
}

/// How the message is called in the table is not known after a crash: the window is sent once more.
async fn two_copies(world: &World) -> (Service, telegram_emulator::Person) {
    let alice = world.tg.person("Алиса");
    let first = process(world).await;
    let database = world.database().await;
    // The name of the message cannot be stored.
    let hold = "BEGIN; LOCK TABLE noted_messages IN EXCLUSIVE MODE";
    database
        .batch_execute(hold)
        .await
        .expect("the table is there");
    alice.says("/order");
    alice.next_message().await;
    first.signal("KILL");
    first.ends_with(-1).await;
    database
        .batch_execute("ROLLBACK")
        .await
        .expect("it was held");
    let second = process(world).await;
    alice.next_message().await;
    sees(world, &alice, &["Пирожков: 0 ()", "Пирожков: 0 ()"], &[]).await;
    world.queue_is_empty().await;
    (second, alice)
}

#[tokio::test]
async fn of_two_copies_after_a_crash_either_works_and_the_other_loses_its_buttons() {
    for pressed in [0, 1] {
        let world = world().await;
        let (_service, alice) = two_copies(&world).await;
        let copies = alice.messages();
        let ids = copies.iter().map(|it| it.message_id);
        let ids: Vec<_> = ids.collect();
        assert_eq!(data_of(&copies[0], "+"), data_of(&copies[1], "+"));
        alice.presses_on(ids[pressed], "+").await;
        let is_pressed = |id| ids[pressed] == id;
        world
            .tg
            .wait_until(|_| {
                let now = alice.messages();
                let one = now.iter().find(|it| is_pressed(it.message_id));
                one.is_some_and(|it| it.text == "Пирожков: 1 ()")
            })
            .await;
        if pressed == 0 {
            // The name led to it.
            sees(&world, &alice, &["Пирожков: 1 ()"], &["Пирожков: 0 ()"]).await;
        } else {
            // Nothing is known of the first one until it is pressed.
            alice.presses_on(ids[0], "+").await;
            sees(&world, &alice, &["Пирожков: 2 ()"], &["Пирожков: 1 ()"]).await;
        }
        until("all is said", async || {
            world.count("FROM inbox WHERE effects IS NOT NULL").await == 0
        })
        .await;
    }
}
