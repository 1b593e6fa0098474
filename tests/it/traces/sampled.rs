//! A share of the updates has a trace, and all processes agree which.

use std::collections::BTreeSet;

use super::{by_trace, share, traced};
use crate::support::{
    World,
    collector::{Collector, Mood},
};

#[tokio::test]
async fn of_a_share_of_the_updates_there_is_a_whole_trace_and_of_the_others_nothing() {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Takes).await;
    let setup = || traced(&world, &collector).set("TRACES__SAMPLE", "0.3");
    let all = share([setup(), setup()]).await;
    let guests: Vec<_> = (0..60).map(|_| world.tg.person("Гость")).collect();
    let said: BTreeSet<_> = guests.iter().map(|guest| guest.says("привет")).collect();
    for guest in &guests {
        guest.next_message().await;
    }
    for service in &all {
        service.stop().await;
    }
    let traces = by_trace(&collector.spans());
    assert!((1..said.len()).contains(&traces.len()), "{}", traces.len());
    for (trace, spans) in &traces {
        let names: BTreeSet<_> = spans.iter().map(|span| span.name.as_str()).collect();
        assert_eq!(spans.len(), 6, "{trace}: {names:?}");
        assert!(names.contains("poll message") && names.contains("sendMessage"));
    }
    // Each has the trace that its id says, in whatever process and version.
    let of_log = all
        .iter()
        .flat_map(|service| service.logs.of("update_handled"));
    let told: BTreeSet<_> = of_log
        .filter_map(|record| Some(record["trace_id"].as_str()?.to_owned()))
        .collect();
    assert_eq!(told, traces.into_keys().collect());
}
