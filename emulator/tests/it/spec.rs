//! What the emulator knows of the Bot API, beside what its documentation tells.

use serde_json::json;

use crate::support::{spec, start};

#[tokio::test]
async fn every_method_is_answered_or_named_as_not_known() {
    let (_tg, bot) = start().await;
    let mut unknown = vec![];
    for method in spec::methods().keys() {
        let reply = bot.call(method, json!({})).await;
        match reply.status {
            200 | 400 => {}
            501 => {
                let text = format!(
                    "Not Implemented: telegram-emulator does not know the method {method} yet"
                );
                assert_eq!(reply.description(), text);
                unknown.push(method.as_str());
            }
            other => panic!("{method} is answered with {other}: {}", reply.body),
        }
    }
    let readme = include_str!("../../README.md");
    let table = readme
        .split("## What still answers 501")
        .nth(1)
        .unwrap_or("");
    let table = table.split("\n## ").next().unwrap_or("");
    let told: Vec<&str> = table
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| spec::methods().contains_key(*word))
        .collect();
    let mut sorted = told.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted, unknown,
        "the README's table of what still answers 501"
    );
}
