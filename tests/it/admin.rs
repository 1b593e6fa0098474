//! The admin page, from outside: who gets in, what is refused, what happens to users and letters, and what the audit knows of it.

mod acting;
mod entering;
mod ordered;
mod showing;

use crate::support::World;

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
