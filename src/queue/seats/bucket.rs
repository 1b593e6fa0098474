//! The bucket `<prefix>_leases`: its entries vanish unless they are renewed.

use async_nats::jetstream::kv;

use crate::{Result, config::Config, nats::Nats};

/// Opens the bucket, creating it if it is not there. One of another age is changed: the last process
/// that was started decides.
///
/// # Errors
///
/// [`Error::Unavailable`](crate::Error::Unavailable).
pub(crate) async fn open(nats: &Nats, config: &Config) -> Result<kv::Store> {
    let wanted = kv::Config {
        bucket: format!("{}_leases", config.nats.prefix),
        description: "Which process does what for which bot".into(),
        history: 1,
        // Of the bucket: `create_with_ttl` forgets the age of an entry that is made again.
        max_age: config.delivery.lease(),
        ..kv::Config::default()
    };
    let store = nats.open_bucket(wanted.clone()).await?;
    let kept = &store.stream.cached_info().config;
    if (kept.max_age, kept.max_messages_per_subject) == (wanted.max_age, wanted.history) {
        return Ok(store);
    }
    let config = kv::Config {
        num_replicas: kept.num_replicas,
        ..wanted
    };
    nats.within(nats.jetstream().update_key_value(config)).await
}

/// The name of this host, as far as one can tell; in a container that of the container.
pub(crate) fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    name.map_or_else(|_| "unknown".into(), |name| name.trim().to_owned())
}
