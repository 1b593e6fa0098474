//! The end of a process to which bots are added, whatever it is doing by then.

use std::sync::mpsc;

use ostankino::{App, Bots, Router, config::FleetConfig};
use tokio::task::{JoinSet, yield_now};
use tokio_util::sync::CancellationToken;

use super::{KEY, add, done};
use crate::{bots::two, support::DEADLINE};

/// Holds up the task it is called in until every other that can go on had its turn.
fn all_others_have_their_turn() {
    let (tell, told) = mpsc::channel();
    let mut last = JoinSet::new();
    last.spawn(async move {
        for _ in 0..100 {
            yield_now().await;
        }
        tell.send(()).expect("it is waited for");
    });
    told.recv_timeout(DEADLINE).expect("there is a thread");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_process_that_is_told_to_end_just_when_a_bot_begins_ends_in_order() {
    let (world, shop, _) = two().await;
    done(&world, "migrate").await;
    add(&world, "shop", &shop).await;
    let mut config = world.config();
    config.telegram.token = "".into();
    config.fleet = FleetConfig {
        key: KEY.into(),
        ..FleetConfig::default()
    };
    let stop = CancellationToken::new();
    let told = stop.clone();
    let bots = Bots::of(config).each(move |config| {
        let told = told.clone();
        let app = App::builder(config).router(Router::new());
        // It is begun by what waits for all tasks of the process, and looked just before whether these are told to end.
        app.task("late", move |context| {
            told.cancel();
            all_others_have_their_turn();
            async move {
                context.stopped().await;
                Ok(())
            }
        })
    });
    bots.run(stop).await.expect("it ends in order");
}
