//! Writes records from a thread of its own: whoever reads the log slowly, or not at all, holds up no
//! handler. What does not fit meanwhile is dropped, and counted.

use std::{
    io::{self, BufWriter, Write},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// The most records that wait to be written: some megabytes.
const WAITING: usize = 16_384;

/// What is written at once at the most.
const WRITTEN_AT_ONCE: usize = 64 * 1024;

/// How long a record that follows another one may wait to be written: under load many are written at
/// once, and nobody wakes the thread for each.
const PAUSE: Duration = Duration::from_millis(5);

/// The writer of this process, and what waits for it to end.
static WRITER: OnceLock<NonBlocking> = OnceLock::new();
static GUARD: Mutex<Option<WorkerGuard>> = Mutex::new(None);

/// The writer to standard output of this process.
pub(super) fn stdout() -> NonBlocking {
    let writer = WRITER.get_or_init(|| {
        let (writer, guard) = non_blocking(io::stdout());
        *lock() = Some(guard);
        writer
    });
    writer.clone()
}

/// Waits, not for ever, until what was logged so far is written; what is logged afterwards is not.
pub(super) fn close() {
    drop(lock().take());
}

fn lock() -> MutexGuard<'static, Option<WorkerGuard>> {
    GUARD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn non_blocking(sink: impl Write + Send + 'static) -> (NonBlocking, WorkerGuard) {
    let dropped = Arc::new(OnceLock::new());
    let sink = Telling {
        sink,
        dropped: dropped.clone(),
        told: 0,
    };
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING)
        .thread_name("log")
        .finish(BufWriter::with_capacity(WRITTEN_AT_ONCE, sink));
    let _ = dropped.set(writer.error_counter());
    (writer, guard)
}

/// Tells in the log itself how much of it is missing, once there is room again.
struct Telling<W> {
    sink: W,
    dropped: Arc<OnceLock<ErrorCounter>>,
    told: usize,
}

impl<W: Write> Write for Telling<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes);
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        if dropped > self.told {
            self.told = dropped;
            tracing::warn!(
                event = "log_dropped",
                records = dropped,
                "the log is read too slowly: so many records were dropped since the start"
            );
        }
        written
    }

    /// Called when all is written that was there.
    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()?;
        std::thread::sleep(PAUSE);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Takes nothing until it is told to.
    struct Stuck {
        opened: mpsc::Receiver<()>,
        taken: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Open for ever once the other end is gone.
            let _ = self.opened.recv();
            self.taken.lock().expect("not poisoned").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_is_stuck_holds_up_nobody_and_what_is_missing_is_counted() {
        let (open, opened) = mpsc::channel();
        let taken = Arc::default();
        let (mut writer, guard) = non_blocking(Stuck {
            opened,
            taken: Arc::clone(&taken),
        });
        let dropped = writer.error_counter();
        let line = [b'x'; 99];
        let written = 2 * WAITING + WRITTEN_AT_ONCE / line.len();
        for _ in 0..written {
            writer.write_all(&line).expect("it never fails");
        }
        let missing = dropped.dropped_lines();
        assert!(missing > 0);
        drop(open);
        drop(guard);
        let taken = taken.lock().expect("not poisoned").len();
        assert_eq!(taken, (written - missing) * line.len());
    }
}
