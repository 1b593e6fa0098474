//! `/readyz`: what the process needs, part by part, and what to do about what is wrong. It is made of what is known: nobody is asked for it, so
//! that it answers at once when all else hangs.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use serde::Serialize;
use tokio::time::Instant;

use super::{
    several,
    stage::{Servers, Sources, Stage, Told},
};
use crate::{intake::Pulse, worker::Asked};

/// Servers are asked every 5 s: who has not answered for so long does not answer at all.
const SILENT: Duration = Duration::from_secs(15);

/// What `/readyz` answers with.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    status: Status,
    parts: BTreeMap<Cow<'static, str>, Part>,
}

/// How the process is as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// All is well.
    Ready,
    /// It works, and somebody should look.
    Degraded,
    /// It cannot work.
    Unready,
}

/// One of the things it needs.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    pub(super) state: State,
    /// How long ago that was found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) age_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<&'static str>,
    #[serde(flatten)]
    pub(super) more: BTreeMap<&'static str, serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    #[default]
    Ok,
    Down,
    Unknown,
}

impl Readiness {
    /// What is known now.
    pub(super) fn of(told: &Told) -> Self {
        let mut readiness = Self {
            status: Status::Ready,
            parts: BTreeMap::new(),
        };
        match told {
            Told::Alone(progress) => readiness.of_stage(&progress.now()),
            Told::Several(fleet) => several::ask(&mut readiness, fleet),
        }
        readiness
    }

    /// What is known at that stage of a bot alone, or of the process of several.
    pub(super) fn of_stage(&mut self, stage: &Stage) {
        let told = self;
        match stage {
            Stage::Starting => told.add(
                "process",
                Status::Unready,
                Part::down(
                    "it is starting",
                    "look at the log: it says what is waited for",
                ),
            ),
            Stage::Stopping => told.add(
                "process",
                Status::Unready,
                Part::down("it was told to end", "nothing: another one takes over"),
            ),
            Stage::Running(sources) => told.ask(sources),
            // It is said of one of several only.
            Stage::Stopped(_) => {}
        }
    }

    #[cfg(feature = "admin")]
    pub(super) fn status(&self) -> Status {
        self.status
    }

    #[cfg(feature = "admin")]
    pub(super) fn parts(&self) -> impl Iterator<Item = (&str, &Part)> {
        self.parts.iter().map(|(name, part)| (&**name, part))
    }

    pub(super) fn is_ready(&self) -> bool {
        self.status != Status::Unready
    }

    /// Adds a part; `without` is what the process is while that is not well.
    pub(super) fn add(&mut self, name: impl Into<Cow<'static, str>>, without: Status, part: Part) {
        if part.state != State::Ok {
            self.status = self.status.max(without);
        }
        self.parts.insert(name.into(), part);
    }

    fn ask(&mut self, sources: &Sources) {
        self.ask_servers(&sources.servers());
        for (name, part) in Part::of_bot(sources) {
            self.add(name, Status::Degraded, part);
        }
    }

    pub(super) fn ask_servers(&mut self, servers: &Servers) {
        let asked = servers.health.last();
        let server = |problem: fn(&Asked) -> &Option<String>, advice| {
            Part::of_server(asked.as_ref(), problem, advice)
        };
        let postgresql = server(
            |asked| &asked.postgresql,
            "look at the server and at database.url",
        );
        let nats = server(|asked| &asked.nats, "look at the server and at nats.urls");
        self.add("postgresql", Status::Unready, postgresql);
        self.add("nats", Status::Unready, nats);
        if let Some(redis) = &servers.redis {
            let part = match redis.connection() {
                Some(_) => Part::default(),
                None => Part::down(
                    "it is away",
                    "look at the server and at redis.url: until then each container takes its share of the limits",
                ),
            };
            self.add("redis", Status::Degraded, part);
        }
    }
}

