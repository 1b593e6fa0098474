//! Who polls for which bot: the leases in the bucket `<prefix>_leases`.

use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

use crate::{Result, nats::Nats};

/// The process that polls for a bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Leader {
    /// For which bot.
    pub(super) bot_id: i64,
    #[serde(flatten)]
    pub(super) lease: Lease,
}

/// What the holder of a lease says of itself; what it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Lease {
    /// A random name of the process.
    pub(super) instance: String,
    /// The name of its host.
    pub(super) host: String,
    /// Since when it polls, in Unix seconds.
    pub(super) since: u64,
}

/// The holders of all leases under that prefix, by bot.
pub(super) async fn leaders(nats: &Nats, prefix: &str) -> Result<Vec<Leader>> {
    let bucket = format!("{prefix}_leases");
    let Some(store) = nats.find_bucket(&bucket).await? else {
        return Ok(Vec::new());
    };
    let of_pollers = format!("$KV.{bucket}.poller.");
    // Listing the keys by the bucket itself would make a consumer.
    let listed = async {
        let listed = store.stream.info_with_subjects(format!("{of_pollers}>"));
        listed.await?.try_collect::<Vec<_>>().await
    };
    let mut leaders = Vec::new();
    for (subject, _) in nats.within(listed).await? {
        let bot = subject.strip_prefix(&of_pollers);
        let Some(bot_id) = bot.and_then(|bot| bot.parse().ok()) else {
            continue;
        };
        // Given up or expired meanwhile?
        if let Some(value) = nats.within(store.get(format!("poller.{bot_id}"))).await? {
            let lease = serde_json::from_slice(&value).unwrap_or_default();
            leaders.push(Leader { bot_id, lease });
        }
    }
    leaders.sort_by_key(|leader| leader.bot_id);
    Ok(leaders)
}
