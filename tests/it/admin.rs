//! The admin page, from outside: who gets in, what is refused, what happens to users and letters, and what the audit knows of it.

mod acting;
mod actions;
mod entering;
mod looking;
mod mailing;
mod maintenance;
mod ordered;
mod showing;

use telegram_emulator::Person;

use crate::support::{
    Service, World,
    panel::{Panel, with_panel},
};

/// A process with the page, and its only owner.
async fn owned(world: &World) -> (Person, Service, Panel) {
    let boss = world.tg.person("Ольга");
    let service = with_panel(world.service(), [&[&boss], &[], &[]]);
    let service = service.start().await;
    let panel = Panel::of(&service.logs).await;
    (boss, service, panel)
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
