//! Processes that die in the middle of a mailing, and those that end in order.

use std::{collections::BTreeMap, time::Duration};

use ostankino_test::wait_until;
use telegram_emulator::Person;

use super::{is_at, people, sums_agree};
use crate::support::{Service, World};

/// What processes of these tests may send in a second, and what each has in hand at the most.
const PER_SECOND: usize = 120;
pub(super) const IN_HAND: usize = PER_SECOND / 4;

/// A process of the bundled bot.
pub(super) async fn process(world: &World) -> Service {
    let service = world
        .service()
        .set("LIMITS__CALLS_PER_S", &PER_SECOND.to_string());
    service.start().await
}

/// An operator creates a mailing.
pub(super) async fn create(world: &World, arguments: &str) {
    let file = std::env::temp_dir().join(format!("{}.html", world.prefix));
    std::fs::write(&file, "<b>Новости</b>").expect("it is written");
    let html = file.display();
    let done = world
        .service()
        .run(format!("mail new --html {html} {arguments}").trim())
        .await;
    let _ = std::fs::remove_file(&file);
    assert_eq!((done.code, &*done.stdout), (0, "1: created\n"), "{done:?}");
}

/// How many have how many messages.
pub(super) fn by_count(world: &World, people: &[Person]) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for person in people {
        *counts
            .entry(world.tg.messages_in(person.id()).len())
            .or_default() += 1;
    }
    counts
}

pub(super) async fn sent(world: &World) -> i64 {
    world.count("FROM mailing_sends WHERE state = 'sent'").await
}

/// What dead processes had in hand is given up now, and not only when their leases are over.
pub(super) async fn leases_end(world: &World) {
    let end = "UPDATE mailing_sends SET taken_until = now() - interval '1 s' WHERE taken_until IS NOT NULL";
    world
        .database()
        .await
        .execute(end, &[])
        .await
        .expect("they end");
}

#[tokio::test]
async fn kills_in_the_middle_send_nothing_twice_and_leave_nobody_out() {
    let world = World::new().await;
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(process(&world).await);
    }
    let everybody = people(&world, 500).await;
    create(&world, "--title Новости").await;
    let kills = 5;
    for kill in 0..kills {
        let enough = 60 * (kill + 1);
        wait_until("more have it", async || sent(&world).await >= enough).await;
        let dead = processes.remove(0);
        dead.signal("KILL");
        dead.ended().await;
        processes.push(process(&world).await);
    }
    leases_end(&world).await;
    is_at(&world, 1, "done").await;
    sums_agree(&world, 1).await;
    // Of who was given up though its process lives it comes out only now that it is sent.
    let unknown = async || {
        world
            .count("FROM mailing_sends WHERE state = 'unknown'")
            .await
    };
    let most = kills * IN_HAND as i64;
    wait_until("the living tell", async || unknown().await <= most).await;
    let unknown = unknown().await;
    let counts = by_count(&world, &everybody);
    assert!(counts.keys().all(|count| *count <= 1), "{counts:?}");
    let without = counts.get(&0).copied().unwrap_or_default();
    assert!(
        without as i64 <= unknown,
        "{without} without, {unknown} unknown"
    );
    let both = "FROM mailing_sends WHERE state IN ('sent', 'unknown')";
    assert_eq!(world.count(both).await, 500);
}

#[tokio::test]
async fn a_deploy_in_the_middle_leaves_nothing_unknown() {
    let world = World::new().await;
    let mut processes = [process(&world).await, process(&world).await];
    let everybody = people(&world, 300).await;
    create(&world, "").await;
    for (n, enough) in [(0, 60), (1, 150)] {
        wait_until("more have it", async || sent(&world).await >= enough).await;
        processes[n].stop().await;
        processes[n] = process(&world).await;
    }
    is_at(&world, 1, "done").await;
    assert_eq!(by_count(&world, &everybody), BTreeMap::from([(1, 300)]));
    assert_eq!(sent(&world).await, 300);
    sums_agree(&world, 1).await;
}

#[tokio::test]
async fn what_may_be_sent_twice_is_got_by_all() {
    let world = World::new().await;
    let mut service = process(&world).await;
    let everybody = people(&world, 200).await;
    create(&world, "--at-least-once").await;
    wait_until("some have it", async || sent(&world).await >= 40).await;
    service.signal("KILL");
    service.ended().await;
    leases_end(&world).await;
    service = process(&world).await;
    is_at(&world, 1, "done").await;
    assert_eq!(sent(&world).await, 200);
    let counts = by_count(&world, &everybody);
    assert!(!counts.contains_key(&0), "{counts:?}");
    let twice = counts.range(2..).map(|(_, people)| *people).sum::<usize>();
    assert!(twice <= IN_HAND, "{counts:?}");
    service.stop().await;
}

#[tokio::test]
async fn what_is_due_while_nobody_runs_is_sent_once_afterwards() {
    let world = World::new().await;
    let service = process(&world).await;
    let everybody = people(&world, 20).await;
    let hour = Duration::from_secs(3_600);
    let at = world.now().checked_add(hour).expect("a time");
    create(&world, &format!("--at {at}")).await;
    service.stop().await;
    world
        .put_clock_forward(hour + Duration::from_secs(600))
        .await;
    let processes = [process(&world).await, process(&world).await];
    is_at(&world, 1, "done").await;
    assert_eq!(by_count(&world, &everybody), BTreeMap::from([(1, 20)]));
    for process in processes {
        process.stop().await;
    }
}

#[tokio::test]
async fn taking_back_goes_on_after_a_kill() {
    let world = World::new().await;
    let service = process(&world).await;
    let everybody = people(&world, 200).await;
    create(&world, "").await;
    is_at(&world, 1, "done").await;
    let told = world.service().run("mail unsend 1").await;
    assert_eq!(told.stdout, "1: is taken back\n", "{told:?}");
    wait_until("some are taken back", async || {
        world
            .count("FROM mailing_sends WHERE state = 'unsent'")
            .await
            >= 40
    })
    .await;
    service.signal("KILL");
    service.ended().await;
    leases_end(&world).await;
    let service = process(&world).await;
    is_at(&world, 1, "done").await;
    assert_eq!(by_count(&world, &everybody), BTreeMap::from([(0, 200)]));
    assert_eq!(
        world
            .count("FROM mailings WHERE unsent = 200 AND sent = 0 AND kept = 0")
            .await,
        1
    );
    service.stop().await;
}
