//! Updates that are being handled, or wait to be, when the end is asked for.

use std::{sync::Arc, time::Duration};

use ostankino::{DbSession, Router};
use telegram_emulator::{Emulator, Fault};
use tokio::sync::Semaphore;

use super::order::stuck_in_sending;
use crate::support::{DEADLINE, World};

/// A handler that begins at once and goes on when it is let through.
#[derive(Clone)]
struct Gate(Arc<(Semaphore, Semaphore)>);

impl Gate {
    fn new() -> Self {
        Self(Arc::new((Semaphore::new(0), Semaphore::new(0))))
    }

    fn router(&self) -> Router {
        let gate = self.clone();
        Router::new().text(move || {
            let gate = gate.clone();
            async move {
                gate.0.0.add_permits(1);
                gate.0.1.acquire().await.expect("never closed").forget();
                "готово"
            }
        })
    }

    async fn wait_for_a_handler(&self) {
        let begun = tokio::time::timeout(DEADLINE, self.0.0.acquire()).await;
        begun.expect("a handler begins").expect("open").forget();
    }

    fn open(&self) {
        self.0.1.add_permits(1);
    }
}

#[tokio::test]
async fn an_answer_that_is_being_sent_at_sigterm_arrives() {
    let world = World::new().await;
    let service = world.service().start().await;
    let slow = Fault::on("sendMessage").delay(Duration::from_millis(500));
    world.tg.fault(slow.times(1));
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    let sending = |tg: &Emulator| !tg.calls_of("sendMessage").is_empty();
    world.tg.wait_until(sending).await;
    service.stop().await;
    assert_eq!(world.tg.messages_in(alice.id()).len(), 1);
    assert_eq!(world.tg.pending_updates(), 0);
}

#[tokio::test]
async fn a_handler_at_work_when_the_end_is_asked_for_finishes_and_answers_once() {
    let world = World::new().await;
    let gate = Gate::new();
    let app = world.run(gate.router()).await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    gate.wait_for_a_handler().await;
    app.cancel();
    app.logs.wait_for("polling_stopped").await;
    gate.open();
    assert_eq!(alice.next_message().await.text, "готово");
    app.stop().await;

    let next = world.run(Router::new().text(async || "снова")).await;
    alice.says("два");
    assert_eq!(alice.next_message().await.text, "снова");
    next.stop().await;
    assert_eq!(world.tg.messages_in(alice.id()).len(), 2);
}

#[tokio::test]
async fn updates_not_begun_go_to_the_next_service_at_once() {
    let world = World::new().await;
    let gate = Gate::new();
    let app = world.app(gate.router()).start().await;
    let alice = world.tg.person("Алиса");
    alice.says_many(["раз", "два", "три"]);
    gate.wait_for_a_handler().await;
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    app.cancel();
    app.logs.wait_for("polling_stopped").await;
    gate.open();
    app.stop().await;
    assert_eq!(alice.next_message().await.text, "готово");

    let next = Router::new().text(async || "я здесь");
    let next = world.app(next).start().await;
    for _ in 0..2 {
        assert_eq!(alice.next_message().await.text, "я здесь");
    }
    next.stop().await;
}

#[tokio::test]
async fn updates_not_begun_go_to_another_service_that_runs_already() {
    let world = World::new().await;
    let gate = Gate::new();
    let app = world.app(gate.router()).start().await;
    let guests: Vec<_> = (0..12).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says_many(["раз", "два"]);
    }
    gate.wait_for_a_handler().await;
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    let next = Router::new().text(async || "я здесь");
    let next = world.app(next).start().await;
    app.cancel();
    // No more than one of each guest was begun.
    guests.iter().for_each(|_| gate.open());
    app.stop().await;
    for guest in &guests {
        guest.next_message().await;
        guest.next_message().await;
    }
    next.stop().await;
}

#[tokio::test]
async fn what_outlasts_the_grace_is_abandoned_with_a_warning_and_delivered_again() {
    let world = World::new().await;
    let service = || world.service().set("DELIVERY__SHUTDOWN_GRACE_MS", "200");
    let first = service().start().await;
    stuck_in_sending(&world, &first).await;
    first.ends_with(0).await;
    let warning = "grace_over";
    assert_eq!(first.logs.of(warning)[0]["grace_ms"], 200);
    for step in ["database_closed", "nats_closed"] {
        assert_eq!(first.logs.of(step).len(), 1, "{step}");
    }

    world.tg.clear_faults();
    let _next = service().start().await;
    let answered = |tg: &Emulator| {
        tg.calls_of("sendMessage")
            .last()
            .is_some_and(|c| c.status == 200)
    };
    world.tg.wait_until(answered).await;
}

#[tokio::test]
async fn a_handler_abandoned_in_its_transaction_leaves_nothing_in_the_database() {
    let world = World::new().await;
    let gate = Gate::new();
    let seen = gate.clone();
    let router = Router::new().text(move |db: DbSession| {
        let gate = seen.clone();
        async move {
            let mut connection = db.conn().await?;
            let query = "UPDATE users SET fullname = 'призрак'";
            diesel_async::RunQueryDsl::execute(diesel::sql_query(query), &mut *connection).await?;
            gate.0.0.add_permits(1);
            std::future::pending::<()>().await;
            ostankino::Result::<()>::Ok(())
        }
    });
    let impatient = |config: &mut ostankino::Config| config.delivery.shutdown_grace_ms = 1;
    let app = world.app(router).config(impatient).start().await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    gate.wait_for_a_handler().await;
    app.stop().await;
    assert_eq!(world.open_transactions().await, 0);
    let row = world.user(alice.id()).await.expect("tracked before");
    assert_eq!(row.fullname, "Алиса");
}
