//! The webhooks of several bots at one port, beside a bot that polls.

use super::{start, told_of, two, with_bots};
use crate::support::balancer::Balancer;

#[tokio::test]
async fn bots_have_paths_of_their_own_at_one_port_and_one_may_poll() {
    let (world, shop, help) = two().await;
    let third = world.tg.add_bot("third_bot");
    let balancer = Balancer::start().await;
    let bots = [("shop", &shop), ("help", &help), ("third", &third)];
    let setup = with_bots(world.service(), &bots)
        .set("TELEGRAM__INTAKE", "webhook")
        .set("TELEGRAM__WEBHOOK_CHECK_S", "1")
        .set("WEB__WEBHOOK_LISTEN", "127.0.0.1:0")
        .set("WEB__PUBLIC_URL", &balancer.url)
        .set("BOTS__THIRD__INTAKE", "polling");
    let service = start(setup, &["shop", "help", "third"]).await;
    balancer.add(&service).await;
    for name in ["shop", "help"] {
        told_of(&service, name, "webhook_set").await;
    }
    told_of(&service, "third", "polling").await;
    let alice = world.tg.person("Алиса");
    for bot in [&shop, &help, &third] {
        alice.to(bot).says("/start");
        alice.to(bot).next_message().await;
    }
    for schema in ["shop", "help", "third"] {
        assert_eq!(world.count(&format!("FROM {schema}.users")).await, 1);
    }
    assert_eq!(service.logs.of("webhook_listening").len(), 1);
    service.stop().await;
}
