//! `mail`: creates mailings, tells how they go, and what to do.

use std::{fmt::Write as _, fs, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use super::{
    Failure, Form, connect,
    output::{line, or_dash, say},
    rows::{Rows, each, utc},
};
use crate::{
    Clock, Config, Html, Reply,
    mailings::{AllMailings, Audience, Desk, Mailings, NewMailing, Order, Recorded, Report},
};

/// How many recipients are read at once.
const PAGE: i64 = 5_000;

const ROWS: Rows<'static, Report, 10> = Rows {
    what: "mailings",
    head: [
        "ID", "STATE", "TITLE", "BEGINS", "TOTAL", "SENT", "BLOCKED", "FAILED", "UNKNOWN",
        "SKIPPED",
    ],
    cells,
    object,
};

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Create a mailing
    New(Box<New>),
    /// List the latest mailings
    List {
        /// How many at the most
        #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        #[command(flatten)]
        form: Form,
    },
    /// Show how a mailing goes
    Show {
        /// The mailing's number
        id: i64,
        #[command(flatten)]
        form: Form,
    },
    /// Pause mailings that run
    Pause(Ids),
    /// Go on with mailings that were paused or halted
    Resume(Ids),
    /// End mailings for good: who was not sent to gets nothing
    Cancel(Ids),
    /// Delete what mailings that are over have sent (Telegram allows it for 48 hours)
    Unsend(Ids),
    /// Have a mailing say something else: of one that is over, what was sent is changed
    Edit {
        /// The mailing's number
        id: i64,
        #[command(flatten)]
        text: Message,
    },
    /// Print who got a mailing as CSV
    Export {
        /// The mailing's number
        id: i64,
    },
}

#[derive(Debug, Args)]
pub(super) struct Ids {
    /// The mailings' numbers, from `list`
    #[arg(value_name = "ID", required = true)]
    ids: Vec<i64>,
}

