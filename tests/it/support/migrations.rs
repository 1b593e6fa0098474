//! A folder of migrations: those of a test's own bot.

use std::{env, fs, path::PathBuf};

use diesel_migrations::FileBasedMigrations;

/// Removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let folder = env::temp_dir().join(format!("ostankino-test-{:016x}", fastrand::u64(..)));
        fs::create_dir(&folder).expect("a new folder");
        Self(folder)
    }

    pub(crate) fn add(&self, name: &str, up: &str, down: &str) {
        fs::create_dir_all(self.path(name)).expect("a new folder");
        for (file, sql) in [("up.sql", up), ("down.sql", down)] {
            fs::write(self.path(name).join(file), sql).expect("written");
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn migrations(&self) -> FileBasedMigrations {
        FileBasedMigrations::from_path(&self.0).expect("a folder of migrations")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
