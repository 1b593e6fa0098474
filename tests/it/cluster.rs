//! A cluster of three nats-servers of which one goes away.

use ostankino_test::DEADLINE;
use telegram_emulator::Person;
use tokio::time::timeout;

use crate::support::{APOLOGY, World, servers::Nats};

/// What they are told next. Two servers choose a leader for each stream and each consumer, some of them twice: it may take longer
/// than tests otherwise wait.
async fn is_told(person: &Person) -> String {
    for _ in 0..4 {
        if let Ok(message) = timeout(DEADLINE / 2, person.next_message()).await {
            return message.text;
        }
    }
    person.next_message().await.text
}

#[tokio::test]
async fn with_three_copies_one_server_may_go() {
    let mut servers = Nats::cluster().await;
    let mut world = World::new().await;
    let urls: Vec<_> = servers.iter().map(Nats::url).collect();
    world.nats_urls = urls.join(",");
    let service = world.service().set("NATS__REPLICAS", "3");
    let service = service.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/form");
    alice.next_message().await;
    alice.says("Анна");
    alice.next_message().await;
    // Else that it was said might be said again.
    world.queue_is_empty().await;

    let client = async_nats::connect(servers[0].url()).await;
    let jetstream = async_nats::jetstream::new(client.expect("it answers"));
    let stream = jetstream
        .get_stream(format!("KV_{}_fsm", world.prefix))
        .await;
    let stream = stream.expect("the dialogues are there");
    let copies = stream.cached_info().cluster.clone().expect("a cluster");
    let leader = copies.leader.expect("it has a leader");
    let leader: usize = leader.trim_start_matches('n').parse().expect("a number");
    servers[leader].kill().await;

    // Those that are left choose another leader; who writes meanwhile may have to repeat it.
    let mut answer = APOLOGY.to_owned();
    while answer == APOLOGY {
        alice.says("42");
        answer = is_told(&alice).await;
    }
    assert!(answer.contains("Имя: Анна\nВозраст: 42"), "{answer}");
    service.stop().await;
}
