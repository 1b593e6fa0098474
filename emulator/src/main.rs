//! `telegram-emulator`: the emulator as a program, with a person to talk as and a page to talk on.

use std::{io::IsTerminal, net::IpAddr, process::ExitCode};

use telegram_emulator::{Builder, Emulator, Latency};
use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;

const USAGE: &str = "\
A local Telegram Bot API server, and a page on which to talk to the bot.

Usage: telegram-emulator [--port N] [--host ADDRESS] [--token TOKEN] [--username NAME]
                         [--data FILE] [--flood-control] [--latency MS] [--keep-messages N]
                         [--allow-host NAME] [--bot USERNAME=TOKEN] [--local FOLDER]

  --port N          the port to listen on (8081)
  --host ADDRESS    the address to listen on (127.0.0.1)
  --token TOKEN     the bot's token (42:emulator)
  --username NAME   the bot's username, without @ (emulated_bot)
  --data FILE       keep the world in this file, and go on from it
  --flood-control   refuse with 429 what is more than Telegram allows
  --latency MS      how long every call takes on its way: 100, or 50-200
  --keep-messages N how many messages are kept, the newest ones (200000)
  --local FOLDER    as a local server: getFile gives paths of files in this folder
  --bot NAME=TOKEN  another bot in the same world, by its username and token
  --allow-host NAME a name of this machine by which pages may use the control API
";

#[tokio::main]
async fn main() -> ExitCode {
    // Standard output is for the one line below.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(Level::INFO)
        .init();
    let builder = match settings(std::env::args().skip(1)) {
        Ok(Some(builder)) => builder,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("telegram-emulator: {why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(builder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("telegram-emulator: cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(builder: Builder) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let tg = builder.start().await?;
    if tg.person_named("you").is_none() {
        let _you = tg.person("Вы").with_username("you");
    }
    let url = tg.url();
    println!(
        "Talk to @{} at {url}/ — its Bot API is {url}/bot<token>/<method>",
        tg.username()
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tg.stop().await;
    Ok(())
}

/// Reads the arguments; `None` when help is asked for.
fn settings(mut arguments: impl Iterator<Item = String>) -> Result<Option<Builder>, String> {
    let mut builder = Emulator::builder().port(8081).token("42:emulator");
    while let Some(argument) = arguments.next() {
        if argument == "--help" || argument == "-h" {
            return Ok(None);
        }
        if argument == "--flood-control" {
            builder = builder.flood_control(true);
            continue;
        }
        // Its value has an equals sign, too.
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, arguments.next()),
        };
        let value = value.ok_or_else(|| format!("{name} needs a value"))?;
        builder = match name.as_str() {
            "--port" => builder.port(value.parse().map_err(|_| format!("{value} is no port"))?),
            "--host" => builder.host(
                value
                    .parse::<IpAddr>()
                    .map_err(|_| format!("{value} is no IP address"))?,
            ),
            "--token" => builder.token(&value),
            "--username" => builder.username(&value),
            "--bot" => {
                let (username, token) = value
                    .split_once('=')
                    .ok_or_else(|| format!("{value} is not of the form USERNAME=TOKEN"))?;
                builder.other_bot(token, username)
            }
            "--data" => builder.data(value),
            "--local" => builder.local(value),
            "--allow-host" => builder.allow_host(&value),
            "--keep-messages" => {
                builder.keep_messages(value.parse().map_err(|_| format!("{value} is no number"))?)
            }
            "--latency" => builder.latency(value.parse::<Latency>()?),
            _ => return Err(format!("there is no option {name}")),
        };
    }
    Ok(Some(builder))
}

#[cfg(test)]
mod tests {
    use super::settings;

    fn read(arguments: &[&str]) -> Result<bool, String> {
        settings(arguments.iter().map(|argument| (*argument).to_owned()))
            .map(|builder| builder.is_some())
    }

    #[test]
    fn arguments_are_read_and_wrong_ones_are_named() {
        assert_eq!(
            read(&[
                "--port",
                "1",
                "--host=127.0.0.1",
                "--token",
                "1:A",
                "--username",
                "b",
                "--flood-control",
                "--latency=50-200"
            ]),
            Ok(true)
        );
        assert_eq!(read(&["--port", "1", "--help"]), Ok(false));
        assert_eq!(read(&["--port"]), Err("--port needs a value".to_owned()));
        assert_eq!(read(&["--port", "x"]), Err("x is no port".to_owned()));
        assert!(read(&["--latency", "x"]).is_err());
        assert_eq!(
            read(&["--colour", "red"]),
            Err("there is no option --colour".to_owned())
        );
    }
}
