//! What a run has for itself in the servers: a database and a prefix in NATS, removed afterwards.

use std::{
    error::Error,
    fmt::{self, Display},
    fs, io,
    time::Duration,
};

use async_nats::jetstream;
use futures_util::TryStreamExt;
use tokio::runtime::Runtime;

use crate::{programs, servers::Servers, telegram::FIRST_USER};

/// A database and names in NATS of one run.
pub(crate) struct World {
    servers: Servers,
    runtime: Runtime,
    /// The name of the database, and the prefix in NATS.
    pub(crate) name: String,
    pub(crate) database_url: String,
}

/// How long a server may take for one of the things that are asked of it here.
const LIMIT: Duration = Duration::from_secs(120);

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

impl World {
    /// Makes one, with a counter for each user: what the workload `write` writes.
    pub(crate) fn new(servers: &Servers, users: usize) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let name = format!("bench_{:016x}", fastrand::u64(..));
        let (base, _) = servers
            .database_url
            .rsplit_once('/')
            .ok_or("the URL of the database names no database")?;
        let world = Self {
            database_url: format!("{base}/{name}"),
            servers: servers.clone(),
            runtime,
            name,
        };
        world
            .prepare(users)
            .map_err(|error| blame("the database of the run cannot be made", &*error))?;
        Ok(world)
    }

    fn prepare(&self, users: usize) -> Outcome {
        let create = format!("CREATE DATABASE {}", self.name);
        self.runtime
            .block_on(execute(&self.servers.database_url, &create))?;
        let last = last_user(users)?;
        let counters = format!(
            "CREATE TABLE counters (user_id bigint PRIMARY KEY, count bigint NOT NULL DEFAULT 0); \
             INSERT INTO counters (user_id) SELECT generate_series({FIRST_USER}, {last})"
        );
        self.runtime
            .block_on(execute(&self.database_url, &counters))
    }

    /// Makes the service's tables, without the service.
    pub(crate) fn migrate(&self) -> Result<(), String> {
        let folder = programs::root().join("migrations");
        let migrated = || -> Outcome {
            let mut scripts: Vec<_> = fs::read_dir(folder)?
                .map(|entry| Ok(entry?.path().join("up.sql")))
                .collect::<io::Result<_>>()?;
            scripts.sort_unstable();
            for script in scripts {
                let sql = fs::read_to_string(script)?;
                self.runtime.block_on(execute(&self.database_url, &sql))?;
            }
            Ok(())
        };
        migrated().map_err(|error| blame("the tables cannot be made", &*error))
    }

    /// Puts so many users into the base, once the bot has made its tables.
    pub(crate) fn fill(&self, rows: usize) -> Result<(), String> {
        // A statement for each million: each has its limit.
        const AT_ONCE: usize = 1_000_000;
        let fill = || -> Outcome {
            let last = last_user(rows)?;
            for first in (FIRST_USER..=last).step_by(AT_ONCE) {
                let end = last.min(first + i64::try_from(AT_ONCE)? - 1);
                let sql = format!(
                    "INSERT INTO users (id, fullname) \
                     SELECT id, 'User ' || id FROM generate_series({first}, {end}) AS id"
                );
                self.runtime.block_on(execute(&self.database_url, &sql))?;
            }
            let analyse = "VACUUM ANALYZE users; CHECKPOINT";
            for sql in analyse.split("; ").filter(|_| rows > 0) {
                self.runtime.block_on(execute(&self.database_url, sql))?;
            }
            Ok(())
        };
        fill().map_err(|error| blame("the users cannot be made", &*error))
    }

    /// Runs a statement.
    pub(crate) fn execute(&self, sql: &str) -> Result<(), String> {
        let executed = self.runtime.block_on(execute(&self.database_url, sql));
        executed.map_err(|error| blame("the database cannot be written", &*error))
    }

    /// How many updates the counters have counted.
    pub(crate) fn counted(&self) -> Result<i64, String> {
        let counted = self.runtime.block_on(async {
            let sum = "SELECT sum(count)::bigint FROM counters";
            with_client(&self.database_url, async |client| {
                client.query_one(sum, &[]).await?.try_get(0)
            })
            .await
        });
        counted.map_err(|error| blame("the counters cannot be read", &*error))
    }

    /// What a query of two numbers finds.
    pub(crate) fn two_numbers(&self, sql: &str) -> Result<(i64, i64), String> {
        let found = self.runtime.block_on(async {
            with_client(&self.database_url, async |client| {
                let row = client.query_one(sql, &[]).await?;
                Ok((row.try_get(0)?, row.try_get(1)?))
            })
            .await
        });
        found.map_err(|error| blame("the database cannot be asked", &*error))
    }

    /// Removes it.
    pub(crate) fn remove(self) -> Result<(), String> {
        let removed = self.runtime.block_on(async {
            let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            execute(&self.servers.database_url, &drop).await?;
            let deleted = delete_streams(&self.servers.nats_url, &self.name);
            tokio::time::timeout(LIMIT, deleted).await?
        });
        removed.map_err(|error| blame("what the run has made cannot be removed", &*error))
    }
}

fn last_user(users: usize) -> Result<i64, std::num::TryFromIntError> {
    Ok(FIRST_USER + i64::try_from(users)? - 1)
}

fn blame(what: &str, error: &(impl Display + ?Sized)) -> String {
    format!("{what}: {error}")
}

async fn execute(url: &str, sql: &str) -> Outcome {
    with_client(url, async |client| client.batch_execute(sql).await).await
}

async fn with_client<T>(
    url: &str,
    work: impl AsyncFnOnce(&tokio_postgres::Client) -> Result<T, tokio_postgres::Error>,
) -> Outcome<T> {
    let all = async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::select! {
            done = work(&client) => Ok(done?),
            ended = connection => Err(ended.map_or_else(Into::into, |()| "the connection ended".into())),
        }
    };
    tokio::time::timeout(LIMIT, all).await?
}

/// Streams and buckets whose names begin with the prefix.
async fn delete_streams(url: &str, prefix: &str) -> Outcome {
    let jetstream = jetstream::new(async_nats::connect(url).await?);
    let names: Vec<String> = jetstream.stream_names().try_collect().await?;
    for name in names {
        if name
            .strip_prefix("KV_")
            .unwrap_or(&name)
            .starts_with(prefix)
        {
            jetstream.delete_stream(&name).await?;
        }
    }
    Ok(())
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
