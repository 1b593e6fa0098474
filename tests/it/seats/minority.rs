//! A cluster of three nats-servers of which one is out of touch with the others: who is connected to it
//! begins nothing more, and others take its seats.

use telegram_emulator::Emulator;

use super::{
    all_are_answered, all_is_noted_once_in_order, all_say, bot, has_taken, one_of_each_partition,
    told,
};
use crate::support::{
    World,
    hole::Hole,
    servers::{Nats, until},
};

/// Three servers of one cluster, and the ways between the last one and the others.
async fn cluster_with_holes() -> ([Nats; 3], Vec<Hole>) {
    let mut holes = Vec::new();
    let servers = Nats::cluster_by(|route| {
        let hole = Hole::to(&route);
        let door = hole.url.clone();
        holes.push(hole);
        door
    });
    (servers.await, holes)
}

#[tokio::test]
async fn who_is_connected_to_the_minority_loses_its_seats_and_does_nothing_twice() {
    let (servers, holes) = cluster_with_holes().await;
    let mut world = World::new().await;
    world.prepare_notes().await;
    let mut start = async |urls: Vec<String>| {
        world.nats_urls = urls.join(",");
        let service = bot(&world).set("NATS__REPLICAS", "3").spawn();
        service.logs.wait_until("its share", has_taken).await;
        service
    };
    let apart = start(vec![servers[2].url()]).await;
    let others = start(vec![servers[0].url(), servers[1].url()]).await;
    world.tg.wait_until(Emulator::is_polled).await;
    let guests = one_of_each_partition(&world, 4);
    all_say(&guests, 0..10);
    all_are_answered(&guests, 10).await;

    all_say(&guests, 10..20);
    let before = told(&others, "seats_taken");
    holes.iter().for_each(|hole| hole.swallow(true));
    others
        .logs
        .wait_until("it takes the others' seats", |_| {
            told(&others, "seats_taken") > before
        })
        .await;
    all_say(&guests, 20..30);
    all_are_answered(&guests, 30).await;

    // Whose they are by now it cannot know.
    apart.logs.wait_for("seats_uncertain").await;
    let taken = told(&apart, "seats_taken");
    holes.iter().for_each(|hole| hole.swallow(false));
    all_say(&guests, 30..40);
    all_are_answered(&guests, 40).await;
    world.nats_urls = servers[0].url();
    all_is_noted_once_in_order(&world, &guests, 40).await;
    until("it has a share again", async || {
        told(&apart, "seats_taken") > taken
    })
    .await;
    for service in [others, apart] {
        service.stop().await;
    }
}

#[tokio::test]
async fn a_node_that_is_lost_under_load_costs_no_update() {
    let mut servers = Nats::cluster().await;
    let mut world = World::new().await;
    world.prepare_notes().await;
    world.nats_urls = servers.each_ref().map(Nats::url).join(",");
    let mut all = Vec::new();
    for _ in 0..3 {
        let service = bot(&world).set("NATS__REPLICAS", "3").spawn();
        service.logs.wait_until("its share", has_taken).await;
        all.push(service);
    }
    let guests = one_of_each_partition(&world, 4);
    all_say(&guests, 0..10);
    servers[0].kill().await;
    all_say(&guests, 10..20);
    all_are_answered(&guests, 20).await;
    servers[0].restart().await;
    all_say(&guests, 20..30);
    all_are_answered(&guests, 30).await;
    world.nats_urls = servers[1].url();
    all_is_noted_once_in_order(&world, &guests, 30).await;
    for service in &all {
        service.stop().await;
    }
}
