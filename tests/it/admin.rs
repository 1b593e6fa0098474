//! The admin page, from outside: who gets in, what is refused, what happens to users and letters, and what the audit knows of it.

mod acting;
mod actions;
mod entering;
mod looking;
mod mailing;
mod maintenance;
mod ordered;
mod showing;

use ostankino::Router;
use ostankino_test::AppSetup;
use telegram_emulator::Person;

use crate::support::{
    Service, World,
    panel::{ORIGIN, Panel, with_panel},
};

/// A process with the page, and its only owner.
async fn owned(world: &World) -> (Person, Service, Panel) {
    let boss = world.tg.person("Ольга");
    let service = with_panel(world.service(), [&[&boss], &[], &[]]);
    let service = service.start().await;
    let panel = Panel::of(&service.logs).await;
    (boss, service, panel)
}

/// A bot with these routes and the page, for these owners, operators and viewers.
fn with_page(world: &World, router: Router, roles: [&[&Person]; 3]) -> AppSetup {
    let ids = |people: &[&Person]| people.iter().map(|person| person.id()).collect();
    let [owners, operators, viewers] = roles.map(ids);
    world.app(router).config(move |config| {
        config.delivery.handler_timeout_ms = 60_000;
        config.web.listen = "127.0.0.1:0".into();
        config.web.admin = true;
        config.admin.url = ORIGIN.into();
        config.admin.owners = owners;
        config.admin.operators = operators;
        config.admin.viewers = viewers;
    })
}

/// What the audit knows, the oldest first: who did what to whom, and what came of it.
async fn audit(world: &World) -> Vec<(Option<i64>, String, Option<i64>, String)> {
    let rows = world
        .database()
        .await
        .query(
            "SELECT admin_id, action, target_id, outcome FROM admin_audit ORDER BY id",
            &[],
        )
        .await
        .expect("the table is there");
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect()
}
