//! `bot`: bots that are added while the processes run.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    process::ExitCode,
};

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    BotCommand, Failure, NewBot, connect,
    output::{line, or_dash, say},
    rows::{Rows, utc},
};
use crate::{
    Config,
    config::{BotConfig, bot_id},
    nats::Nats,
    registry::{self, AllBots, Registry, Row, Seal, Taken},
};

const ROWS: Rows<'static, Row, 7> = Rows {
    what: "bots that were added at run time",
    head: [
        "NAME",
        "BOT",
        "SCHEMA",
        "PARTITIONS",
        "INTAKE",
        "STATE",
        "SINCE",
    ],
    cells,
    object,
};

/// The most bytes that are looked at for a token.
const LARGEST: u64 = 4096;

/// `composed` fails where the program has no code for such bots.
pub(super) async fn run(
    config: &Config,
    command: BotCommand,
    composed: impl FnOnce() -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let no_key = || Failure::new("fleet.key is no key");
    let seal = Seal::of(&config.fleet).ok_or_else(no_key)?;
    let database = connect::database(&config.database).await?;
    let bots = AllBots::new(Registry::new(&database, config));
    let said = match command {
        BotCommand::List(form) => return ROWS.print(&bots.list().await?, form.json, None),
        BotCommand::Rekey => return rekey(&bots, &seal).await,
        BotCommand::Add(new) => {
            composed()?;
            add(config, &bots, new, &seal).await?
        }
        BotCommand::Start { name } => match bots.start(&name).await? {
            true => format!("{name}: started\n"),
            false => return Err(unknown(config, &name)),
        },
        BotCommand::Stop { name } => match bots.stop(&name).await? {
            true => format!("{name}: stopped, once it has done what it has in hand\n"),
            false if bots.find(&name).await?.is_some() => format!("{name}: was stopped already\n"),
            false => return Err(unknown(config, &name)),
        },
        BotCommand::Remove { name } => remove(config, &bots, &name).await?,
        BotCommand::Token { name, token_file } => {
            let found = bots.find(&name).await?;
            let row = found.ok_or_else(|| unknown(config, &name))?;
            rotate(config, &bots, &row, token_file.as_deref(), &seal).await?
        }
    };
    // Whoever reads it sees what was done, be it that nobody can be told of it.
    say(&said)?;
    tell(config).await;
    Ok(ExitCode::SUCCESS)
}

async fn add(config: &Config, bots: &AllBots, new: NewBot, seal: &Seal) -> Result<String, Failure> {
    let NewBot {
        name,
        schema,
        partitions,
        intake,
        token_file,
    } = new;
    let bot = BotConfig {
        token: token(token_file.as_deref())?,
        schema: schema.unwrap_or_default(),
        partitions,
        intake,
    };
    let bot = config.of_added(&name, &bot)?;
    bot.check_intake()?;
    let (id, schema) = (bot.telegram.bot_id(), &bot.database.schema);
    let Some(taken) = bots.add(&bot, intake, seal).await? else {
        return Ok(format!(
            "{name}: added as the bot {id}, with its tables in the schema {schema}\n"
        ));
    };
    Err(Failure::new(match taken {
        Taken::Name => format!(
            "there is a bot {name} already: choose another name, or give that one another token by `bot token {name}`"
        ),
        Taken::Bot(other) => {
            format!("the bot {id} is there already, as {other}: a bot cannot be added twice")
        }
        Taken::Schema(other) => {
            format!("the schema {schema} is that of {other}: choose another one by --schema")
        }
        Taken::Tables(owner) => format!(
            "the schema {schema} belongs to the bot {owner}, and this is the bot {id}: choose another one by --schema"
        ),
    }))
}

async fn remove(config: &Config, bots: &AllBots, name: &str) -> Result<String, Failure> {
    if let Some(row) = bots.remove(name).await? {
        return Ok(format!(
            "{name}: removed; its tables stay in the schema {schema}, and DROP SCHEMA {schema} CASCADE deletes them for good\n",
            schema = row.schema
        ));
    }
    match bots.find(name).await? {
        Some(_) => Err(Failure::new(format!(
            "{name} is not stopped: `bot stop {name}` first"
        ))),
        None => Err(unknown(config, name)),
    }
}

