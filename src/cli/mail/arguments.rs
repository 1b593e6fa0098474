//! The arguments of `mail`, and what they name: files, buttons, times.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::super::{Failure, Form};
use crate::{
    Html, Reply, Upload,
    mailings::{NewMailing, When, Winner},
    reply::File,
};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MailCommand {
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
pub(in crate::cli) struct Ids {
    /// The mailings' numbers, from `list`
    #[arg(value_name = "ID", required = true)]
    pub(super) ids: Vec<i64>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Message {
    /// A file with the text, in Telegram's HTML; `-` is standard input
    #[arg(long, value_name = "FILE", required_unless_present_any = ["photo", "video", "document"])]
    pub(super) html: Option<PathBuf>,
    /// A photo, with the text below it: a file, the file_id of one that Telegram has, or a URL
    #[arg(long, value_name = "FILE", group = "media")]
    pub(super) photo: Option<String>,
    /// The same of a video
    #[arg(long, value_name = "FILE", group = "media")]
    pub(super) video: Option<String>,
    /// The same of a document
    #[arg(long, value_name = "FILE", group = "media")]
    pub(super) document: Option<String>,
    /// A button that a route of the bot gets: its text and its data
    #[arg(long, value_name = "TEXT=DATA", value_parser = pair)]
    pub(super) button: Vec<(String, String)>,
    /// A button that opens a link
    #[arg(long, value_name = "TEXT=URL", value_parser = pair)]
    pub(super) link: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    #[command(flatten)]
    pub(super) text: Message,
    /// Another text for who speaks a language, with the same buttons: its tag and the file
    #[arg(long, value_name = "TAG=FILE", value_parser = pair)]
    pub(super) for_language: Vec<(String, String)>,
    /// Another text for a share of the recipients, with the same buttons: how many of a hundred, and the file. They are called b, c, …
    #[arg(long, value_name = "SHARE=FILE", value_parser = share)]
    pub(super) for_share: Vec<(u8, String)>,
    /// Try the main text and the shares, and send the one whose buttons are pressed most to the rest, that long after they are sent: `2h`
    #[arg(long, value_name = "TIME", value_parser = long, requires = "for_share")]
    pub(super) winner_after: Option<Duration>,
    /// What it is called in lists
    #[arg(long, default_value = "")]
    pub(super) title: String,
    /// Only users of this segment of the bot's; of several, of all of them
    #[arg(long, value_name = "NAME")]
    pub(super) segment: Vec<String>,
    /// Only users who speak this language
    #[arg(long, value_name = "TAG")]
    pub(super) language: Vec<String>,
    /// Write down who gets it when it begins, instead of asking when a user's turn comes
    #[arg(long, conflicts_with_all = ["ids", "sql"])]
    pub(super) frozen: bool,
    /// What it is about: who refused that gets nothing
    #[arg(long, value_name = "NAME")]
    pub(super) category: Option<String>,
    /// Only the users whose ids are in this file, one a line
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    pub(super) ids: Option<PathBuf>,
    /// Only the users whose ids this query gives; it changes nothing, and has five seconds
    #[arg(long, value_name = "SELECT")]
    pub(super) sql: Option<String>,
    /// When it begins: `2026-12-01 10:00 Europe/Moscow`, or as in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) at: Option<Timestamp>,
    /// The most messages a second
    #[arg(long, value_name = "COUNT")]
    pub(super) per_second: Option<f64>,
    /// Have other mailings wait meanwhile
    #[arg(long)]
    pub(super) urgent: bool,
    /// Wake people, too
    #[arg(long)]
    pub(super) at_night_too: bool,
    /// Send again what may have been sent, after a crash
    #[arg(long)]
    pub(super) at_least_once: bool,
    /// Another mailing of the same key is this one
    #[arg(long)]
    pub(super) key: Option<String>,
    /// Only tell how many would get it
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl MailCommand {
    /// Whether it needs to know the bot.
    pub(in crate::cli) fn is_of_bot(&self) -> bool {
        matches!(self, Self::New(_) | Self::Edit { .. })
    }
}

impl Message {
    pub(super) fn reply(&self) -> Result<Reply, Failure> {
        self.reply_of(self.html.as_deref())
    }

    /// Whether the service is to upload something.
    pub(super) fn has_uploads(&self) -> bool {
        let media = [&self.photo, &self.video, &self.document];
        let mut files = media.into_iter().flatten().map(|named| file(named));
        files.any(|file| matches!(file, File::Upload(_)))
    }

    fn media(&self) -> Option<Reply> {
        let photo = self.photo.as_deref().map(|it| Reply::photo(file(it)));
        let video = || Some(Reply::video(file(self.video.as_deref()?)));
        let document = || Some(Reply::document(file(self.document.as_deref()?)));
        photo.or_else(video).or_else(document)
    }

    /// The same buttons below another text.
    fn reply_of(&self, html: Option<&Path>) -> Result<Reply, Failure> {
        let text = html.map(read).transpose()?;
        let text = text.map(|text| Html::raw(text.trim_end().to_owned()));
        let mut reply = match (self.media(), text) {
            (Some(media), Some(text)) => media.caption(text),
            (Some(media), None) => media,
            (None, text) => Reply::text(text.unwrap_or_default()),
        };
        for (text, data) in &self.button {
            reply = reply.row().button(text, data);
        }
        for (text, url) in &self.link {
            reply = reply.row().link(text, url);
        }
        Ok(reply)
    }
}

impl New {
    /// What it says, to everybody.
    pub(super) fn mailing(&self) -> Result<NewMailing, Failure> {
        let mut new = NewMailing::of(&self.title, self.text.reply()?)?;
        for (tag, file) in &self.for_language {
            let reply = self.text.reply_of(Some(file.as_ref()))?;
            new = new.variant(tag, When::language(tag), reply)?;
        }
        for ((share, file), name) in self.for_share.iter().zip('b'..) {
            let reply = self.text.reply_of(Some(file.as_ref()))?;
            new = new.variant(name, When::share(*share), reply)?;
        }
        Ok(match self.winner_after {
            Some(after) => new.winner(Winner::by_clicks().after(after)),
            None => new,
        })
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let unread = |error| Failure::new(format!("{} cannot be read: {error}", file.display()));
    match file.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()).map_err(unread),
        false => fs::read_to_string(file).map_err(unread),
    }
}

pub(super) fn read_ids(file: &Path) -> Result<Vec<i64>, Failure> {
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

/// What is no id and no URL is a file, though it may be missing.
fn file(named: &str) -> File {
    let is_file =
        !named.contains("://") && (named.contains(['.', '/']) || Path::new(named).exists());
    match is_file {
        true => Upload::path(named).into(),
        false => named.into(),
    }
}

fn share(argument: &str) -> Result<(u8, String), String> {
    let (share, file) = pair(argument).map_err(|_| "it is a share, `=` and a file: 20=b.html")?;
    match share.parse() {
        Ok(share @ 1..=100) => Ok((share, file)),
        _ => Err("a share is 1 to 100 of a hundred".into()),
    }
}

fn long(argument: &str) -> Result<Duration, String> {
    let long = argument.parse::<SignedDuration>().ok();
    let long = long.and_then(|long| Duration::try_from(long).ok());
    long.ok_or_else(|| "it is how long: `2h`, `90m`, `1h 30m`".into())
}

/// A time with its zone.
pub(crate) fn time(argument: &str) -> Result<Timestamp, String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::rows::utc;

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
        for (text, expected) in [("2h", 7_200), ("1h 30m", 5_400), ("90s", 90)] {
            assert_eq!(long(text), Ok(Duration::from_secs(expected)), "{text}");
        }
        assert!(long("2").is_err() && long("-2h").is_err());
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
