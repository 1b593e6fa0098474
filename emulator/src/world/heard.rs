//! What pushed updates told of things that the emulator does not make by itself: connections to business accounts, and
//! topics of a channel's direct messages. What was heard of can be answered.

use std::collections::BTreeSet;

use serde_json::Value;

/// Names that a call may use.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    connections: BTreeSet<String>,
    direct_topics: BTreeSet<(i64, i64)>,
}

impl Heard {
    /// Takes up the payload of an update.
    pub(super) fn learn(&mut self, kind: &str, payload: &Value) {
        let connection = match kind {
            "business_connection" => &payload["id"],
            _ => &payload["business_connection_id"],
        };
        self.connections
            .extend(connection.as_str().map(ToOwned::to_owned));
        let topic = payload["direct_messages_topic"]["topic_id"].as_i64();
        self.direct_topics
            .extend(payload["chat"]["id"].as_i64().zip(topic));
    }

    /// Whether an update named that connection.
    pub(crate) fn knows_connection(&self, id: &str) -> bool {
        self.connections.contains(id)
    }

    /// Whether a message came in that topic of a channel's direct messages.
    pub(crate) fn knows_direct_topic(&self, chat: i64, topic: i64) -> bool {
        self.direct_topics.contains(&(chat, topic))
    }
}
