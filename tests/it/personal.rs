//! What is kept of a person: handed out whole, and erased from every store, in the order of what that person does.

use async_nats::jetstream::stream::Stream;
use futures_util::TryStreamExt;
use ostankino::{DbSession, Result, Router, User};
use ostankino_test::wait_until;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::World;

/// Whether that number stands somewhere in a text, not within another one.
fn names(text: &str, id: i64) -> bool {
    let id = id.to_string();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(&id).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + id.len()..]);
        !is_digit(before.chars().next_back()) && !is_digit(after.chars().next())
    })
}

/// Where something of a user is left: tables, and subjects of streams.
async fn left(world: &World, user: i64) -> Vec<String> {
    let database = world.database().await;
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let mut left = Vec::new();
    for row in database.query(tables, &[]).await.expect("tables") {
        let table: String = row.get(0);
        let count = format!(r#"SELECT count(*) FROM "{table}" AS t WHERE t::text ~ '\m{user}\M'"#);
        let count: i64 = database
            .query_one(&count, &[])
            .await
            .expect("a count")
            .get(0);
        if count > 0 {
            left.push(table);
        }
    }
    let jetstream = world.jetstream().await;
    let streams: Vec<String> = jetstream
        .stream_names()
        .try_collect()
        .await
        .expect("streams");
    let of_world = streams.iter().filter(|name| name.contains(&world.prefix));
    for name in of_world {
        let stream = jetstream.get_stream(name).await.expect("a stream");
        left.extend(left_in(&stream, user).await);
    }
    left
}

async fn left_in(stream: &Stream, user: i64) -> Vec<String> {
    let state = stream.get_info().await.expect("its state").state;
    let mut left = Vec::new();
    for sequence in state.first_sequence..=state.last_sequence {
        let Ok(message) = stream.get_raw_message(sequence).await else {
            continue;
        };
        let text = String::from_utf8_lossy(&message.payload);
        if names(&text, user) || names(&message.subject, user) {
            left.push(message.subject.to_string());
        }
    }
    left
}

/// Puts something of that user into every table that the bot does not fill by itself here, and a letter of his.
async fn fill(world: &World, user: i64) {
    let database = world.database().await;
    let bot = world.tg.bot_id();
    for statement in [
        format!("INSERT INTO profiles (user_id, name, age) VALUES ({user}, 'Анна', 30)"),
        format!("INSERT INTO opt_outs (user_id, category) VALUES ({user}, 'news')"),
        format!("INSERT INTO chats (bot_id, id, locale) VALUES ({bot}, {user}, 'en')"),
        format!(
            "INSERT INTO noted_messages (bot_id, chat_id, name, message_id) VALUES ({bot}, {user}, 'menu', 1)"
        ),
        format!("INSERT INTO album_parts VALUES ({bot}, {user}, 'a', 1, '{{}}', now())"),
        format!(
            "INSERT INTO owed_calls (bot_id, update_id, number, place, slot, kind, is_must, calls, created_at, next_at) \
             VALUES ({bot}, {user}, 0, {user}, 0, 'deferred', FALSE, '[]', now(), now() + interval '1 day')"
        ),
        format!(
            "INSERT INTO jobs (bot_id, id, once_key, name, owner, whose, chat_id, draft_id, data, per_user, max_attempts) \
             VALUES ({bot}, -{user}, '{user}', 'unknown', {user}, '{{}}', {user}, 1, '{{}}', 1, 1)"
        ),
        format!(
            "INSERT INTO mailings (bot_id, key, title, author_id, state, audience, content, run_at, created_at, claimed) \
             VALUES ({bot}, 'k{user}x', 'Новости', {user}, 'paused', '{{}}', '{{}}', now(), now(), 1)"
        ),
        format!(
            "INSERT INTO admin_audit (bot_id, at, admin_id, action, target_id, outcome) \
             VALUES ({bot}, now(), {user}, 'login', NULL, 'done'), ({bot}, now(), 1, 'reset', {user}, 'done')"
        ),
        format!(
            "INSERT INTO admin_links VALUES ('l{user}', {bot}, {user}, now()); \
             INSERT INTO admin_sessions VALUES ('s{user}', {bot}, {user}, now(), now())"
        ),
        format!(
            "INSERT INTO mailing_sends (mailing_id, user_id, state, next_at) \
             SELECT max(id), {user}, 'queued', now() FROM mailings"
        ),
        format!(
            "INSERT INTO mailing_clicks (mailing_id, user_id, button) SELECT max(id), {user}, 0 FROM mailings"
        ),
    ] {
        database.batch_execute(&statement).await.expect(&statement);
    }
    let letter = json!({"update_id": 900, "message": {"message_id": 1, "date": 1, "text": "тайна",
        "chat": {"id": user, "type": "private"}, "from": {"id": user, "is_bot": false, "first_name": "А"}}});
    let subject = format!("{}.dead.{bot}", world.prefix);
    let jetstream = world.jetstream().await;
    let stored = jetstream.publish(subject, letter.to_string().into());
    stored.await.expect("sent").await.expect("stored");
}

#[tokio::test]
async fn a_user_is_exported_and_erased_from_every_store_and_may_come_again() {
    let world = World::new().await;
    let service = world.service().start().await;
    let (alice, bob) = (world.tg.person("Алиса"), world.tg.person("Боб"));
    for person in [&alice, &bob] {
        person.says("/remind 15m чай");
        person.next_message().await;
        person.says("/form");
        person.next_message().await;
        fill(&world, person.id()).await;
    }
    world.queue_is_empty().await;

    let told = world
        .service()
        .run(&format!("users export {}", alice.id()))
        .await;
    assert_eq!(told.code, 0, "{told:?}");
    let all: Value = serde_json::from_str(&told.stdout).expect("JSON");
    assert_eq!(all["users"][0]["fullname"], "Алиса");
    assert_eq!(all["profile"], json!({"name": "Анна", "age": 30}));
    assert!(
        all["timers"][0]["data"]
            .as_str()
            .is_some_and(|data| data.contains("чай")),
        "{all}"
    );
    assert!(
        all["dialogues"]
            .as_object()
            .is_some_and(|all| !all.is_empty()),
        "{all}"
    );
    assert_eq!(all["dead_letters"][0]["update"]["message"]["text"], "тайна");
    for table in [
        "jobs",
        "owed_calls",
        "noted_messages",
        "album_parts",
        "chats",
        "mailing_clicks",
        "mailing_sends",
        "opt_outs",
        "admin_links",
        "admin_sessions",
        "admin_audit",
    ] {
        let rows = all[table].as_array();
        assert!(rows.is_some_and(|rows| !rows.is_empty()), "{table}: {all}");
    }
    assert!(!names(&told.stdout, bob.id()), "nothing of others");

    assert!(
        left(&world, alice.id()).await.len() > 10,
        "there is something to erase"
    );
    let told = world
        .service()
        .run(&format!("users erase {}", alice.id()))
        .await;
    assert_eq!(
        (told.code, told.stdout),
        (0, format!("{}: erased\n", alice.id()))
    );
    service.logs.wait_for("user_erased").await;
    // What tells of the event itself goes when its batch is done.
    world.queue_is_empty().await;
    let of_alice = left(&world, alice.id()).await;
    assert_eq!(of_alice, Vec::<String>::new());
    assert!(
        left(&world, bob.id()).await.len() > 10,
        "others keep theirs"
    );
    let database = world.database().await;
    let counts = database.query_one(
        "SELECT claimed, skipped, author_id FROM mailings ORDER BY id LIMIT 1",
        &[],
    );
    let counts = counts.await.expect("the mailing");
    assert_eq!(
        (counts.get(0), counts.get(1), counts.get(2)),
        (1_i64, 1_i64, None::<i64>)
    );

    alice.says("/start");
    alice.next_message().await;
    assert!(world.user(alice.id()).await.is_some());
    // It comes a second time, and finds whatever there is by then.
    let told = world
        .service()
        .run(&format!("users erase {}", alice.id()))
        .await;
    assert_eq!(told.code, 0, "{told:?}");
    assert!(world.user(alice.id()).await.is_none());
    service.stop().await;
}

#[tokio::test]
async fn what_the_bot_owes_is_in_the_way_of_erasing() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    let (bot, user) = (world.tg.bot_id(), alice.id());
    let owed = format!(
        "INSERT INTO owed_calls (bot_id, update_id, number, place, slot, kind, is_must, calls, created_at, next_at) \
         VALUES ({bot}, 1, 0, {user}, 0, 'must', TRUE, '[]', now(), now() + interval '1 day')"
    );
    world
        .database()
        .await
        .batch_execute(&owed)
        .await
        .expect("a row");
    let told = world.service().run(&format!("users erase {user}")).await;
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.stderr.contains("owed list"), "{told:?}");
    assert!(world.user(user).await.is_some());
    service.stop().await;
}

