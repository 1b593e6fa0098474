//! What a bot does beside its handlers: shared values, tasks, the start and the end, its own words for
//! failures, menus, commands.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
};

use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use ostankino::{
    App, Config, Context, Error, Result, Router, State, apology::tell, telegram::MenuScope,
};
use telegram_emulator::Emulator;

use crate::support::{World, servers::until};

/// Counts in a row of users, so that it is seen from outside.
async fn mark(context: &Context, id: i64) -> Result<()> {
    let session = context.database().session();
    let insert = format!("INSERT INTO users (id, fullname) VALUES ({id}, 'x')");
    diesel::sql_query(insert)
        .execute(&mut *session.conn().await?)
        .await?;
    session.commit().await
}

#[tokio::test]
async fn handlers_and_tasks_share_values_by_their_type() {
    let world = World::new().await;
    let (seen, price) = (Arc::new(Mutex::new(0)), 7_usize);
    let counted = seen.clone();
    let tell = |State(price): State<usize>, State(name): State<&'static str>| async move {
        format!("{name}: {price}")
    };
    let task = async move |context: Context| {
        *counted.lock().expect("whole") = context.state::<usize>()?;
        context.stopped().await;
        Ok(())
    };
    let app = world.app(Router::new().text(tell));
    let app = app.with(move |app| {
        app.state(1_usize)
            .state(price)
            .state("чай")
            .task("seen", task)
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("почём?");
    assert_eq!(alice.next_message().await.text, "чай: 7");
    assert_eq!(*seen.lock().expect("whole"), 7);
    app.stop().await;
}

#[tokio::test]
async fn a_value_that_the_app_does_not_have_is_named_before_it_starts() {
    let price = |State(price): State<u8>| async move { price.to_string() };
    let router = Router::new().command("price", price);
    let app = App::builder(Config::default()).state(7_u16).router(router);
    let panic = AssertUnwindSafe(app.build()).catch_unwind().await;
    let panic = panic.expect_err("it is not built");
    let says = panic.downcast_ref::<String>().expect("a formatted message");
    for part in ["`/price`", "`State<u8>`", "`AppBuilder::state`"] {
        assert!(says.contains(part), "{says}");
    }
}

#[tokio::test]
async fn a_layer_gives_a_value_to_all_it_wraps() {
    let world = World::new().await;
    let price = |State(price): State<u8>| async move { price.to_string() };
    let routes = Router::new()
        .command("tea", price)
        .layer(State(5_u8))
        .command("coffee", price);
    let app = world.app(routes).with(|app| app.layer(State(9_u8)));
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    for (says, hears) in [("/tea", "5"), ("/coffee", "9")] {
        alice.says(says);
        assert_eq!(alice.next_message().await.text, hears);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_task_that_ends_before_the_service_takes_it_along() {
    for (ends, says) in [
        (Ok(()), "it ended before it was told to"),
        (Err("нет связи"), "нет связи"),
    ] {
        let world = World::new().await;
        let task = async move |_: Context| ends.map_err(Error::message);
        let app = world
            .app(Router::new())
            .with(move |app| app.task("prices", task));
        let app = app.spawn();
        let logs = app.logs.clone();
        app.ended().await;
        let told = logs.of("cannot_run");
        assert_eq!(
            (&told[0]["task"], &told[0]["error"]),
            (&"prices".into(), &says.into())
        );
        assert_eq!(logs.of("database_closed").len(), 1, "in order");
    }
}

#[tokio::test]
async fn what_is_done_at_the_start_and_at_the_end_finds_the_database() {
    let world = World::new().await;
    let finishing = async |context: Context| {
        context.stopped().await;
        mark(&context, 2).await
    };
    let app = world.app(Router::new()).with(move |app| {
        app.on_start(async |context| mark(&context, 1).await)
            .task("finishing", finishing)
            .on_stop(async |_| panic!("of no matter to the others"))
            .on_stop(async |context| mark(&context, 3).await)
    });
    let app = app.start().await;
    assert_eq!(
        world.count("FROM users WHERE id = 1").await,
        1,
        "before it runs"
    );
    let logs = app.logs.clone();
    app.stop().await;
    assert_eq!(world.count("FROM users WHERE id IN (1, 2, 3)").await, 3);
    assert_eq!(logs.of("on_stop_failed").len(), 1);
    assert_eq!(logs.of("database_closed").len(), 1);
}

#[tokio::test]
async fn a_failure_at_the_start_ends_it_with_its_words() {
    let world = World::new().await;
    let app = world.app(Router::new());
    let app = app.with(|app| app.on_start(async |_| Err(Error::message("нет прайса"))));
    let app = app.spawn();
    let logs = app.logs.clone();
    app.ended().await;
    let told = logs.of("cannot_run");
    let error = told[0]["error"].as_str().expect("told");
    assert!(
        error.contains("at the start") && error.contains("нет прайса"),
        "{error}"
    );
}

#[tokio::test]
async fn a_session_of_a_task_is_undone_unless_it_is_committed() {
    let world = World::new().await;
    let task = async |context: Context| {
        let session = context.database().session();
        diesel::sql_query("INSERT INTO users (id, fullname) VALUES (1, 'x')")
            .execute(&mut *session.conn().await?)
            .await?;
        drop(session);
        let session = context.database().session();
        let failed = diesel::sql_query("INSERT INTO nowhere VALUES (1)")
            .execute(&mut *session.conn().await?)
            .await;
        assert!(failed.is_err());
        let committed = session.commit().await;
        assert!(committed.is_err(), "of what failed nothing is committed");
        mark(&context, 2).await?;
        context.stopped().await;
        Ok(())
    };
    let app = world
        .app(Router::new())
        .with(move |app| app.task("writes", task));
    let app = app.start().await;
    until("the last one is committed", async || {
        world.count("FROM users WHERE id = 2").await == 1
    })
    .await;
    assert_eq!(world.count("FROM users WHERE id = 1").await, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_bot_speaks_of_failures_in_its_own_words() {
    let world = World::new().await;
    let fail = async |text: ostankino::Text| -> Result<()> {
        match &*text {
            "тихо" => Err(Error::message("quiet")),
            "нельзя" => Err(Error::user("Нельзя.")),
            _ => Err(Error::message("loud")),
        }
    };
    let app = world.app(Router::new().text(fail)).with(|app| {
        app.on_error(|error, update| {
            (error.chain() != "quiet").then(|| tell(update, "Ой! Мы уже чиним."))
        })
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    for (said, answered) in [
        ("тихо", None),
        ("громко", Some("Ой! Мы уже чиним.")),
        ("нельзя", Some("Нельзя.")),
    ] {
        alice.says(said);
        if let Some(answered) = answered {
            assert_eq!(alice.next_message().await.text, answered);
        }
    }
    assert_eq!(
        app.logs.of("update_failed").len(),
        2,
        "silence is only towards people"
    );
    world.queue_is_empty().await;
    app.stop().await;
}

#[tokio::test]
async fn menus_are_set_for_chats_and_languages() {
    let world = World::new().await;
    let app = world.app(Router::new()).with(|app| {
        app.menu([("start", "Начать")])
            .menu_for(MenuScope::Everywhere, Some("en"), [("start", "Begin")])
            .menu_for(MenuScope::Groups, None, [("rules", "Правила")])
    });
    let app = app.start().await;
    let set = |tg: &Emulator| tg.calls_of("setMyCommands");
    until("all are set", async || set(&world.tg).len() == 3).await;
    let told: Vec<_> = set(&world.tg)
        .iter()
        .map(|call| {
            let of = |name: &str| call.params.get(name).cloned().unwrap_or_default();
            (
                of("scope")["type"].clone(),
                of("language_code"),
                of("commands")[0]["description"].clone(),
            )
        })
        .collect();
    let expected = [
        ("default".into(), serde_json::Value::Null, "Начать".into()),
        ("default".into(), "en".into(), "Begin".into()),
        (
            "all_group_chats".into(),
            serde_json::Value::Null,
            "Правила".into(),
        ),
    ];
    assert_eq!(told, expected);
    app.stop().await;
}

#[tokio::test]
async fn a_program_has_its_own_section_task_and_command() {
    let world = World::new().await;
    let example = || {
        world
            .example("beside_handlers")
            .set("GREETING__TEXT", "Привет")
    };
    let service = example().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, "Привет, Алиса! Вас уже 1.");
    let printed = example().run("greeted").await;
    assert_eq!(
        (printed.code, printed.stdout.trim()),
        (0, "1"),
        "{printed:?}"
    );
    let help = example().run("--help").await.stdout;
    for known in [
        "greeted",
        "Print how many people were greeted",
        "dead-letters",
    ] {
        assert!(help.contains(known), "{help}");
    }
    service.stop().await;

    let service = example().set("GREETINGS__TEXT", "x").spawn();
    service.ends_with(1).await;
    let told = service.logs.of("cannot_run");
    let error = told[0]["error"].as_str().expect("told");
    assert!(error.contains("GREETINGS__TEXT is unknown"), "{error}");
}
