//! The menu of commands, in each language of the bot.

use ostankino::Router;
use ostankino_demo::Texts;
use serde_json::{Value, json};

use super::setup;
use crate::support::World;

#[tokio::test]
async fn the_menu_is_described_in_each_language() {
    let world = World::new().await;
    let inner = Router::new()
        .command("help", || async { "" })
        .in_menu(Texts::cmd_help);
    let routes = Router::new()
        .command("start", || async { "" })
        .in_menu(Texts::cmd_start)
        .command("hidden", || async { "" })
        .merge(inner);
    let app = setup(&world, routes).start().await;
    let set = |record: &Value| record["event"] == "menu_set" && record["language"] == "en";
    app.logs.wait_until("the menu in English", set).await;
    let line =
        |command: &str, description: &str| json!({"command": command, "description": description});
    assert_eq!(
        world.tg.commands(""),
        json!([line("start", "Начать"), line("help", "Что умеет бот")])
    );
    assert_eq!(
        world.tg.commands("en"),
        json!([line("start", "Begin"), line("help", "What the bot can do")])
    );
}

#[test]
#[should_panic(expected = "`in_menu` stands right behind the `command` that it describes")]
fn what_is_no_command_has_no_place_in_the_menu() {
    let _ = Router::new().text(|| async { "" }).in_menu(Texts::cmd_help);
}

#[test]
fn texts_that_an_app_was_not_given_are_missed_when_it_is_built() {
    let routes = Router::new().command("start", |t: Texts| async move { t.hello_stranger() });
    let needs: Vec<_> = routes.needs().collect();
    let [(route, need)] = needs.as_slice() else {
        panic!("one need, not {needs:?}");
    };
    assert_eq!((*route, need.given_by()), ("/start", "AppBuilder::texts"));
    assert!(need.to_string().ends_with("::Texts"), "{need}");
}
