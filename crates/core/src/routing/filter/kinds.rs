//! A set of kinds of updates, as bits: what a filter is about.

use std::{collections::BTreeSet, fmt};

use crate::telegram::UpdateKind;

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u64);

impl Kinds {
    /// Every kind that Telegram can be asked for.
    pub(super) const ALL: Self = Self::of(UpdateKind::ALL);

    /// Those that carry a message.
    pub(super) const MESSAGES: Self = Self::of(&[
        UpdateKind::Message,
        UpdateKind::EditedMessage,
        UpdateKind::ChannelPost,
        UpdateKind::EditedChannelPost,
        UpdateKind::BusinessMessage,
        UpdateKind::EditedBusinessMessage,
        UpdateKind::GuestMessage,
    ]);

    /// Those that carry a message, and pressed buttons.
    pub(super) const MESSAGES_AND_PRESSES: Self =
        Self::MESSAGES.or(Self::of(&[UpdateKind::CallbackQuery]));

    /// Events of the service's own, which Telegram is not asked for.
    pub(super) const EVENTS: Self = Self::of(&[UpdateKind::Event]);

    /// Those that happen in a chat.
    pub(super) const IN_CHATS: Self = Self::ALL.or(Self::EVENTS).without(Self::of(&[
        UpdateKind::BusinessConnection,
        UpdateKind::InlineQuery,
        UpdateKind::ChosenInlineResult,
        UpdateKind::ShippingQuery,
        UpdateKind::PreCheckoutQuery,
        UpdateKind::PurchasedPaidMedia,
        UpdateKind::Poll,
        UpdateKind::PollAnswer,
        UpdateKind::ManagedBot,
        UpdateKind::Subscription,
    ]));

    /// Those that somebody causes.
    pub(super) const OF_USERS: Self = Self::ALL.or(Self::EVENTS).without(Self::of(&[
        UpdateKind::DeletedBusinessMessages,
        UpdateKind::MessageReactionCount,
        UpdateKind::Poll,
        UpdateKind::StoppedMessageGeneration,
    ]));

    /// What a filter that names no kind is about.
    pub(super) const USUAL: Self = Self::of(&[UpdateKind::Message]);

    pub(super) const fn of(kinds: &[UpdateKind]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < kinds.len() {
            bits |= 1 << kinds[index].index();
            index += 1;
        }
        Self(bits)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the two have a kind in common.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all of these are in `other`.
    pub(super) const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) fn to_set(self) -> BTreeSet<UpdateKind> {
        let others = [UpdateKind::Event, UpdateKind::Unknown];
        let all = UpdateKind::ALL.iter().chain(&others);
        all.copied()
            .filter(|kind| self.meets(Self::of(&[*kind])))
            .collect()
    }
}

/// `message, edited_message`
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, kind) in self.to_set().iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}", kind.as_str())?;
        }
        Ok(())
    }
}
