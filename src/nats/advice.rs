//! What an operator can change where JetStream refuses to keep our streams, by its error codes.

use crate::config::NatsConfig;

/// What to change, and whether waiting may help as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) text: String,
    /// A cluster may find room, or servers, by itself.
    pub(crate) may_pass: bool,
}

/// The advice for that code, if there is any.
pub(crate) fn advice(code: u64, config: &NatsConfig) -> Option<Advice> {
    let (megabytes, replicas) = (config.stream_max_mb, config.replicas);
    let files = config.files_max_mb;
    let lower = format!(
        "lower nats.stream_max_mb (OSTANKINO__NATS__STREAM_MAX_MB), which is {megabytes}: the queue of \
         updates and the dead letters reserve so much each; or nats.files_max_mb, which is {files}"
    );
    let (text, may_pass) = match code {
        // Insufficient storage, the same of memory, the limits of the account and of one stream.
        10047 | 10028 => (
            format!("{lower}; or give nats-server more room (max_file_store)"),
            false,
        ),
        10002 => (
            format!("{lower}; or raise the limits of the account of nats.urls"),
            false,
        ),
        10122 => (
            format!("{lower}; or raise max_stream_bytes of the account of nats.urls"),
            false,
        ),
        10113 => (
            "the account of nats.urls insists on max_bytes for every stream, which buckets of states \
             do not have: take max_bytes_required off"
                .into(),
            false,
        ),
        10026 => (
            "lower delivery.partitions (OSTANKINO__DELIVERY__PARTITIONS), of which each has a consumer; \
             or raise max_consumers of the account of nats.urls"
                .into(),
            false,
        ),
        10027 => (
            "raise max_streams of the account of nats.urls: the service needs 5".into(),
            false,
        ),
        10074 => (
            "set nats.replicas to 1, or run a cluster of servers".into(),
            false,
        ),
        // No suitable servers, or not enough of them with room.
        10005 | 10023 => (
            format!("start the other servers of the cluster, or lower nats.replicas, which is {replicas}; or {lower}"),
            true,
        ),
        _ => return None,
    };
    Some(Advice { text, may_pass })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_lacks_room_names_the_setting_and_its_value() {
        let config = NatsConfig::default();
        for code in [10002, 10023, 10028, 10047, 10122] {
            let text = advice(code, &config).expect("advice").text;
            assert!(
                text.contains("nats.stream_max_mb") && text.contains("256"),
                "{text}"
            );
        }
        assert_eq!(advice(10059, &config), None);
    }
}
