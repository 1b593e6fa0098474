//! The webhook: where updates go by themselves, and how that went.

use serde::{Deserialize, Serialize};

use super::State;

/// A webhook that is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) secret_token: Option<String>,
    pub(crate) max_connections: usize,
    pub(crate) has_custom_certificate: bool,
    /// Where the URL led last.
    pub(crate) ip_address: Option<String>,
    /// When a delivery failed last (Unix time in seconds), and why.
    pub(crate) last_error: Option<(i64, String)>,
    /// Since when it answers with 410 and nothing else, in milliseconds of Telegram's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gone_ms: Option<u128>,
    /// Tells a webhook that was set anew from the one before.
    pub(crate) number: u64,
}

impl Webhook {
    /// Whether setting the other would change nothing.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        let settings = |webhook: &Self| {
            (
                webhook.url.clone(),
                webhook.secret_token.clone(),
                webhook.max_connections,
            )
        };
        settings(self) == settings(other) && !other.has_custom_certificate
    }
}

impl State {
    /// Sets a webhook; it gets a number of its own.
    pub(crate) fn set_webhook(&mut self, mut webhook: Webhook) {
        self.webhooks_set += 1;
        webhook.number = self.webhooks_set;
        self.webhook = Some(webhook);
    }

    /// The webhook with this number, unless it was deleted or set anew meanwhile.
    pub(crate) fn webhook_mut(&mut self, number: u64) -> Option<&mut Webhook> {
        self.webhook
            .as_mut()
            .filter(|webhook| webhook.number == number)
    }
}
