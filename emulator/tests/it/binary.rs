//! The program: one line when it is up, and a clean end.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telegram-emulator"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn it_says_one_line_and_ends_cleanly_when_terminated() {
    for signal in ["-TERM", "-INT"] {
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

        Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
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
