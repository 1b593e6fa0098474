//! Many bots in several processes cost what they need.

use futures_util::TryStreamExt;

use super::{start, with_bots};
use crate::support::{World, servers::until};

/// How many bots there are.
const BOTS: usize = 24;

#[tokio::test]
async fn there_are_no_more_consumers_than_partitions_and_few_connections() {
    let world = World::new().await;
    let names: Vec<_> = (0..BOTS).map(|number| format!("b{number}")).collect();
    let bots: Vec<_> = names
        .iter()
        .map(|name| world.tg.add_bot(&format!("{name}_bot")))
        .collect();
    let named: Vec<_> = names.iter().map(String::as_str).zip(&bots).collect();
    let process = || {
        let setup = with_bots(world.service(), &named);
        // One is busier than the others.
        setup.set("BOTS__B0__PARTITIONS", "3")
    };
    let all: Vec<_> = names.iter().map(String::as_str).collect();
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(start(process(), &all).await);
    }
    let partitions = BOTS - 1 + 3;
    let consumers = async || {
        let queue = world.queue().await;
        let names: Vec<String> = queue.consumer_names().try_collect().await.expect("names");
        names.len()
    };
    until("all partitions are owned", async || {
        consumers().await == partitions
    })
    .await;
    // Those of the pools, and one by which each process asks whether the server is there; and this one.
    let connections = "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'";
    let most = 3 * (4 + 4 + 1) + 1;
    assert!(world.count(connections).await <= most);
    let alice = world.tg.person("Алиса");
    for bot in &bots {
        alice.to(bot).says("/start");
    }
    for bot in &bots {
        alice.to(bot).next_message().await;
    }
    assert!(consumers().await <= partitions);
    assert!(world.count(connections).await <= most);
    for process in &processes {
        process.signal("TERM");
    }
    for process in &processes {
        process.ends_with(0).await;
    }
}