#[tokio::test]
async fn a_handler_that_is_under_way_writes_before_and_not_after() {
    let world = World::new().await;
    let (release, released) = watch::channel(false);
    let (begun, has_begun) = watch::channel(false);
    let note = move |user: User, db: DbSession| {
        let (mut released, begun) = (released.clone(), begun.clone());
        async move {
            begun.send_replace(true);
            let _ = released.wait_for(|is_released| *is_released).await;
            let note = format!("INSERT INTO notes VALUES ({})", user.id);
            diesel_async::RunQueryDsl::execute(diesel::sql_query(note), &mut *db.conn().await?)
                .await?;
            Ok::<_, ostankino::Error>("записано")
        }
    };
    async fn export(_: i64, _: DbSession) -> Result<Value> {
        Ok(Value::Null)
    }
    async fn erase(user: i64, db: DbSession) -> Result<()> {
        let delete = format!("DELETE FROM notes WHERE user_id = {user}");
        diesel_async::RunQueryDsl::execute(diesel::sql_query(delete), &mut *db.conn().await?)
            .await?;
        Ok(())
    }
    let database = world.database().await;
    let table = "CREATE TABLE notes (user_id BIGINT NOT NULL)";
    database.batch_execute(table).await.expect("a table");
    let routes = Router::new().command("note", note);
    let app = world
        .app(routes)
        .config(|config| config.delivery.handler_timeout_ms = 60_000)
        .with(|app| app.personal_data("notes", export, erase));
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/note");
    let mut has_begun = has_begun;
    has_begun.wait_for(|begun| *begun).await.expect("it begins");
    let command = format!("users erase {}", alice.id());
    let service = world.service();
    let erasing = tokio::spawn(async move { service.run(&command).await });
    // The event waits behind the handler: it was fired, and nothing is erased.
    let fired = async || {
        let fired = "SELECT count(*) FROM timers WHERE fired_at IS NOT NULL";
        database
            .query_one(fired, &[])
            .await
            .expect("a count")
            .get::<_, i64>(0)
            == 1
    };
    wait_until("the event is on its way", fired).await;
    assert!(world.user(alice.id()).await.is_some());
    release.send_replace(true);
    assert_eq!(alice.next_message().await.text, "записано");
    let told = erasing.await.expect("not cancelled");
    assert_eq!(told.code, 0, "{told:?}");
    let left: i64 = database
        .query_one("SELECT count(*) FROM notes", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(left, 0);
    assert!(world.user(alice.id()).await.is_none());
    app.stop().await;
}
