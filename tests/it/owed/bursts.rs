//! Many calls that are owed at once.

use super::*;

/// More than the pool of that process has connections, by far.
const MANY: usize = 40;

#[tokio::test]
async fn a_burst_of_owed_calls_does_not_keep_the_connections() {
    let world = World::new().await;
    let program = world.this_program("owed::a_bot_whose_replies_outlive_it");
    let service = program.set("DATABASE__POOL_SIZE", "1").start().await;
    let people: Vec<_> = (0..MANY)
        .map(|n| world.tg.person(&format!("Человек {n}")))
        .collect();
    let fault = Fault::on("sendMessage").to(people.iter().map(Person::id));
    world.tg.fault(fault.retry_after(5).times(MANY as u32));
    for person in &people {
        person.says("привет");
    }
    so_many_are_owed(&world, MANY as i64).await;
    // Whom the bot did not try to write to while it was told to wait.
    world.tg.clear_faults();
    all_is_due(&world).await;
    kill(&service).await;
    the_dead_are_forgotten(&world).await;
    let program = world.this_program("owed::a_bot_whose_replies_outlive_it");
    let service = program.set("DATABASE__POOL_SIZE", "1").start().await;
    for person in &people {
        assert_eq!(person.next_message().await.text, "· привет");
    }
    so_many_are_owed(&world, 0).await;
    people[0].says("ещё здесь?");
    assert_eq!(people[0].next_message().await.text, "· ещё здесь?");
    service.stop().await;
}
