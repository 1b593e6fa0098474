//! Reads the table again and again, for the process to do what it says.

use std::time::Duration;

use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Registry, Row};
use crate::nats::Wake;

/// How long nobody looks, if no word comes.
const LOOK: Duration = Duration::from_secs(5);

/// Gives what the table says, at once and whenever it is another, until `stop`. What cannot be read stays as it was.
pub(crate) async fn follow(
    registry: Registry,
    wake: Wake,
    told: watch::Sender<Option<Vec<Row>>>,
    stop: CancellationToken,
) {
    let (mut words, mut is_away) = (None, false);
    while let Some(read) = stop.run_until_cancelled(registry.rows()).await {
        match read {
            Ok(rows) => {
                if std::mem::take(&mut is_away) {
                    tracing::info!(
                        event = "bots_read",
                        "the table of bots is read again: bots are added and stopped as it says"
                    );
                }
                told.send_if_modified(|known| {
                    let is_new = known.as_ref() != Some(&rows);
                    *known = Some(rows);
                    is_new
                });
            }
            Err(error) => {
                if !std::mem::replace(&mut is_away, true) {
                    tracing::warn!(
                        event = "bots_unread",
                        error = error.chain(),
                        "the table of bots cannot be read: those that run go on, and none is added or stopped until it can"
                    );
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.heard(&mut words) => {}
            () = sleep(LOOK) => {}
        }
    }
}
