//! `mail`: creates mailings, tells how they go, and what to do.

mod arguments;
mod told;

use std::process::ExitCode;

pub(super) use self::arguments::MailCommand;
#[cfg(feature = "admin")]
pub(crate) use self::arguments::time;
use self::{
    arguments::{Ids, Message, New, read_ids},
    told::{ROWS, object, told},
};
use super::{Failure, connect, output::say, rows::each};
use crate::{
    Clock, Config,
    db::Database,
    files::Files,
    mailings::{AllMailings, Audience, Desk, HEAD, Mailings, Order, Pages},
};

pub(super) async fn run(
    config: &Config,
    command: MailCommand,
    declared: impl FnOnce() -> Result<Mailings, Failure>,
) -> Result<ExitCode, Failure> {
    let database = connect::database(&config.database).await?;
    let all = AllMailings::new(database.clone());
    let clock = Clock::of_command(config).await;
    let order = async |Ids { ids }: Ids, order: Order, done: &str, else_told: &str| {
        each(&ids, done, else_told, async |id| {
            all.give(id, order, &clock).await
        })
        .await
    };
    match command {
        MailCommand::New(new) => {
            let files = files(config, &database, &new.text).await?;
            let desk = Desk::of_command(declared()?, &clock, config, files);
            create(&all, desk, *new).await
        }
        MailCommand::List { limit, form } => {
            let reports = all.latest(limit).await?;
            let more = (reports.len() == limit as usize)
                .then(|| "there may be more: --limit\n".to_owned());
            ROWS.print(&reports, form.json, more)
        }
        MailCommand::Show { id, form } => match all.one(id).await? {
            Some(report) if form.json => {
                say(&format!("{}\n", object(&report)))?;
                Ok(ExitCode::SUCCESS)
            }
            Some(report) => {
                say(&told(&report))?;
                Ok(ExitCode::SUCCESS)
            }
            None => Err(none(id)),
        },
        MailCommand::Pause(ids) => order(ids, Order::Pause, "paused", "no mailing that runs").await,
        MailCommand::Resume(ids) => {
            order(
                ids,
                Order::Resume,
                "goes on",
                "no mailing that was paused or halted",
            )
            .await
        }
        MailCommand::Cancel(ids) => {
            order(
                ids,
                Order::Cancel,
                "cancelled",
                "no mailing that is not over yet",
            )
            .await
        }
        MailCommand::Unsend(ids) => {
            order(
                ids,
                Order::Unsend,
                "is taken back",
                "no mailing that is over and was sent to somebody",
            )
            .await
        }
        MailCommand::Edit { id, text } => {
            let files = files(config, &database, &text).await?;
            let desk = Desk::of_command(Mailings::new(), &clock, config, files);
            let session = all.session();
            let is_done = all.mail(&session, desk).edit(id, text.reply()?).await?;
            session.commit().await?;
            match is_done {
                true => {
                    say(&format!("{id}: says something else now\n")).map(|()| ExitCode::SUCCESS)
                }
                false => Err(Failure::new(format!(
                    "{id} is no mailing of this bot, or what it sent is just being taken back or changed: `mail list` tells which there are"
                ))),
            }
        }
        MailCommand::Export { id } => export(&all, id).await,
    }
}

async fn create(all: &AllMailings, desk: Desk, new: New) -> Result<ExitCode, Failure> {
    let ids = match (&new.ids, &new.sql) {
        (Some(file), _) => Some(read_ids(file)?),
        (None, Some(sql)) => Some(all.find(sql).await?),
        (None, None) => None,
    };
    let segments = new
        .segment
        .iter()
        .fold(Audience::active(), Audience::segment);
    let mut audience = segments.languages(&new.language);
    if new.frozen {
        audience = audience.frozen();
    }
    let session = all.session();
    let mail = all.mail(&session, desk);
    let count = mail
        .count_among(&audience, new.category.as_deref(), ids.as_deref())
        .await?;
    let mut mailing = new.mailing()?.to(audience);
    if let Some(category) = new.category {
        mailing = mailing.category(category);
    }
    if let Some(at) = new.at {
        mailing = mailing.at(at);
    }
    if let Some(most) = new.per_second {
        mailing = mailing.per_second(most);
    }
    if new.urgent {
        mailing = mailing.urgent();
    }
    if new.at_night_too {
        mailing = mailing.at_night_too();
    }
    if new.at_least_once {
        mailing = mailing.at_least_once();
    }
    if let Some(key) = new.key {
        mailing = mailing.key(key);
    }
    let id = match ids {
        Some(ids) => mail.create_for_users(mailing, &ids).await?,
        None => mail.create(mailing).await?,
    };
    if new.dry_run {
        // All was tried, and nothing is kept.
        session.rollback().await?;
        say(&format!("{count} would get it\n"))?;
    } else {
        session.commit().await?;
        say(&format!("{id}: created\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where files are kept until they are sent, if there are any.
async fn files(
    config: &Config,
    database: &Database,
    text: &Message,
) -> Result<Option<Files>, Failure> {
    Ok(match text.has_uploads() {
        true => Some(connect::files(config, database).await?),
        false => None,
    })
}

async fn export(all: &AllMailings, id: i64) -> Result<ExitCode, Failure> {
    if all.one(id).await?.is_none() {
        return Err(none(id));
    }
    say(HEAD)?;
    let mut pages = Pages::of(id);
    while let Some(lines) = all.next(&mut pages).await? {
        say(&lines)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn none(id: i64) -> Failure {
    Failure::new(format!(
        "there is no mailing {id}: `mail list` tells which there are"
    ))
}
