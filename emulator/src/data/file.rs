//! The file itself: SQLite with one table of keys and values.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, params};

use crate::world::{Rows, Unsaved};

/// SQLite's mark of whose file it is: "TgEm".
const APPLICATION: i32 = 0x5467_456d;

/// The form of the rows.
const VERSION: i32 = 3;

/// The forms that are read. In the first one a chat's messages were in one row, and so were all files; in the second there was
/// one bot, and how people and groups stood with it was among their own fields.
const READ: [i32; 3] = [1, 2, VERSION];

/// A data file, and what it holds.
pub(super) struct DataFile {
    path: PathBuf,
    connection: Connection,
    is_old: bool,
    /// What is to be written; more than the last change if the disk failed then.
    unsaved: Unsaved,
    /// Digests of what is written each time, though it seldom changes.
    written: HashMap<String, u64>,
}

impl DataFile {
    /// Opens a file and reads it, or makes a new one; it is locked as long as it is open.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Rows)> {
        let refused = |error| refused(path, &explain(&error));
        let mut file = Self {
            path: path.to_owned(),
            connection: Connection::open(path).map_err(refused)?,
            is_old: false,
            unsaved: Unsaved::new(),
            written: HashMap::new(),
        };
        let connection = &file.connection;
        let number =
            |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
        connection.busy_timeout(Duration::ZERO).map_err(refused)?;
        connection
            .pragma_update(None, "locking_mode", "exclusive")
            .map_err(refused)?;
        let is_new: bool = connection
            .query_row("SELECT count(*) = 0 FROM sqlite_master", [], |row| {
                row.get(0)
            })
            .map_err(refused)?;
        let (application, version) = (
            number("application_id").map_err(refused)?,
            number("user_version").map_err(refused)?,
        );
        if !is_new && application != APPLICATION {
            return Err(file.refused("is a database of another program"));
        }
        if !is_new && !READ.contains(&version) {
            return Err(file.refused("is of another version of telegram-emulator"));
        }
        file.is_old = !is_new && version != VERSION;
        // Each change is a small write at the end of a log, in which a killed process loses nothing.
        connection
            .pragma_update(None, "journal_mode", "wal")
            .map_err(refused)?;
        connection
            .pragma_update(None, "synchronous", "normal")
            .map_err(refused)?;
        // Writes even when nothing changes, which takes the lock.
        let prepare = format!(
            "BEGIN IMMEDIATE;
             CREATE TABLE IF NOT EXISTS world (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
             PRAGMA application_id = {APPLICATION};
             PRAGMA user_version = {VERSION};
             COMMIT;"
        );
        connection.execute_batch(&prepare).map_err(refused)?;
        let rows = read(connection).map_err(refused)?;
        if file.is_old {
            // They become rows of their own.
            file.unsaved
                .extend(["files", "presses"].map(|key| (key.to_owned(), None)));
        }
        Ok((file, rows))
    }

    /// Whether its rows are of a form that is no longer written.
    pub(super) fn is_old(&self) -> bool {
        self.is_old
    }

    /// Writes these rows, and those that could not be written before, all or nothing.
    pub(super) fn write(&mut self, unsaved: Unsaved) -> rusqlite::Result<()> {
        self.unsaved.extend(unsaved);
        let is_new = |(key, value): &(&String, &Option<Vec<u8>>)| match value {
            Some(value) => self.written.get(*key) != Some(&digest(value)),
            None => true,
        };
        let rows: Vec<_> = self.unsaved.iter().filter(is_new).collect();
        if !rows.is_empty() {
            let transaction = self.connection.transaction()?;
            {
                let mut put = transaction
                    .prepare("INSERT OR REPLACE INTO world (key, value) VALUES (?1, ?2)")?;
                let mut remove = transaction.prepare("DELETE FROM world WHERE key = ?1")?;
                for (key, value) in &rows {
                    match value {
                        Some(value) => put.execute(params![key, value])?,
                        None => remove.execute([key])?,
                    };
                }
            }
            transaction.commit()?;
        }
        for (key, value) in std::mem::take(&mut self.unsaved) {
            // Those with a number in their key come only when they change.
            if let Some(value) = value.filter(|_| !key.contains('/')) {
                self.written.insert(key, digest(&value));
            }
        }
        Ok(())
    }

    /// The error of a file that is not to be used.
    pub(super) fn refused(&self, why: &str) -> io::Error {
        refused(&self.path, why)
    }
}

fn read(connection: &Connection) -> rusqlite::Result<Rows> {
    let mut query = connection.prepare("SELECT key, value FROM world")?;
    query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn refused(path: &Path, why: &str) -> io::Error {
    let text = format!("the data file {} {why}", path.display());
    io::Error::new(io::ErrorKind::InvalidData, text)
}

fn explain(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "is no SQLite database".to_owned(),
        Some(ErrorCode::DatabaseBusy) => "is in use by another program".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "is damaged".to_owned(),
        Some(ErrorCode::CannotOpen) => "cannot be opened".to_owned(),
        Some(ErrorCode::ReadOnly) => "cannot be written".to_owned(),
        _ => format!("cannot be used: {error}"),
    }
}

fn digest(value: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
