//! `users`: hands out what is kept of a person, and erases it.

use std::{process::ExitCode, time::Duration};

use tokio::time::timeout;

use super::{Failure, UsersCommand, connect, output::say};
use crate::{
    Clock, Config,
    personal::{Declared, Person, Pseudonyms, Stores},
    queue::topology::Topology,
    timers::{Timing, Wake},
};

/// How long a service may take to erase somebody before it is told that none did.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn run(
    config: &Config,
    command: UsersCommand,
    declared: impl FnOnce() -> Result<Declared, Failure>,
) -> Result<ExitCode, Failure> {
    match command {
        UsersCommand::Export { id } => {
            let all = person(config, id).await?.export(&declared()?).await?;
            let text = serde_json::to_string_pretty(&all).map_err(crate::Error::from)?;
            say(&format!("{text}\n"))?;
        }
        UsersCommand::Erase { id } => {
            let person = person(config, id).await?;
            let owed = person.obligations().await?;
            if owed > 0 {
                return Err(Failure::new(format!(
                    "the bot owes {id} {owed} calls, such as a refund: see `owed list`, and have them made or drop them first"
                )));
            }
            let clock = Clock::of_command(config).await;
            let names = Topology::new(&config.nats.prefix, person.stores.bot_id);
            let wake = Wake::new(&person.stores.nats, names.timers());
            person.erase(Timing::new(clock), &wake).await?;
            match timeout(PATIENCE, person.is_erased()).await {
                Ok(done) => {
                    done?;
                    say(&format!("{id}: erased\n"))?;
                }
                Err(_) => say(&format!(
                    "{id}: will be erased, once a service runs and has done what that user asked for before\n"
                ))?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn person(config: &Config, id: i64) -> Result<Person, Failure> {
    let nats = connect::nats(config).await?;
    let dialogues = nats
        .find_bucket(&format!("{}_fsm", config.nats.prefix))
        .await?;
    let letters = connect::letters(&nats, config).await?;
    Ok(Person {
        id,
        database: connect::database(&config.database).await?,
        stores: Stores {
            nats,
            bot_id: config.telegram.bot_id(),
            dialogues,
            letters,
            pseudonyms: Pseudonyms::of(&config.telegram),
        },
    })
}
