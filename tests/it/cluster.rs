//! A cluster of three nats-servers of which one goes away.

use ostankino_test::{DEADLINE, wait_within};

use crate::support::{APOLOGY, World, servers::Nats};

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

    let dialogues = format!("KV_{}_fsm", world.prefix);
    let stream = world.jetstream().await.get_stream(dialogues).await;
    let stream = stream.expect("the dialogues are there");
    let copies = stream.cached_info().cluster.clone().expect("a cluster");
    let leader = copies.leader.expect("it has a leader");
    let leader: usize = leader.trim_start_matches('n').parse().expect("a number");
    servers[leader].kill().await;

    // Those that are left choose another leader; who writes meanwhile may have to repeat it.
    let mut answer = APOLOGY.to_owned();
    while answer == APOLOGY {
        let told = alice.messages().len();
        alice.says("42");
        // For each stream and each consumer, and for some of them twice: it may take longer than tests otherwise wait.
        let is_told = async || alice.messages().len() > told;
        wait_within(3 * DEADLINE, "she is told", is_told).await;
        answer = alice.next_message().await.text;
    }
    assert!(answer.contains("Имя: Анна\nВозраст: 42"), "{answer}");
    // Without a leader a stream is silent, not useless.
    assert_eq!(service.logs.of("store_useless").len(), 0);
    service.stop().await;
}