impl Part {
    /// What is the bot's own.
    pub(super) fn of_bot(sources: &Sources) -> Vec<(&'static str, Self)> {
        let mut parts = Vec::new();
        match &sources.webhook {
            Some(webhook) => {
                parts.push(("webhook", Self::of_webhook(webhook, sources)));
            }
            None => parts.push(("polling", Self::of_polling(sources))),
        }
        parts.push(("partitions", Self::of_partitions(sources)));
        if let Some(since) = sources.maintenance.since() {
            let advice = "end it on the overview of the admin page: until then people are told to come later";
            let error = format!("maintenance is on since {since}");
            parts.push(("maintenance", Self::down(error, advice)));
        }
        if !sources.texts_refused.is_empty() {
            let advice = "mend the files, and start it again: until then the bot says what it was built with";
            let problems = sources.texts_refused.join("; ");
            parts.push(("texts", Self::down(problems, advice)));
        }
        parts
    }

    pub(super) fn down(error: impl Into<String>, advice: &'static str) -> Self {
        Self {
            state: State::Down,
            error: Some(error.into()),
            advice: Some(advice),
            ..Self::default()
        }
    }

    pub(super) fn unknown(advice: &'static str) -> Self {
        Self {
            state: State::Unknown,
            advice: Some(advice),
            ..Self::default()
        }
    }

    fn since(mut self, age: Duration) -> Self {
        // To the tenth of a second: nobody reads more.
        self.age_s = Some((age.as_secs_f64() * 10.0).round() / 10.0);
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.more.insert(name, value.into());
        self
    }

    fn of_server(
        asked: Option<&Asked>,
        problem: fn(&Asked) -> &Option<String>,
        advice: &'static str,
    ) -> Self {
        let Some(asked) = asked else {
            return Self::unknown("wait: it is asked right now");
        };
        let age = asked.at.elapsed();
        let part = match problem(asked) {
            Some(error) => Self::down(error.as_str(), advice),
            None if age > SILENT => Self::down("it does not answer", advice),
            None => Self::default(),
        };
        part.since(age)
    }

    fn of_polling(sources: &Sources) -> Self {
        let pulse = sources.pulse.read();
        let found = pulse.map(|pulse| (pulse.failure, pulse.last));
        Self::of_one_for_all(
            sources,
            found,
            "look at telegram.api_url and the way there; the error says whether it is the token, a webhook or another poller",
            "nobody polls",
            "wait some seconds for a process to take it; if none does, look at the other containers and at NATS",
        )
    }

    /// A process that does not look after it can take updates as well as any other.
    fn of_webhook(webhook: &Pulse, sources: &Sources) -> Self {
        let seen = webhook.read();
        let pending = seen.as_ref().map(|seen| seen.pending);
        let found = seen.map(|seen| (seen.failure, seen.last));
        let part = Self::of_one_for_all(
            sources,
            found,
            "look at web.public_url, at the balancer and its certificate, and at telegram.api_url: the error says what Telegram met",
            "nobody looks after it",
            "wait some seconds for a process to do so; if none does, look at the other containers and at NATS",
        );
        match pending {
            Some(pending) => part.with("pending", pending),
            None => part,
        }
    }

    /// What the process with the seat of the poller does for all: its failure and when it went well last, if it is this one.
    fn of_one_for_all(
        sources: &Sources,
        here: Option<(Option<String>, Option<Instant>)>,
        advice: &'static str,
        nobody: &'static str,
        without: &'static str,
    ) -> Self {
        let (is_here, holder) = (here.is_some(), sources.seats.poller());
        let part = match (here, &holder) {
            (Some((failure, last)), _) => {
                let part = failure.map_or_else(Self::default, |error| Self::down(error, advice));
                match last {
                    Some(last) => part.since(last.elapsed()),
                    None => part,
                }
            }
            (None, Some(_)) => Self::default(),
            (None, None) => Self::down(nobody, without),
        };
        let part = part.with("here", is_here);
        match holder {
            Some(holder) => part.with("instance", holder),
            None => part,
        }
    }

    fn of_partitions(sources: &Sources) -> Self {
        let owned = sources.seats.owned();
        let orphans = sources.orphans();
        let part = match orphans {
            0 => Self::default(),
            orphans => Self::down(
                format!("{orphans} of all partitions belong to no process"),
                "wait some seconds; if that does not help, look at NATS and at the log for seats_",
            ),
        };
        part.with("owned", owned)
            .with("of", sources.queue.partitions())
            .with("instance", sources.seats.instance())
    }
}
