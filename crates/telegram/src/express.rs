//! The updates that are of use to nobody unless they are answered within seconds.

use std::time::Duration;

use super::UpdateKind;

/// Which updates travel by a queue of their own, past everything that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Express {
    /// `pre_checkout_query` and `shipping_query`: somebody is about to pay.
    Payment,
    /// `inline_query`: somebody types, and only what was typed last matters.
    Inline,
}

impl Express {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Payment, Self::Inline];

    /// Those of that kind; `None` if it can wait.
    #[must_use]
    pub const fn of(kind: UpdateKind) -> Option<Self> {
        match kind {
            UpdateKind::PreCheckoutQuery | UpdateKind::ShippingQuery => Some(Self::Payment),
            UpdateKind::InlineQuery => Some(Self::Inline),
            _ => None,
        }
    }

    /// Those of the kind of that name, as [`Envelope::kind_name`](crate::Envelope::kind_name) has it. It is asked
    /// of every update, and looks at no more than three names.
    #[must_use]
    pub fn named(kind: &str) -> Option<Self> {
        match kind {
            "pre_checkout_query" | "shipping_query" => Some(Self::Payment),
            "inline_query" => Some(Self::Inline),
            _ => None,
        }
    }

    /// Whether the method answers them.
    #[must_use]
    pub fn answers(method: &str) -> bool {
        let answers = [
            "answerPreCheckoutQuery",
            "answerShippingQuery",
            "answerInlineQuery",
        ];
        answers.contains(&method)
    }

    /// How long Telegram waits for the answer. A payment fails after 10 s:
    /// <https://core.telegram.org/bots/api#answerprecheckoutquery>; of an inline query nothing is written, and
    /// answers are refused ("query is too old") after some 30 s.
    #[must_use]
    pub const fn deadline(self) -> Duration {
        match self {
            Self::Payment => Duration::from_secs(10),
            Self::Inline => Duration::from_secs(30),
        }
    }

    /// The word for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payments",
            Self::Inline => "inline",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds_cannot_wait() {
        let express = UpdateKind::ALL
            .iter()
            .filter(|kind| Express::of(**kind).is_some());
        let kinds: Vec<_> = express.copied().collect();
        let expected = [
            UpdateKind::InlineQuery,
            UpdateKind::ShippingQuery,
            UpdateKind::PreCheckoutQuery,
        ];
        assert_eq!(kinds, expected);
        assert_eq!(Express::of(UpdateKind::Unknown), None);
        for kind in UpdateKind::ALL {
            assert_eq!(Express::named(kind.as_str()), Express::of(*kind));
        }
        assert_eq!(Express::named(""), None);
    }
}
