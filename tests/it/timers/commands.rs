//! `timers` and `status`: what an operator sees of timers, and does with them.

use serde_json::Value;

use super::{all_are_fired, bot};
use crate::support::{Finished, World};

fn told(finished: Finished) -> String {
    assert_eq!(finished.code, 0, "{finished:?}");
    finished.stdout
}

#[tokio::test]
async fn an_operator_lists_cancels_and_hurries_timers() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    for text in ["/in 5 чай", "/in 6 кофе"] {
        alice.says(text);
        assert_eq!(alice.next_message().await.text, "напомню");
    }
    let listed = told(world.service().run("timers list --json").await);
    let listed: Vec<Value> = listed
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(listed[0]["user_id"], alice.id());
    assert_eq!(listed[0]["key"], "note:чай");
    let [tea, coffee] = [0, 1].map(|at| listed[at]["id"].as_i64().expect("a number"));
    let shown = told(world.service().run("timers list").await);
    assert!(
        shown.contains("remind") && shown.contains(r"note:кофе"),
        "{shown}"
    );
    let nobody = told(world.service().run("timers list --user 7").await);
    assert_eq!(nobody, "no timers\n");

    let cancelled = told(
        world
            .service()
            .run(&format!("timers cancel {coffee}"))
            .await,
    );
    assert_eq!(cancelled, format!("{coffee}: cancelled\n"));
    let again = world
        .service()
        .run(&format!("timers cancel {coffee}"))
        .await;
    assert_eq!(again.code, 1, "{again:?}");
    assert!(
        again.stderr.contains("`timers list` tells which there are"),
        "{again:?}"
    );

    let status = told(world.service().run("status").await);
    assert!(
        status.contains("timers") && status.contains("1 to come"),
        "{status}"
    );
    let fired = told(world.service().run(&format!("timers fire {tea}")).await);
    assert_eq!(fired, format!("{tea}: due now\n"));
    assert_eq!(alice.next_message().await.text, "чай");
    all_are_fired(&world).await;
    app.stop().await;
}

#[tokio::test]
async fn status_tells_how_many_timers_are_late() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/in 5 чай");
    assert_eq!(alice.next_message().await.text, "напомню");
    app.stop().await;
    world.put_clock_forward(10 * super::HOUR).await;
    let status = told(world.service().run("status --json").await);
    let status: Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["postgresql"]["timers"]["late"], 1);
}