#[derive(Debug, Args)]
pub(super) struct Message {
    /// A file with the text, in Telegram's HTML; `-` is standard input
    #[arg(long, value_name = "FILE")]
    html: PathBuf,
    /// A button that a route of the bot gets: its text and its data
    #[arg(long, value_name = "TEXT=DATA", value_parser = pair)]
    button: Vec<(String, String)>,
    /// A button that opens a link
    #[arg(long, value_name = "TEXT=URL", value_parser = pair)]
    link: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(flatten)]
    text: Message,
    /// What it is called in lists
    #[arg(long, default_value = "")]
    title: String,
    /// Only users of this segment of the bot's; of several, of all of them
    #[arg(long, value_name = "NAME")]
    segment: Vec<String>,
    /// Only users who speak this language
    #[arg(long, value_name = "TAG")]
    language: Vec<String>,
    /// What it is about: who refused that gets nothing
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Only the users whose ids are in this file, one a line
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    ids: Option<PathBuf>,
    /// Only the users whose ids this query gives; it changes nothing, and has five seconds
    #[arg(long, value_name = "SELECT")]
    sql: Option<String>,
    /// When it begins: `2026-12-01 10:00 Europe/Moscow`, or as in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
    /// The most messages a second
    #[arg(long, value_name = "COUNT")]
    per_second: Option<f64>,
    /// Have other mailings wait meanwhile
    #[arg(long)]
    urgent: bool,
    /// Wake people, too
    #[arg(long)]
    at_night_too: bool,
    /// Send again what may have been sent, after a crash
    #[arg(long)]
    at_least_once: bool,
    /// Another mailing of the same key is this one
    #[arg(long)]
    key: Option<String>,
    /// Only tell how many would get it
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(
    config: &Config,
    command: MailCommand,
    declared: impl FnOnce() -> Mailings,
) -> Result<ExitCode, Failure> {
    let all = AllMailings::new(connect::database(&config.database).await?);
    let clock = Clock::of_command(config).await;
    let order = async |Ids { ids }: Ids, order: Order, done: &str, else_told: &str| {
        each(&ids, done, else_told, async |id| {
            all.give(id, order, &clock).await
        })
        .await
    };
    match command {
        MailCommand::New(new) => {
            let desk = Desk::of_command(declared(), &clock, config.telegram.bot_id());
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
            let desk = Desk::of_command(Mailings::new(), &clock, config.telegram.bot_id());
            let session = all.session();
            let is_done = all.mail(&session, desk).edit(id, text.reply()?).await?;
            session.commit().await?;
            match is_done {
                true => {
                    say(&format!("{id}: says something else now\n")).map(|()| ExitCode::SUCCESS)
                }
                false => Err(Failure::new(format!(
                    "{id} is no mailing of this bot that is over, paused, halted or still to begin: `mail pause {id}` first"
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
    let audience = segments.languages(&new.language);
    let session = all.session();
    let mail = all.mail(&session, desk);
    let count = mail
        .count_among(&audience, new.category.as_deref(), ids.as_deref())
        .await?;
    let mut mailing = NewMailing::of(&new.title, new.text.reply()?)?.to(audience);
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

impl Message {
    fn reply(&self) -> Result<Reply, Failure> {
        let text = read(&self.html)?;
        let mut reply = Reply::text(Html::raw(text.trim_end().to_owned()));
        for (text, data) in &self.button {
            reply = reply.row().button(text, data);
        }
        for (text, url) in &self.link {
            reply = reply.row().link(text, url);
        }
        Ok(reply)
    }
}

fn read(file: &PathBuf) -> Result<String, Failure> {
    let unread = |error| Failure::new(format!("{} cannot be read: {error}", file.display()));
    match file.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()).map_err(unread),
        false => fs::read_to_string(file).map_err(unread),
    }
}

fn read_ids(file: &PathBuf) -> Result<Vec<i64>, Failure> {
    let text = read(file)?;
    let lines = text
        .lines()
        .map(str::trim)
        .zip(1..)
        .filter(|(line, _)| !line.is_empty());
    let ids = lines.map(|(line, number)| {
        line.parse().map_err(|_| {
            let file = file.display();
            Failure::new(format!(
                "{file}:{number} is no id of a user: a number alone in a line"
            ))
        })
    });
    ids.collect()
}

/// A text and what is behind the first `=`.
fn pair(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((text, value)) if !text.is_empty() && !value.is_empty() => {
            Ok((text.to_owned(), value.to_owned()))
        }
        _ => Err("it is a text, `=` and a value: 'Хочу=promo:7'".into()),
    }
}

fn time(argument: &str) -> Result<Timestamp, String> {
    if let Ok(time) = argument.parse() {
        return Ok(time);
    }
    let zoned = argument.rsplit_once(' ').and_then(|(time, zone)| {
        let time = time.trim().replacen(' ', "T", 1);
        format!("{time}[{zone}]").parse::<Zoned>().ok()
    });
    zoned
        .map(|zoned| zoned.timestamp())
        .ok_or_else(|| "it is a time with its zone: '2026-12-01 10:00 Europe/Moscow', or 2026-12-01T10:00:00+03:00".into())
}

fn cells(report: &Report) -> Vec<String> {
    vec![
        report.id.to_string(),
        state(report).to_owned(),
        line(&report.title),
        utc(report.run_at),
        or_dash(report.total),
        report.sent.to_string(),
        report.blocked.to_string(),
        report.failed.to_string(),
        report.unknown.to_string(),
        report.skipped.to_string(),
    ]
}

fn state(report: &Report) -> &'static str {
    report.state.map_or("?", crate::mailings::State::as_str)
}

fn object(report: &Report) -> Value {
    json!({
        "id": report.id,
        "bot_id": report.bot_id,
        "title": report.title,
        "state": report.state,
        "doing": report.doing,
        "reason": report.reason,
        "total": report.total,
        "claimed": report.claimed,
        "waiting": report.waiting(),
        "sent": report.sent,
        "blocked": report.blocked,
        "failed": report.failed,
        "unknown": report.unknown,
        "skipped": report.skipped,
        "unsent": report.unsent,
        "edited": report.edited,
        "kept": report.kept,
        "clicked": report.clicked,
        "begins": utc(report.run_at),
        "began": report.started_at.map(utc),
        "ended": report.ended_at.map(utc),
    })
}

/// A line for each number.
fn told(report: &Report) -> String {
    let doing = report.doing.map_or("?", crate::mailings::Doing::as_str);
    let mut lines = vec![
        ("title", line(&report.title)),
        ("state", format!("{} ({doing})", state(report))),
    ];
    lines.extend(
        report
            .reason
            .as_deref()
            .map(|reason| ("reason", line(reason))),
    );
    lines.extend([
        ("begins", utc(report.run_at)),
        ("began", or_dash(report.started_at.map(utc))),
        ("ended", or_dash(report.ended_at.map(utc))),
        ("total", or_dash(report.total)),
        ("claimed", report.claimed.to_string()),
        ("waiting", report.waiting().to_string()),
        ("sent", report.sent.to_string()),
        ("blocked", report.blocked.to_string()),
        ("failed", report.failed.to_string()),
        (
            "unknown",
            format!(
                "{} (may have been sent: a process ended before the answer)",
                report.unknown
            ),
        ),
        ("skipped", report.skipped.to_string()),
        ("unsent", report.unsent.to_string()),
        ("edited", report.edited.to_string()),
        ("kept", report.kept.to_string()),
        ("clicked", report.clicked.to_string()),
    ]);
    let mut text = String::new();
    for (name, value) in lines {
        let _ = writeln!(text, "{name:<8} {value}");
    }
    text
}

async fn export(all: &AllMailings, id: i64) -> Result<ExitCode, Failure> {
    if all.one(id).await?.is_none() {
        return Err(none(id));
    }
    say("user_id,state,variant,message_ids,clicked,code,error,ended_at\n")?;
    let mut after = i64::MIN;
    loop {
        let rows = all.recorded(id, after, PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(ExitCode::SUCCESS);
        };
        after = last.user_id;
        say(&rows.iter().map(csv).collect::<String>())?;
    }
}

fn csv(row: &Recorded) -> String {
    let ids: Vec<_> = row
        .message_ids
        .iter()
        .flatten()
        .map(i64::to_string)
        .collect();
    let error = row
        .error
        .as_deref()
        .map(|error| format!("\"{}\"", line(error).replace('"', "\"\"")));
    let fields = [
        row.user_id.to_string(),
        row.state.clone(),
        row.variant.to_string(),
        ids.join(" "),
        row.has_clicked.to_string(),
        row.code.map(|code| code.to_string()).unwrap_or_default(),
        error.unwrap_or_default(),
        row.ended_at().map(utc).unwrap_or_default(),
    ];
    fields.join(",") + "\n"
}

fn none(id: i64) -> Failure {
    Failure::new(format!(
        "there is no mailing {id}: `mail list` tells which there are"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_zone() {
        for (text, expected) in [
            ("2026-12-01 10:00 Europe/Moscow", "2026-12-01T07:00:00Z"),
            ("2026-12-01 10:00:30 UTC", "2026-12-01T10:00:30Z"),
            ("2026-12-01T10:00:00+03:00", "2026-12-01T07:00:00Z"),
            ("2026-12-01T07:00:00Z", "2026-12-01T07:00:00Z"),
        ] {
            assert_eq!(time(text).map(utc), Ok(expected.to_owned()), "{text}");
        }
        for text in [
            "2026-12-01 10:00",
            "10:00",
            "завтра",
            "2026-13-01 10:00 UTC",
            "",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
