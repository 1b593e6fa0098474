//! The program: one line when it is up, and a clean end.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use serde_json::json;

use crate::support::Bot;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telegram-emulator"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sends a signal by a builtin of the shell: no package must be installed for it.
fn signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id());
    let sent = Command::new("sh").args(["-c", &command]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn it_says_one_line_and_ends_cleanly_when_terminated() {
    for name in ["TERM", "INT"] {
        let mut child = program()
            .args(["--port", "0", "--token", "1:SECRET", "--username=our_bot"])
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(
            line.starts_with("Talk to @our_bot at http://127.0.0.1:"),
            "{line}"
        );

        signal(&child, name);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{:?}", ended.status);
        let logged = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(rest, "");
        assert!(!format!("{line}{logged}").contains("SECRET"));
    }
}

#[test]
fn it_explains_wrong_arguments() {
    let ended = program().args(["--colour", "red"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let logged = String::from_utf8(ended.stderr).unwrap();
    assert!(
        logged.contains("there is no option --colour") && logged.contains("Usage:"),
        "{logged}"
    );
}

/// Starts it with a data file; its process, and the URL it says.
fn with_data(file: &str) -> (Child, String) {
    let mut child = program()
        .args(["--port=0", "--data", file])
        .spawn()
        .unwrap();
    let url = first_line_url(&mut child);
    (child, url)
}

/// The URL that it says once it is up.
fn first_line_url(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http"));
    url.unwrap().trim_end_matches('/').to_owned()
}

#[tokio::test]
async fn it_goes_on_from_its_data_file() {
    let file =
        std::env::temp_dir().join(format!("telegram-emulator-{:016x}.db", fastrand::u64(..)));
    let file = file.to_str().unwrap();
    let (mut child, url) = with_data(file);
    let bot = Bot::at(&url, "42:emulator");
    let said = json!({"user": "you", "text": "привет"});
    bot.post_json(format!("{url}/control/say"), said)
        .await
        .result();
    let update = bot.only_update().await;
    signal(&child, "TERM");
    assert!(child.wait().unwrap().success());

    let (mut child, url) = with_data(file);
    let bot = Bot::at(&url, "42:emulator");
    assert_eq!(bot.only_update().await, update);
    let users = bot.text(format!("{url}/control/users")).await;
    assert_eq!(users.matches("first_name").count(), 1, "{users}");
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn kept_for_copies_of_a_service_it_ends_with_the_last_of_them() {
    let path = std::env::temp_dir().join(format!("telegram-emulator-{:016x}", fastrand::u64(..)));
    // What a process holds it lets go of when it ends, whatever ends it.
    let copy = || {
        let file = File::create(&path).unwrap();
        file.lock_shared().unwrap();
        file
    };
    let (first, second) = (copy(), copy());
    let keeper = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/emulator-keeper");
    let mut child = Command::new(keeper)
        .arg(&path)
        .arg(env!("CARGO_BIN_EXE_telegram-emulator"))
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = first_line_url(&mut child);
    let bot = Bot::at(&url, "42:emulator");

    drop(first);
    bot.call("getMe", json!({})).await.result();
    drop(second);
    let mut rest = String::new();
    let output = child.stdout.as_mut().unwrap();
    output.read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success());
    std::fs::remove_file(path).unwrap();
}
