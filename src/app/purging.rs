//! What is kept for a time only: each table has a task that forgets what is old.

use tokio_util::sync::CancellationToken;

use super::{resources::Resources, running::always, tasks::Tasks};
use crate::{Config, Result, albums, purge::purge};

/// The tasks of one bot.
struct Purging<'a> {
    working: &'a mut Tasks,
    stop: &'a CancellationToken,
}

impl Purging<'_> {
    /// Forgets rows of that table from now on: up to so many at once, and says how many there were.
    fn of<F>(&mut self, table: &'static str, forget: impl Fn(u32) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<usize>> + Send + 'static,
    {
        let purging = purge(table, forget, self.stop.clone());
        self.working.spawn("purge", always(purging));
    }
}

/// Begins all of them. They end with `stop`.
pub(super) fn begin(
    working: &mut Tasks,
    resources: &Resources,
    config: &Config,
    stop: &CancellationToken,
) {
    let mut purging = Purging { working, stop };
    let days = config.delivery.inbox_days;

    let inbox = resources.inbox.clone();
    purging.of("inbox", move |limit| {
        let inbox = inbox.clone();
        async move { inbox.purge(days, limit).await }
    });
    let jobs = resources.jobs.clone();
    purging.of("jobs", move |limit| {
        let jobs = jobs.clone();
        async move { jobs.purge(days, limit).await }
    });
    let (timers, clock) = (resources.timers.clone(), resources.clock.clone());
    let days = config.timers.fired_days;
    purging.of("timers", move |limit| {
        let (timers, now) = (timers.clone(), clock.now());
        async move { timers.purge(now, days, limit).await }
    });
    let (database, clock) = (resources.database.clone(), resources.clock.clone());
    purging.of("album_parts", move |limit| {
        let (database, now) = (database.clone(), clock.now());
        async move { albums::purge(&database, now, limit).await }
    });
    let (mailings, clock) = (resources.mailings.clone(), resources.clock.clone());
    let days = config.mailings.kept_days;
    purging.of("mailings", move |limit| {
        let (mailings, now) = (mailings.clone(), clock.now());
        async move { mailings.purge(now, days, limit).await }
    });
    let files = resources.files.clone();
    purging.of("sent_files", move |limit| {
        let files = files.clone();
        async move { files.purge(limit).await }
    });
    let (notes, days) = (resources.replies.notes().clone(), config.replies.note_days);
    purging.of("noted_messages", move |limit| {
        let notes = notes.clone();
        async move { notes.purge(days, limit).await }
    });
    #[cfg(feature = "admin")]
    for (table, purge_once) in crate::web::admin::PURGES {
        let (database, clock) = (resources.database.clone(), resources.clock.clone());
        purging.of(table, move |limit| {
            purge_once(database.clone(), clock.now(), limit)
        });
    }
}
