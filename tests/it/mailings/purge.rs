//! Mailings that were over long ago are forgotten.

use ostankino::{Router, mailings::Mailings};
use ostankino_test::{AppSetup, wait_until};

use crate::support::World;

/// Of how many recipients each mailing tells: more than are forgotten at once.
const RECIPIENTS: i64 = 2_500;

fn bot(world: &World) -> AppSetup {
    let app = world.app(Router::new());
    let app = app.with(|app| app.mailings(Mailings::new()));
    app.config(|config| config.mailings.kept_days = 30)
}

#[tokio::test]
async fn mailings_that_are_over_are_forgotten_with_their_recipients_and_open_ones_stay() {
    let world = World::new().await;
    // The tables are there once a bot ran.
    bot(&world).start().await.stop().await;
    // The first two are old enough, the third is not, and the others are not over, however old they are.
    let rows = format!(
        "INSERT INTO mailings (bot_id, key, title, state, audience, content, run_at, created_at, started_at, ended_at)
         SELECT 1, key, key, state, '{{}}', '{{\"what\": {{\"calls\": []}}}}', run_at, run_at, run_at, ended_at FROM (VALUES
             ('done', now() - interval '90 d', now() - interval '31 d'),
             ('cancelled', now() - interval '90 d', now() - interval '40 d'),
             ('done', now() - interval '90 d', now() - interval '29 d'),
             ('paused', now() - interval '90 d', NULL),
             ('halted', now() - interval '90 d', NULL),
             ('scheduled', now() + interval '90 d', NULL)) AS t (state, run_at, ended_at),
         LATERAL (SELECT state || coalesce(ended_at::text, '') AS key) AS k;
         INSERT INTO mailing_sends (mailing_id, user_id, state) SELECT m.id, n, 'sent'
         FROM mailings AS m, generate_series(1, {RECIPIENTS}) AS n;
         INSERT INTO mailing_clicks (mailing_id, user_id, button) SELECT m.id, n, 0
         FROM mailings AS m, generate_series(1, {RECIPIENTS}) AS n"
    );
    let database = world.database().await;
    database.batch_execute(&rows).await.expect("they are there");

    let app = bot(&world).start().await;
    wait_until("the old ones are gone", async || {
        world.count("FROM mailings").await == 4
    })
    .await;
    let record = app.logs.wait_for("purged").await;
    assert_eq!(record["table"], "mailings");
    assert_eq!(record["rows"], 2 * (2 * RECIPIENTS + 1));
    for table in ["mailing_sends", "mailing_clicks"] {
        assert_eq!(
            world.count(&format!("FROM {table}")).await,
            4 * RECIPIENTS,
            "{table}"
        );
        let orphans = format!("FROM {table} WHERE mailing_id NOT IN (SELECT id FROM mailings)");
        assert_eq!(world.count(&orphans).await, 0, "{table}");
    }
    let stay = "FROM mailings WHERE ended_at IS NULL OR ended_at > now() - interval '30 d'";
    assert_eq!(world.count(stay).await, 4);
    app.stop().await;
}