async fn rotate(
    config: &Config,
    bots: &AllBots,
    row: &Row,
    token_file: Option<&Path>,
    seal: &Seal,
) -> Result<String, Failure> {
    let token = token(token_file)?;
    let bot = BotConfig {
        token: token.clone(),
        schema: row.schema.clone(),
        partitions: row.partitions(),
        intake: None,
    };
    config.of_added(&row.name, &bot)?;
    let (name, id) = (&row.name, bot_id(&token));
    if id != row.id {
        return Err(Failure::new(format!(
            "the token is that of the bot {id}, and {name} is the bot {}: add that one by `bot add`",
            row.id
        )));
    }
    match bots.rotate(row, &token, seal).await? {
        true => Ok(format!("{name}: has another token\n")),
        false => Err(unknown(config, name)),
    }
}

async fn rekey(bots: &AllBots, seal: &Seal) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for row in bots.list().await? {
        let name = &row.name;
        match bots.rekey(&row, seal).await? {
            Some(true) => say(&format!("{name}: encrypted by fleet.key\n"))?,
            Some(false) => say(&format!("{name}: was encrypted by fleet.key already\n"))?,
            None => {
                code = ExitCode::FAILURE;
                eprintln!(
                    "{}: the token of {name} cannot be decrypted, by fleet.key or by fleet.previous_key: give it its token again by `bot token {name}`",
                    super::name()
                );
            }
        }
    }
    Ok(code)
}

/// Reads a token, from that file or else from standard input.
fn token(file: Option<&Path>) -> Result<SecretString, Failure> {
    let read = |source: &mut dyn Read| {
        let mut text = String::new();
        let mut source = BufReader::new(source.take(LARGEST));
        source.read_line(&mut text).map(|_| text)
    };
    let read = match file {
        Some(path) => File::open(path).and_then(|mut file| read(&mut file)),
        None => read(&mut io::stdin().lock()),
    };
    let from = || match file {
        Some(path) => format!("the file {}", path.display()),
        None => "standard input".into(),
    };
    let text = read
        .map_err(|error| Failure::new(format!("no token can be read from {}: {error}", from())))?;
    let token = text.trim();
    if token.is_empty() {
        return Err(Failure::new(format!(
            "there is no token in {}: write it there, as in `bot add NAME < file`, or name its file by --token-file",
            from()
        )));
    }
    Ok(token.to_owned().into())
}

/// Tells the processes that the table changed; without that they see it at their next look.
async fn tell(config: &Config) {
    match Nats::connect(&config.nats).await {
        Ok(nats) => {
            registry::wake(&nats, config).tell().await;
            nats.close().await;
        }
        Err(error) => eprintln!(
            "{}: processes were not told, and see it at their next look: {}",
            super::name(),
            crate::chain(&error)
        ),
    }
}

fn unknown(config: &Config, name: &str) -> Failure {
    Failure::new(match config.bots.contains_key(name) {
        true => format!(
            "{name} is of [bots.{name}] in the configuration, and runs for as long as that has it"
        ),
        false => format!(
            "there is no bot \"{}\" that was added at run time: `bot list` tells which there are",
            line(name)
        ),
    })
}

fn state(row: &Row) -> &'static str {
    match row.is_started {
        true => "started",
        false => "stopped",
    }
}

fn cells(row: &Row) -> Vec<String> {
    vec![
        line(&row.name),
        row.id.to_string(),
        line(&row.schema),
        row.partitions.to_string(),
        or_dash(row.intake.as_deref().map(line)),
        state(row).to_owned(),
        utc(row.changed_at()),
    ]
}

fn object(row: &Row) -> Value {
    json!({
        "name": row.name,
        "bot_id": row.id,
        "schema": row.schema,
        "partitions": row.partitions,
        "intake": row.intake,
        "state": state(row),
        "since": utc(row.changed_at()),
    })
}
