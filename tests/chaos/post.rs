//! An operator who sends mailings to everybody as long as things break, one after the other, by commands of other processes.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use telegram_emulator::Person;
use tokio::{sync::watch, time::sleep};

use crate::{
    bot::ROLE,
    figures::Figures,
    stores::Stores,
    support::{DEADLINE, PREFIX},
};

/// What the text of a mailing begins with, before its number: one word, so that nothing takes it for an answer.
pub(crate) const MAILED: &str = "mailing:";

/// How many there are at least, whatever breaks: one of each kind.
const LEAST: u32 = 3;

/// How many people do nothing but read them.
const READERS: usize = 120;

/// The most messages a second of one of them.
const PER_SECOND: u32 = 100;

/// How long it is at least since a claim that nobody works at any more, once nothing breaks: a call has its answer by then.
const DEAD_AFTER_S: i32 = 5;

/// Between two looks.
const GLANCE: Duration = Duration::from_millis(50);

/// See the [module](self).
pub(crate) struct Post<'a> {
    stores: &'a Stores,
    folder: PathBuf,
    readers: Vec<Person>,
}

/// Whether nobody may get that mailing twice; the others everybody gets.
pub(crate) fn is_at_most_once(number: u32) -> bool {
    !number.is_multiple_of(3)
}

impl<'a> Post<'a> {
    /// Has the readers come.
    pub(crate) async fn open(stores: &'a Stores, folder: &Path) -> Self {
        let readers: Vec<_> = (0..READERS)
            .map(|n| stores.tg.person(&format!("Reader {n}")).who_has_started())
            .collect();
        let ids: Vec<_> = readers.iter().map(Person::id).collect();
        let sql = "INSERT INTO users (id, fullname) SELECT id, 'Reader' FROM unnest($1::bigint[]) AS t (id)";
        let inserted = stores.database().await.execute(sql, &[&ids]).await;
        inserted.expect("the bot does not know them");
        Self {
            stores,
            folder: folder.to_owned(),
            readers,
        }
    }

    /// Those who read and do nothing else.
    pub(crate) fn readers(&self) -> &[Person] {
        &self.readers
    }

    /// Sends mailings until it is told that it is over.
    pub(crate) async fn send(&self, is_over: watch::Receiver<bool>) {
        for number in 1.. {
            if number > LEAST && *is_over.borrow() {
                return;
            }
            let id = self.create(number).await;
            if number.is_multiple_of(2) {
                self.goes(&id, &format!("sent >= {}", READERS / 3)).await;
                // What is through cannot be paused any more.
                if self.command(&["mail", "pause", &id]).await.is_some() {
                    while self.command(&["mail", "resume", &id]).await.is_none() {
                        sleep(GLANCE).await;
                    }
                }
            }
            self.goes(&id, "is_through").await;
        }
    }

    /// Waits until all of them are done, when nothing breaks any more.
    pub(crate) async fn close(&self, rest: Duration, figures: &mut Figures) {
        let ended = async {
            let database = self.stores.database().await;
            // Who died is found dead after a lease of 45 s: that much time there is not.
            let give_up = "UPDATE mailing_sends SET taken_until = now() - interval '1 s' \
                           WHERE taken_until > now() AND claimed_at < now() - make_interval(secs => $1)";
            let open = "SELECT count(*) FROM mailings WHERE state <> 'done'";
            loop {
                let given_up = database.execute(give_up, &[&f64::from(DEAD_AFTER_S)]).await;
                given_up.expect("the table is there");
                let open = database.query_one(open, &[]).await;
                if open.expect("the table is there").get::<_, i64>(0) == 0 {
                    return;
                }
                sleep(GLANCE).await;
            }
        };
        if tokio::time::timeout(rest, ended).await.is_err() {
            figures.stuck += 1;
            figures.note("not all mailings came to their end".into());
        }
    }

    /// Creates one, however often it takes, and gives its id.
    async fn create(&self, number: u32) -> String {
        let text = self.folder.join(format!("mailing-{number}.html"));
        std::fs::write(&text, format!("{MAILED}{number}")).expect("room");
        let (text, number) = (text.display().to_string(), number.to_string());
        let per_second = PER_SECOND.to_string();
        let mut arguments = vec![
            "mail", "new", "--html", &text, "--title", &number, "--key", &number,
        ];
        arguments.extend(["--per-second", &per_second]);
        if !is_at_most_once(number.parse().expect("a number")) {
            arguments.push("--at-least-once");
        }
        loop {
            let created = self.command(&arguments).await;
            if let Some((id, _)) = created.as_deref().and_then(|told| told.split_once(':')) {
                return id.to_owned();
            }
            sleep(GLANCE).await;
        }
    }

    /// Waits until that is true of a mailing.
    async fn goes(&self, id: &str, so: &str) {
        let sql = format!("SELECT count(*) FROM mailings WHERE id = {id} AND ({so} OR is_through)");
        let until = tokio::time::Instant::now() + DEADLINE;
        while tokio::time::Instant::now() < until && !self.is_so(&sql).await.unwrap_or(false) {
            sleep(GLANCE).await;
        }
    }

    /// `None` where the server is away just now.
    async fn is_so(&self, sql: &str) -> Option<bool> {
        let url = &self.stores.postgres_url;
        let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.ok()?;
        tokio::select! {
            row = client.query_one(sql, &[]) => Some(row.ok()?.get::<_, i64>(0) > 0),
            _ = connection => None,
        }
    }

    /// What a process says that was asked so; `None` where it failed.
    async fn command(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new(env::current_exe().expect("it is known"));
        command
            .args(arguments)
            .env(ROLE, "operator")
            .env("OSTANKINO__TELEGRAM__TOKEN", self.stores.tg.token())
            .env("OSTANKINO__DATABASE__URL", &self.stores.postgres_url)
            .env("OSTANKINO__NATS__URLS", &self.stores.nats_url)
            .env("OSTANKINO__NATS__PREFIX", PREFIX)
            .stdin(Stdio::null());
        let ended = tokio::task::spawn_blocking(move || command.output()).await;
        let ended = ended.expect("it does not panic").expect("it starts");
        let told = String::from_utf8(ended.stdout).ok()?;
        ended.status.success().then_some(told)
    }
}
