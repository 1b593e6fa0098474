//! The world in a file: read when the emulator starts, written after each change, and at the end.

mod file;

use std::{
    io,
    path::Path,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;
use tokio::{sync::watch, task::JoinHandle};

use self::file::DataFile;
use crate::world::{Broken, Rows, World, saved};

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
        world.restore(&rows).map_err(damaged)?;
        world.change(|state| state.keep_unsaved(file.is_old()));
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
        let (told, saved) = watch::channel(0);
        world.is_saved_by(saved);
        let file = Arc::new(Mutex::new(Some(file)));
        let task = tokio::spawn(run(Arc::clone(&world), Arc::clone(&file), told));
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

/// Writes what changed, again and again: what comes while the disk is at work is written next, all at once.
async fn run(world: Arc<World>, file: Arc<Mutex<Option<DataFile>>>, told: watch::Sender<u64>) {
    loop {
        let mut changed = pin!(world.shared.changed.notified());
        // Enlisted before looking, or a change between the look and the wait would be missed.
        changed.as_mut().enable();
        let (to_save, into) = (Arc::clone(&world), Arc::clone(&file));
        // The disk may be slow.
        let saved = tokio::task::spawn_blocking(move || save(&to_save, &into)).await;
        let Ok(version) = saved else {
            return;
        };
        told.send_replace(version);
        changed.await;
    }
}

/// Writes what is not in the file yet; returns the version of the world that is in it now.
fn save(world: &World, file: &Mutex<Option<DataFile>>) -> u64 {
    // Locked first: the newest rows are written last.
    let mut file = lock(file);
    let Some(file) = file.as_mut() else {
        return u64::MAX;
    };
    let bots = world.identities();
    let (unsaved, version) =
        world.change_quietly(|state| (state.take_unsaved(&bots), state.version));
    if let Err(error) = file.write(unsaved) {
        tracing::error!(error = %error, "cannot write the data file");
    }
    version
}

fn lock(file: &Mutex<Option<DataFile>>) -> MutexGuard<'_, Option<DataFile>> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}
