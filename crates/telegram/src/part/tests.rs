//! What is read of a real update of each kind, and what odd fields do to it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{super::*, names};

fn samples() -> Vec<Value> {
    serde_json::from_str(include_str!("../fuzz/updates.json")).expect("JSON")
}

fn decode(update: &Value) -> Update {
    Update::decode(update.to_string()).expect("an update")
}

fn sample(id: i64) -> Update {
    let sample = samples().into_iter().find(|it| it["update_id"] == id);
    decode(&sample.expect("a sample"))
}

fn of_message(field: &str, value: &Value) -> Update {
    let chat = json!({"id": 5, "type": "private"});
    decode(
        &json!({"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, field: value}}),
    )
}

#[test]
fn every_update_has_the_parts_that_it_carries_and_no_others() {
    let expected = [
        (870_002, "message that it answers"),
        (870_003, "photo"),
        (870_006, "membership change"),
        (870_007, "checkout"),
        (870_008, "payment"),
        (870_009, "inline query"),
        (870_010, "boost"),
        (870_011, "reaction"),
        (870_014, "vote"),
        (870_016, "edit"),
        (870_018, "edit"),
        (870_019, "business connection"),
        (870_020, "edit"),
        (870_021, "deleted messages"),
        (870_022, "guest message"),
        (870_023, "count of reactions"),
        (870_024, "chosen inline result"),
        (870_025, "shipping query"),
        (870_026, "purchase of paid media"),
        (870_027, "poll"),
        (870_028, "membership change"),
        (870_029, "request to join"),
        (870_030, "removed boost"),
        (870_031, "managed bot"),
        (870_032, "subscription"),
        (870_033, "stopped message"),
        (870_034, "document"),
        (870_035, "video"),
        (870_036, "animation,document"),
        (870_037, "audio"),
        (870_038, "voice message"),
        (870_039, "video note"),
        (870_040, "sticker"),
        (870_041, "contact"),
        (870_042, "location"),
        (870_043, "location,venue"),
        (870_044, "poll"),
        (870_045, "dice"),
        (870_046, "origin"),
        (870_047, "message that it answers"),
        (870_048, "shared users"),
        (870_049, "shared chat"),
        (870_050, "data of a web app"),
        (870_051, "refund"),
        (870_052, "new members"),
        (870_053, "member that left"),
    ];
    for update in samples() {
        let id = update["update_id"].as_i64();
        let expected = expected.iter().find(|(of, _)| Some(*of) == id);
        let parts = names(&decode(&update)).into_iter();
        let parts: Vec<_> = parts.filter(|part| *part != "chat").collect();
        let parts = parts.join(",");
        assert_eq!(parts, expected.map_or("", |(_, parts)| parts), "{update}");
    }
}

#[test]
fn every_kind_has_a_type_that_holds_all_of_it_and_is_made_once() {
    /// Whether it fits, and whether a clone of the update has the same.
    fn fits<T: Payload>(update: &Update) -> bool {
        let typed = |update: &Update| {
            let typed = update.typed::<T>();
            typed.unwrap_or_else(|error| panic!("{error}: {update:?}"))
        };
        let (one, other) = (typed(&update.clone()), typed(update));
        one.zip(other)
            .is_some_and(|(one, other)| Arc::ptr_eq(&one, &other))
    }
    let kinds: [fn(&Update) -> bool; 20] = [
        fits::<frankenstein::types::Message>,
        fits::<frankenstein::types::BusinessConnection>,
        fits::<frankenstein::types::BusinessMessagesDeleted>,
        fits::<frankenstein::types::MessageReactionUpdated>,
        fits::<frankenstein::types::MessageReactionCountUpdated>,
        fits::<frankenstein::inline_mode::InlineQuery>,
        fits::<frankenstein::inline_mode::ChosenInlineResult>,
        fits::<frankenstein::types::CallbackQuery>,
        fits::<frankenstein::payments::ShippingQuery>,
        fits::<frankenstein::payments::PreCheckoutQuery>,
        fits::<frankenstein::payments::PaidMediaPurchased>,
        fits::<frankenstein::types::Poll>,
        fits::<frankenstein::types::PollAnswer>,
        fits::<frankenstein::types::ChatMemberUpdated>,
        fits::<frankenstein::types::ChatJoinRequest>,
        fits::<frankenstein::types::ChatBoostUpdated>,
        fits::<frankenstein::types::ChatBoostRemoved>,
        fits::<frankenstein::types::ManagedBotUpdated>,
        fits::<frankenstein::types::BotSubscriptionUpdated>,
        fits::<frankenstein::types::MessageGenerationStopped>,
    ];
    let mut seen = std::collections::BTreeSet::new();
    for update in samples() {
        let update = decode(&update);
        let fitting = kinds.iter().filter(|fits| fits(&update)).count();
        let known = update.kind != UpdateKind::Unknown;
        assert_eq!(fitting, usize::from(known), "{}", update.id);
        seen.insert(update.kind);
    }
    assert_eq!(seen.len(), 27 + 1, "every kind has a sample: {seen:?}");
}

#[test]
fn an_odd_field_of_a_part_harms_no_other() {
    let odd =
        json!({"file_id": "F", "width": "wide", "duration": 1.5, "thumbnail": {"file_id": 7}});
    let video: Video = of_message("video", &odd).part().expect("a video");
    assert_eq!(
        (video.file_id.as_str(), video.width, video.duration),
        ("F", 0, 0)
    );
    assert_eq!(video.thumbnail, None);

    let sizes = json!([{"file_id": 7}, {"file_id": "S", "width": 9, "height": 9}, [], {"file_id": "L", "width": 90, "height": 90}]);
    let photo: Photo = of_message("photo", &sizes).part().expect("a photo");
    assert_eq!((photo.len(), photo.largest().file_id.as_str()), (2, "L"));
    for none in [
        json!([]),
        json!([{"width": 9}]),
        json!({}),
        json!(7),
        json!(null),
    ] {
        assert_eq!(of_message("photo", &none).part::<Photo>(), None, "{none}");
    }

    let users =
        json!({"request_id": 7, "users": [{"user_id": 8, "first_name": {}}, {"user_id": "x"}]});
    let shared: UsersShared = of_message("users_shared", &users).part().expect("users");
    let ids: Vec<_> = shared.users.iter().map(|user| user.user_id).collect();
    assert_eq!(ids, [8]);

    for (latitude, is_place) in [(json!(55.5), true), (json!(-1), true), (json!("55"), false)] {
        let place = json!({"latitude": latitude, "longitude": 37.5, "heading": "north"});
        let place: Option<Location> = of_message("location", &place).part();
        assert_eq!(place.is_some(), is_place, "{place:?}");
    }
}

#[test]
fn what_is_new_is_told_apart_from_what_is_not_there() {
    let reaction = json!({
        "chat": {"id": 5, "type": "private"}, "message_id": 1, "date": 1, "old_reaction": 7,
        "new_reaction": [{"type": "hologram"}, {"type": "custom_emoji", "custom_emoji_id": "9"}, 7],
    });
    let update = decode(&json!({"update_id": 1, "message_reaction": reaction}));
    let reaction: Reaction = update.part().expect("a reaction");
    let known = ReactionKind::CustomEmoji("9".into());
    assert_eq!(
        (reaction.old, reaction.new),
        (vec![], vec![ReactionKind::Unknown, known])
    );

    for (kind, is_known) in [("premium", true), ("teleport", false)] {
        let source = json!({"source": kind, "user": {"id": 77}});
        let removed = json!({"chat": {"id": 5}, "boost_id": "b", "source": source});
        let removed = decode(&json!({"update_id": 1, "removed_chat_boost": removed}));
        let source = removed.part::<BoostRemoved>().expect("a boost").source;
        assert_eq!(matches!(source, BoostSource::Premium(_)), is_known);
        assert_eq!(source == BoostSource::Unknown, !is_known);
    }

    let origin = json!({"type": "hologram", "date": 7});
    let forwarded: Forwarded = of_message("forward_origin", &origin)
        .part()
        .expect("forwarded");
    assert_eq!(
        (forwarded.date, forwarded.from),
        (7, ForwardedFrom::Unknown)
    );
}

#[test]
fn parts_hold_what_telegram_sent() {
    let channel: Forwarded = sample(870_046).part().expect("forwarded");
    let ForwardedFrom::Channel { chat, message_id } = channel.from else {
        panic!("{channel:?}")
    };
    assert_eq!((chat.id, message_id), (-1_009_876_543_210, 12));

    let answered: RepliedTo = sample(870_047).part().expect("a message");
    assert_eq!(
        (answered.message_id, answered.text.as_deref()),
        (11, Some("кот"))
    );

    let guest: GuestMessage = sample(870_022).part().expect("a guest");
    assert_eq!(guest.guest_query_id, "gq7");
    assert_eq!(guest.text.as_deref(), Some("@our_bot сколько?"));

    let connection: BusinessConnection = sample(870_019).part().expect("a connection");
    let rights = connection.rights.expect("rights");
    assert!(connection.is_enabled && rights.can_reply && !rights.can_edit_bio);

    let poll: Poll = sample(870_044).part().expect("a poll");
    assert_eq!(
        (poll.kind.as_str(), poll.correct_option_ids),
        ("quiz", vec![1])
    );

    let new: NewMembers = sample(870_052).part().expect("members");
    assert_eq!(
        new.iter().map(|user| user.id).collect::<Vec<_>>(),
        [88, 7_000_000_001]
    );

    let request: JoinRequest = sample(870_029).part().expect("a request");
    let link = request.invite_link.expect("a link");
    assert_eq!(
        (link.url.as_str(), link.creates_join_request),
        ("https://t.me/+abc", true)
    );
    assert_eq!(
        sample(870_032).part().map(|it: Subscription| it.state),
        Some(SubscriptionState::Canceled)
    );
}

#[test]
fn a_payload_that_does_not_fit_is_an_error_of_who_asks_only() {
    let chat = json!({"id": 5, "type": "hologram"});
    let stopped = json!({"chat": chat, "draft_id": 7});
    let update = decode(&json!({"update_id": 1, "stopped_message_generation": stopped}));
    assert_eq!(
        update.part().map(|it: GenerationStopped| it.draft_id),
        Some(7)
    );
    for _ in 0..2 {
        let typed = update.typed::<frankenstein::types::MessageGenerationStopped>();
        assert!(typed.is_err());
    }
    let other = update.typed::<frankenstein::types::Poll>();
    assert_eq!(other.expect("not asked for"), None);
}
