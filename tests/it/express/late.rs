//! What is too late is dropped and told, once, and what cannot be handled is set aside.

use ostankino::{Error, Reply, Router, extract::PreCheckoutQuery};

use super::{checkout, put, world};
use crate::support::{APOLOGY, World, servers::until};

fn routes() -> Router {
    Router::new().pre_checkout(|query: PreCheckoutQuery| async move {
        if query.id == "bad" {
            return Err(Error::message("it fails"));
        }
        Ok(Reply::confirm())
    })
}

async fn payments(world: &World) -> async_nats::jetstream::stream::Stream {
    let name = format!("{}_PAYMENTS", world.prefix);
    let found = world.jetstream().await.get_stream(name).await;
    found.expect("the queue is there")
}

async fn are_over(world: &World) {
    let mut queue = payments(world).await;
    until("all payments are over", async || {
        queue.info().await.expect("an answer").state.messages == 0
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_came_too_late_is_dropped_and_logged_and_the_next_one_is_answered() {
    let world = world().await;
    let app = world.run(routes()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let subject = format!("payments.{}.pre_checkout_query", world.tg.bot_id());
    let mut late = checkout(&alice, "late");
    late["update_id"] = 70.into();
    put(&world, &subject, &late, 12_000).await;
    let record = app.logs.wait_for("express_expired").await;
    assert_eq!(record["level"], "WARN");
    assert_eq!(
        (&record["update_id"], &record["kind"], &record["user_id"]),
        (&70.into(), &"pre_checkout_query".into(), &alice.id().into())
    );
    assert!(record["age_ms"].as_u64() >= Some(10_000), "{record}");
    // Half of the time is left: that is enough for an answer.
    let mut soon = checkout(&alice, "soon");
    soon["update_id"] = 71.into();
    put(&world, &subject, &soon, 5_000).await;
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["pre_checkout_query_id"], "soon");
    are_over(&world).await;
    assert_eq!(app.logs.of("express_expired").len(), 1);
    assert_eq!(world.tg.calls_of("answerPreCheckoutQuery").len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn a_payment_whose_handler_fails_is_refused_and_one_that_cannot_be_decoded_is_set_aside() {
    let world = world().await;
    let app = world.run(routes()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "bad"));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["error_message"], APOLOGY);
    // Too deep for any decoder.
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let bytes = format!(r#"{{"update_id":7,"pre_checkout_query":{{"id":{deep}}}}}"#);
    world.tg.push_bytes(7, bytes.clone());
    app.logs.wait_for("dead_letter").await;
    let letters = world.dead_letters().await;
    assert_eq!(letters, [(bytes, "it cannot be decoded".to_owned())]);
    let replayed = world.service().run("dead-letters replay 1").await;
    assert_eq!(replayed.code, 1);
    assert!(
        replayed.stderr.contains("nobody waits for its answer"),
        "{replayed:?}"
    );
    are_over(&world).await;
    app.stop().await;
}

#[tokio::test]
async fn a_queue_that_the_server_lost_is_recreated_and_the_next_payment_is_answered() {
    let world = world().await;
    let app = world.run(routes()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "1"));
    world.tg.next_call("answerPreCheckoutQuery").await;
    let name = format!("{}_PAYMENTS", world.prefix);
    let deleted = world.jetstream().await.delete_stream(&name).await;
    deleted.expect("deleted");
    world.tg.push_update(checkout(&alice, "2"));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["pre_checkout_query_id"], "2");
    let record = app.logs.wait_for("store_lost").await;
    assert_eq!(record["stream"], name);
    app.stop().await;
}
