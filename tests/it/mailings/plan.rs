//! How PostgreSQL finds the next recipients of a mailing, by its own account of the statements that it was sent.

use std::fs;

use diesel::{QueryDsl, TextExpressionMethods};
use ostankino::{
    CommandArgs, Reply, Result, Router,
    db::schema::users,
    mailings::{Audience, Mail, Mailings, NewMailing},
};
use ostankino_test::{AppSetup, wait_until};
use serde_json::Value;

use super::says;
use crate::support::{World, servers::Postgres};

/// Enough that reading all of them is dear.
const USERS: i64 = 200_000;

/// One of the last ones.
const NEARLY_THE_LAST: i64 = USERS - 20;

/// Has each session tell the plans of its statements.
const EXPLAIN: &str = "ALTER DATABASE ostankino SET session_preload_libraries = 'auto_explain';
     ALTER DATABASE ostankino SET auto_explain.log_min_duration = 0;
     ALTER DATABASE ostankino SET auto_explain.log_format = 'json'";

/// A bot with mailings to everybody, to a few, and to the rest of those who tried its variants.
fn bot(world: &World) -> AppSetup {
    let declared = Mailings::new()
        .segment("old", |users, _| users.filter(users::fullname.like("%7")))
        .category("offers");
    let create = async |mail: Mail, CommandArgs(words): CommandArgs| -> Result<String> {
        let new = NewMailing::of(&*words, Reply::text("Новости"))?
            .key(&*words)
            .per_second(1.0)
            // The cursor is put where it is to be before.
            .at(mail
                .now()
                .checked_add(std::time::Duration::from_secs(3_600))?);
        let few = Audience::active().segment("old").languages(["de", "pt"]);
        let new = match words.starts_with("few") {
            true => new.to(few).category("offers"),
            false => new,
        };
        Ok(format!("№ {}", mail.create(new).await?))
    };
    world
        .app(Router::new().command("mail", create))
        .with(|app| app.mailings(declared))
}

#[tokio::test]
async fn a_claim_walks_from_the_cursor_however_large_the_table_is() {
    let (world, postgres) = World::with_postgres().await;
    // The tables are there once a bot ran.
    bot(&world).start().await.stop().await;
    let database = world.database().await;
    let fill = format!(
        "INSERT INTO users (id, fullname, language, is_active, created_at) SELECT n, 'User ' || n, \
         (ARRAY['ru', 'en', 'de', 'pt-BR', 'uk'])[n % 5 + 1], n % 3 > 0, now() FROM generate_series(1, {USERS}) n;
         INSERT INTO opt_outs SELECT n, 'offers' FROM generate_series(1, {USERS}, 4) n"
    );
    for sql in [
        &*fill,
        "VACUUM ANALYZE users",
        "VACUUM ANALYZE opt_outs",
        EXPLAIN,
    ] {
        database.batch_execute(sql).await.expect("it is prepared");
    }
    // The more are claimed at once, the rather all are read and sorted.
    let app = bot(&world).config(|config| config.limits.calls_per_s = 4_000);
    let app = app.start().await;
    let admin = world.tg.person("Админ");
    for (number, words) in [
        (1, "all"),
        (2, "all, from the end"),
        (3, "few"),
        (4, "few, from the end"),
        (5, "the rest"),
        (6, "the rest, from the end"),
    ] {
        let told = says(&admin, &format!("/mail {words}")).await;
        assert_eq!(told, format!("№ {number}"));
    }
    // Two of five tried what the last two say.
    let try_out = format!(
        "UPDATE mailings SET stage = 2 WHERE id > 4;
         INSERT INTO mailing_sends (mailing_id, user_id, state) SELECT m, n, 'sent'
         FROM generate_series(1, {USERS}) n, generate_series(5, 6) m WHERE n % 5 < 2"
    );
    let begin = format!(
        "UPDATE mailings SET cursor_id = CASE id % 2 WHEN 0 THEN {NEARLY_THE_LAST} ELSE 0 END, run_at = created_at"
    );
    for sql in [&*try_out, "VACUUM ANALYZE mailing_sends", &*begin] {
        database.batch_execute(sql).await.expect("they begin");
    }
    // Nobody has talked to the bot: who was written to by one of them is none of the next one's.
    wait_until("all have claimed", async || {
        world
            .count("FROM mailings WHERE claimed > 0 OR is_through")
            .await
            == 6
    })
    .await;
    app.stop().await;

    let plans: Vec<_> = plans(&postgres)
        .into_iter()
        .filter(finds_recipients)
        .collect();
    let from = |cursor: i64| {
        let is_from = |plan: &&Value| {
            plan.to_string()
                .contains(&format!("(id > '{cursor}'::bigint)"))
        };
        plans.iter().filter(is_from).count()
    };
    assert!(from(0) >= 3 && from(NEARLY_THE_LAST) >= 3, "{plans:#?}");
    for plan in &plans {
        let nodes = nodes(&plan["Plan"]);
        let of = |kind: &str| {
            nodes
                .iter()
                .filter(|node| node["Node Type"] == kind)
                .count()
        };
        let claimed: Vec<_> = nodes
            .iter()
            .filter(|node| node["Relation Name"] == "mailing_sends")
            .collect();
        // Who tried the variants on a page of users is sorted, and nobody else.
        let sort = if claimed.is_empty() { "Sort" } else { "" };
        for kind in [
            "Seq Scan",
            sort,
            "Incremental Sort",
            "Bitmap Heap Scan",
            "Hash",
            "Gather",
        ] {
            assert_eq!(of(kind), 0, "{kind}: {plan:#}");
        }
        let of_users: Vec<_> = nodes
            .iter()
            .filter(|node| node["Relation Name"] == "users")
            .collect();
        let [walk] = *of_users else {
            panic!("{plan:#}");
        };
        let is_from_cursor = walk["Index Cond"]
            .as_str()
            .is_some_and(|cond| cond.contains("(id > "));
        assert!(is_from_cursor, "{plan:#}");
        for node in &claimed {
            let cond = node["Index Cond"].as_str().unwrap_or_default();
            let of_page = ["mailing_id = ", "user_id > ", "user_id <= "];
            assert!(of_page.iter().all(|part| cond.contains(part)), "{plan:#}");
        }
        let refused = nodes
            .iter()
            .filter(|node| node["Relation Name"] == "opt_outs");
        for node in refused {
            let cond = node["Index Cond"].as_str().unwrap_or_default();
            assert!(cond.contains("user_id"), "{plan:#}");
        }
    }
}

/// The statement that claims are about, not those that look the users of a list up.
fn finds_recipients(plan: &Value) -> bool {
    let text = plan["Query Text"].as_str().unwrap_or_default();
    text.contains("\"users\".\"fullname\"") && text.contains("ORDER BY \"users\".\"id\"")
}

/// Those that the server has told so far.
fn plans(postgres: &Postgres) -> Vec<Value> {
    let log = fs::read_to_string(postgres.folder().join("log")).expect("its log");
    let told = log.split("  plan:\n").skip(1);
    told.map(|rest| {
        // The lines that go on begin with a tab.
        let lines = rest.lines().map_while(|line| line.strip_prefix('\t'));
        let json: String = lines.collect();
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
    })
    .collect()
}

/// A plan's nodes, at all depths.
fn nodes(plan: &Value) -> Vec<&Value> {
    let below = plan["Plans"].as_array().into_iter().flatten();
    [plan].into_iter().chain(below.flat_map(nodes)).collect()
}
