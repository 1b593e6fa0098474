//! A folder of migrations: ours, and those of the test.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use diesel_migrations::FileBasedMigrations;

/// Removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A copy of this project's.
    pub(crate) fn with_ours() -> Self {
        let folder =
            Self(env::temp_dir().join(format!("ostankino-test-{:016x}", fastrand::u64(..))));
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        for migration in fs::read_dir(ours).expect("it is there") {
            let migration = migration.expect("it is read").path();
            let name = migration.file_name().and_then(|name| name.to_str());
            let read = |file| fs::read_to_string(migration.join(file)).expect("it is read");
            folder.add(name.expect("a name"), &read("up.sql"), &read("down.sql"));
        }
        folder
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
