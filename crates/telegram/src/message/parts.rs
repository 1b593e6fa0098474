//! What a message may be: what somebody sends, and what Telegram tells of the chat. Source: the
//! fields of <https://core.telegram.org/bots/api#message> (Bot API 10.3).

/// What a field says of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It holds what somebody sent.
    Content(&'static str),
    /// It holds what Telegram tells.
    Service(&'static str),
}

macro_rules! parts {
    (Content: $($content:literal)* Service: $($service:literal)*) => {
        impl Says {
            /// What the field of that name says; `None` of all that comes along with a part.
            pub(super) fn of(field: &[u8]) -> Option<Self> {
                match std::str::from_utf8(field).ok()? {
                    $($content => Some(Self::Content($content)),)*
                    $($service => Some(Self::Service($service)),)*
                    _ => None,
                }
            }
        }
    };
}

parts! {
    Content:
    "text" "rich_message" "animation" "audio" "document" "live_photo" "paid_media" "photo" "sticker"
    "story" "video" "video_note" "voice" "checklist" "contact" "dice" "game" "giveaway"
    "giveaway_winners" "invoice" "passport_data" "poll" "venue" "location"
    Service:
    "boost_added" "channel_chat_created" "chat_background_set" "chat_owner_changed"
    "chat_owner_left" "chat_shared" "checklist_tasks_added" "checklist_tasks_done"
    "community_chat_added" "community_chat_joined" "community_chat_removed" "connected_website"
    "delete_chat_photo" "direct_message_price_changed" "forum_topic_closed" "forum_topic_created"
    "forum_topic_edited" "forum_topic_reopened" "general_forum_topic_hidden"
    "general_forum_topic_unhidden" "gift" "gift_upgrade_sent" "giveaway_completed"
    "giveaway_created" "group_chat_created" "left_chat_member" "managed_bot_created"
    "message_auto_delete_timer_changed" "migrate_from_chat_id" "migrate_to_chat_id"
    "new_chat_members" "new_chat_photo" "new_chat_title" "paid_message_price_changed"
    "pinned_message" "poll_option_added" "poll_option_deleted" "proximity_alert_triggered"
    "refunded_payment" "successful_payment" "suggested_post_approval_failed"
    "suggested_post_approved" "suggested_post_declined" "suggested_post_paid"
    "suggested_post_refunded" "supergroup_chat_created" "unique_gift" "users_shared"
    "video_chat_ended" "video_chat_participants_invited" "video_chat_scheduled"
    "video_chat_started" "web_app_data" "write_access_allowed"
}

/// The content of a message that has these two: Telegram adds a document to an animation, and a
/// location to a venue.
pub(super) fn more_precise(known: Option<&'static str>, other: &'static str) -> &'static str {
    match known {
        Some(known) if matches!(other, "document" | "location") => known,
        _ => other,
    }
}
