//! The world in a file: read when the emulator starts, written soon after each change and at the end.

mod file;

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use tokio::{task::JoinHandle, time::sleep};

use self::file::DataFile;
use crate::world::{Broken, Rows, World, saved};

/// Changes that come so soon after each other are written together.
const PAUSE: Duration = Duration::from_millis(100);

/// A file that was read, and what was in it.
pub(crate) struct Opened {
    file: DataFile,
    rows: Rows,
}

/// What identifies the bot whose world it is.
#[derive(Deserialize)]
struct SavedBot {
    id: i64,
}

impl Opened {
    /// Opens a file, or makes a new one.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let (file, rows) = DataFile::open(path)?;
        Ok(Self { file, rows })
    }

    /// Puts what was in the file into a new world, and keeps that world in the file from now on.
    pub(crate) fn keep(self, world: &Arc<World>) -> io::Result<Saver> {
        let Self { file, rows } = self;
        let damaged = |Broken { key, why }| file.refused(&format!("is damaged: {key}: {why}"));
        let owner: Option<SavedBot> = saved::get(&rows, "bot").map_err(damaged)?;
        let bot = world.bot.user.id;
        if let Some(owner) = owner.filter(|owner| owner.id != bot) {
            let id = owner.id;
            return Err(file.refused(&format!("is the world of the bot {id}, not of {bot}")));
        }
        world
            .change(|state| state.restore(&rows))
            .map_err(damaged)?;
        Ok(Saver::start(Arc::clone(world), file))
    }
}

/// Writes the world into its file until dropped, and then once more.
pub(crate) struct Saver {
    world: Arc<World>,
    /// Taken out at the end: the task may outlive this for a moment, and the file shall be free.
    file: Arc<Mutex<Option<DataFile>>>,
    task: JoinHandle<()>,
}

impl Saver {
    fn start(world: Arc<World>, file: DataFile) -> Self {
        let file = Arc::new(Mutex::new(Some(file)));
        let task = tokio::spawn(run(Arc::clone(&world), Arc::clone(&file)));
        Self { world, file, task }
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        self.task.abort();
        save(&self.world, &self.file);
        lock(&self.file).take();
    }
}

async fn run(world: Arc<World>, file: Arc<Mutex<Option<DataFile>>>) {
    loop {
        let changed = world.changed.notified();
        let (to_save, into) = (Arc::clone(&world), Arc::clone(&file));
        // The disk may be slow.
        let saved = tokio::task::spawn_blocking(move || save(&to_save, &into)).await;
        if saved.is_err() {
            return;
        }
        changed.await;
        sleep(PAUSE).await;
    }
}

fn save(world: &World, file: &Mutex<Option<DataFile>>) {
    // Locked first: the newest rows are written last.
    let mut file = lock(file);
    let Some(file) = file.as_mut() else {
        return;
    };
    let rows = world.read(|state| state.rows());
    if let Err(error) = file.write(&rows) {
        tracing::error!(error = %error, "cannot write the data file");
    }
}

fn lock(file: &Mutex<Option<DataFile>>) -> MutexGuard<'_, Option<DataFile>> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}
