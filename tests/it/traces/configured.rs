//! How traces are asked for.

use super::traced;
use crate::support::{
    World,
    collector::{Collector, Mood},
};

#[tokio::test]
async fn the_variables_of_open_telemetry_count_where_our_own_keys_are_empty() {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Takes).await;
    let setup = traced(&world, &collector)
        .set("TRACES__ENDPOINT", "")
        .set("TRACES__HEADERS", "")
        .variable("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
        .variable("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=other")
        .variable("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .variable("OTEL_TRACES_SAMPLER", "always_off")
        .variable("OTEL_SERVICE_NAME", "of the variable")
        .variable(
            "OTEL_RESOURCE_ATTRIBUTES",
            "k8s.pod.name=shop-7,service.name=other",
        );
    let service = setup.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("привет");
    alice.next_message().await;
    service.stop().await;
    let spans = collector.spans();
    assert_eq!(spans.len(), 6, "{spans:#?}");
    assert_eq!(spans[0].resource["service.name"], "shop");
    assert_eq!(spans[0].resource["k8s.pod.name"], "shop-7");
    assert_eq!(collector.headers()["x-tenant"], "other");
}
