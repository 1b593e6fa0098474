//! How updates come: they are fetched, or Telegram sends them.

use serde::Deserialize;

/// `telegram.intake`: how updates come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Intake {
    /// One process fetches them (the default).
    #[default]
    Polling,
    /// Telegram posts them to `web.public_url`, behind which any number of processes listens.
    Webhook,
}

/// `telegram.webhook_order`: how many updates Telegram posts at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum WebhookOrder {
    /// Up to 40, in the order of Telegram's own queues: what a user writes, what he presses and so on are queues of their own (the default).
    #[default]
    Queue,
    /// One after the other, as polling gives them, unless one is refused.
    Strict,
}

impl Intake {
    #[cfg(feature = "cli")]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::Webhook => "webhook",
        }
    }
}

impl WebhookOrder {
    /// The parameter `max_connections` of `setWebhook`.
    #[cfg(feature = "web")]
    pub(crate) fn connections(self) -> u32 {
        match self {
            Self::Queue => 40,
            Self::Strict => 1,
        }
    }

    #[cfg(feature = "web")]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Strict => "strict",
        }
    }
}

impl TryFrom<String> for Intake {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "polling" => Ok(Self::Polling),
            "webhook" => Ok(Self::Webhook),
            _ => Err(format!("\"{name}\" is neither \"polling\" nor \"webhook\"")),
        }
    }
}

impl TryFrom<String> for WebhookOrder {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "queue" => Ok(Self::Queue),
            "strict" => Ok(Self::Strict),
            _ => Err(format!("\"{name}\" is neither \"queue\" nor \"strict\"")),
        }
    }
}
