//! What a world does for a test, and shows of it when it fails.

use std::{env, process::Command};

use ostankino::{App, Error, Router, Text};
use ostankino_test::World;

/// Runs an ignored test of this file as a process; gives what it printed.
fn failure_of(test: &str, without: &[&str]) -> String {
    let mut program = Command::new(env::current_exe().expect("this program has a path"));
    program.args(["--ignored", "--exact", test]);
    for name in without {
        program.env_remove(name);
    }
    let output = program.output().expect("it runs");
    assert!(!output.status.success(), "it fails");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn echo(Text(text): Text) -> impl Future<Output = String> {
    std::future::ready(text)
}

#[tokio::test]
#[ignore = "it fails, so that another test sees how"]
async fn it_fails_although_the_bot_answers() {
    let world = World::new().await;
    let bot = world.start(|config| App::builder(config).router(Router::new().text(echo)));
    let bot = bot.await;
    let alice = world.person("Алиса");
    alice.says("раз");
    alice.next_message().await;
    world.queue_is_empty().await;
    bot.stop().await;
    assert_eq!(alice.messages().len(), 2);
}

#[test]
fn a_test_that_fails_shows_the_log_of_its_bot_though_that_was_stopped() {
    let told = failure_of("it_fails_although_the_bot_answers", &[]);
    for part in [
        "the log of bot 1",
        "INFO  the bot is running",
        "route=\"text\"",
    ] {
        assert!(told.contains(part), "no {part}: {told}");
    }
}

#[test]
fn without_servers_a_test_says_how_to_get_them() {
    let variables = ["OSTANKINO__DATABASE__URL", "OSTANKINO__NATS__URLS"];
    for name in variables {
        let told = failure_of("it_fails_although_the_bot_answers", &[name]);
        let says = format!("{name} is not set: a `World` needs real servers");
        assert!(
            told.contains(&says) && told.contains("docker run"),
            "{told}"
        );
    }
}

#[tokio::test]
#[ignore = "it fails, so that another test sees how"]
async fn its_bot_cannot_run() {
    let world = World::new().await;
    let fails = |_| async { Err(Error::message("no tea")) };
    world
        .start(move |config| App::builder(config).on_start(fails))
        .await;
}

#[test]
fn a_bot_that_cannot_run_fails_the_test_at_once() {
    let told = failure_of("its_bot_cannot_run", &[]);
    assert!(
        told.contains("the bot cannot run") && told.contains("no tea"),
        "{told}"
    );
}

#[tokio::test]
async fn two_copies_of_a_bot_and_their_database_are_the_tests_own() {
    let world = World::new().await;
    let setup = || world.app(|config| App::builder(config).router(Router::new().text(echo)));
    let first = setup().start().await;
    let second = setup()
        .config(|config| config.database.pool_size = 1)
        .threads(1);
    let second = second.start().await;
    let alice = world.person("Алиса");
    alice.says("раз");
    assert_eq!(alice.next_message().await.text, "раз");
    first.stop().await;
    alice.says("два");
    assert_eq!(alice.next_message().await.text, "два");
    assert_eq!(world.count("FROM users").await, 1);
    second.stop().await;
}
