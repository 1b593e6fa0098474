//! Each condition, of updates as Telegram sends them.

use serde_json::json;

use super::*;
use crate::{
    CallbackData, DeepLink,
    filter::{self, *},
    telegram::EntityKind,
};

#[derive(DeepLink)]
#[deep_link(prefix = "r")]
struct Referral(i64);

#[derive(CallbackData)]
#[callback(prefix = "page")]
struct Page;

#[test]
fn every_kind_of_updates_has_a_condition_of_its_name() {
    let all = filter::make_kinds::all_kinds();
    let kinds: Vec<_> = all.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds, UpdateKind::ALL);
    for (kind, name, filter) in all {
        assert_eq!(filter.to_string(), name);
        assert_eq!(kind.as_str(), name);
        assert_eq!(filter.kinds(), [kind].into());
    }
}

/// Each of these takes the first updates, and none of the second.
#[test]
fn texts() {
    let says = |text: &str| super::message(&json!({"text": text}));
    let shows = |caption: &str| super::message(&json!({"photo": [{}], "caption": caption}));
    let commands = |text: &str, length: usize| {
        let entity = json!({"type": "bot_command", "offset": 0, "length": length});
        super::message(&json!({"text": text, "entities": [entity]}))
    };
    let cases: [(Filter, Vec<Request>, Vec<Request>); 11] = [
        (
            text(),
            vec![says("привет"), shows("чек"), commands("/start", 6)],
            vec![
                super::message(&json!({"photo": [{}]})),
                presses("x", &json!({"text": "Оплатить?"})),
            ],
        ),
        (caption(), vec![shows("чек")], vec![says("чек")]),
        (
            text_is("🛒 Каталог"),
            vec![says("🛒 Каталог"), shows("🛒 Каталог")],
            vec![says("🛒 каталог"), says("🛒 Каталог "), says("Каталог")],
        ),
        (
            text_starts("Заказ №"),
            vec![says("Заказ №7")],
            vec![says("заказ №7"), says("Заказ")],
        ),
        (
            regex(r"(?i)^заказ\s+№?(\d+)$"),
            vec![says("ЗАКАЗ №15"), says("заказ 7"), shows("Заказ ٣")],
            vec![says("заказ"), says("мой заказ 7")],
        ),
        (
            regex(r"\p{Georgian}"),
            vec![says("გამარჯობა")],
            vec![says("привет")],
        ),
        (
            command("start"),
            vec![
                commands("/start", 6),
                commands("/START r1", 6),
                commands("/start, привет", 6),
            ],
            vec![says("start"), commands("/starting", 9), says("см. /start")],
        ),
        (
            start_payload("r"),
            vec![commands("/start r15", 6)],
            vec![
                commands("/start", 6),
                commands("/start q15", 6),
                commands("/stop r15", 5),
            ],
        ),
        (
            link::<Referral>(),
            vec![
                commands("/start r-K", 6),
                commands("/START@our_bot r-K", 14),
            ],
            vec![
                commands("/start", 6),
                commands("/start r-", 6),
                commands("/start r-KKK", 6),
                commands("/start q-K", 6),
                commands("/stop r-K", 5),
            ],
        ),
        (content("text"), vec![says("привет")], vec![shows("чек")]),
        (
            text() & !command("start"),
            vec![says("привет"), commands("/stop", 5)],
            vec![commands("/start", 6)],
        ),
    ];
    for (filter, taken, not_taken) in cases {
        for request in taken {
            assert!(takes(&filter, &request), "{filter}: {:?}", request.update);
        }
        for request in not_taken {
            assert!(!takes(&filter, &request), "{filter}: {:?}", request.update);
        }
    }
}

#[test]
fn what_a_message_holds() {
    let link = json!({"text": "см. https://example.org", "entities": [{"type": "url", "offset": 4, "length": 19}]});
    let animation = json!({"animation": {}, "document": {}});
    let venue = json!({"venue": {}, "location": {}});
    for (filter, holds) in [
        (photo(), json!({"photo": [{}]})),
        (video(), json!({"video": {}, "caption": "вот"})),
        (animation_(), animation.clone()),
        (audio(), json!({"audio": {}})),
        (voice(), json!({"voice": {}})),
        (video_note(), json!({"video_note": {}})),
        (document(), json!({"document": {}})),
        (sticker(), json!({"sticker": {}})),
        (contact(), json!({"contact": {"phone_number": "+7"}})),
        (location(), json!({"location": {}})),
        (filter::venue(), venue.clone()),
        (content("dice"), json!({"dice": {}})),
        (media(), json!({"voice": {}})),
        (media(), animation.clone()),
        (entity(EntityKind::Url), link),
        (service("pinned_message"), json!({"pinned_message": {}})),
        (
            forwarded(),
            json!({"text": "чужое", "forward_origin": {"type": "hidden_user"}}),
        ),
        (
            reply(),
            json!({"text": "да", "reply_to_message": {"message_id": 9}}),
        ),
    ] {
        assert!(takes(&filter, &super::message(&holds)), "{filter}: {holds}");
        let other = json!({"text": "привет"});
        assert!(!takes(&filter, &super::message(&other)), "{filter}");
    }
    assert!(!takes(&document(), &super::message(&animation)));
    assert!(!takes(&location(), &super::message(&venue)));
    assert!(!takes(&media(), &super::message(&venue)));
}

fn animation_() -> Filter {
    filter::animation()
}

#[test]
fn in_a_topic_what_answers_nothing_answers_the_topic_only_seemingly() {
    let of_topic = |answered: i64| {
        super::message(&json!({
            "chat": {"id": -100, "type": "supergroup", "is_forum": true}, "text": "да",
            "is_topic_message": true, "message_thread_id": 7, "reply_to_message": {"message_id": answered},
        }))
    };
    assert!(!takes(&reply(), &of_topic(7)));
    assert!(takes(&reply(), &of_topic(8)));
    assert!(takes(&(thread(7) & group()), &of_topic(8)));
    assert!(!takes(&thread(8), &of_topic(8)));
    let pressed = presses("x", &json!({"message_thread_id": 7, "text": "Да?"}));
    assert!(takes(&(callback_query() & thread(7)), &pressed));
}

#[test]
fn where_it_happens() {
    let chat = |id: i64, kind: &str| json!({"chat": {"id": id, "type": kind}, "text": "x"});
    let (alone, basic) = (chat(5, "private"), chat(-5, "group"));
    let (super_, posts) = (chat(-100, "supergroup"), chat(-1007, "channel"));
    for (filter, taken) in [
        (private(), [true, false, false, false]),
        (group(), [false, true, true, false]),
        (channel(), [false, false, false, true]),
        (filter::chat(-100), [false, false, true, false]),
    ] {
        for (fields, taken) in [&alone, &basic, &super_, &posts].iter().zip(taken) {
            let pressed = presses("x", fields);
            let presses = callback_query() & filter.clone();
            assert_eq!(takes(&filter, &super::message(fields)), taken, "{filter}");
            assert_eq!(takes(&presses, &pressed), taken, "{presses}");
            assert!(!takes(&filter, &pressed), "it names no kind: new messages");
        }
    }
    let reaction =
        json!({"chat": {"id": -100, "type": "supergroup"}, "user": {"id": 5, "first_name": "A"}});
    let reaction = update("message_reaction", &reaction);
    assert!(takes(
        &(message_reaction() & group() & from([5])),
        &reaction
    ));
}

#[test]
fn who_it_is_from() {
    let from = |id: i64, is_bot: bool| json!({"id": id, "is_bot": is_bot, "first_name": "A"});
    let says = |fields| super::message(&with(&fields));
    let anna = says(json!({"text": "x"}));
    let bot = says(json!({"text": "x", "from": from(9, true)}));
    let channel = json!({"id": -1007, "type": "channel"});
    let posted =
        says(json!({"text": "x", "from": from(136_817_688, true), "sender_chat": channel}));
    let for_anna = says(json!({"text": "x", "sender_business_bot": from(9, true)}));
    for (filter, taken) in [
        (filter::from([4, 5]), [true, false, false, false]),
        (filter::from([9, 136_817_688]), [false, false, false, false]),
        (from_bot(), [false, true, false, true]),
    ] {
        for (request, taken) in [&anna, &bot, &posted, &for_anna].iter().zip(taken) {
            assert_eq!(takes(&filter, request), taken, "{filter}");
        }
    }
}

#[test]
fn a_condition_about_messages_is_about_every_kind_that_carries_one() {
    let fields = with(&json!({"text": "цена 100", "entities": []}));
    for (kind, name, filter) in filter::make_kinds::all_kinds() {
        let carries = name.ends_with("message") || name.ends_with("_post");
        if carries && kind != UpdateKind::DeletedBusinessMessages {
            let request = update(name, &fields);
            let filter = filter & text_starts("цена") & private();
            assert!(takes(&filter, &request), "{filter}");
            assert_eq!(takes(&text(), &request), kind == UpdateKind::Message);
        }
    }
}

#[test]
fn a_condition_of_ones_own_sees_the_request() {
    let long = when("long", |request| {
        request.update.text().is_some_and(|text| text.len() > 5)
    });
    assert!(takes(&long, &super::message(&json!({"text": "привет"}))));
    assert!(!takes(&long, &super::message(&json!({"text": "да"}))));
    let posts = channel_post() & long;
    assert_eq!(posts.to_string(), "channel_post & long");
    assert!(takes(
        &posts,
        &update("channel_post", &with(&json!({"text": "привет"})))
    ));
}

#[test]
fn names_are_those_that_log_and_tests_know() {
    for (filter, name) in [
        (command("start"), "/start"),
        (state_named("form.name"), "state form.name"),
        (callback("form:"), "callback form:"),
        (service("pinned_message"), "service pinned_message"),
        (text(), "text"),
        (kind(UpdateKind::Poll), "poll"),
        (start_payload("r"), "/start r…"),
        (link::<Referral>(), "/start r-…"),
        (filter::press::<Page>(), "callback page:"),
        (text_is("Да"), "text \"Да\""),
        (regex(r"^\d+$"), r"text /^\d+$/"),
        (from([1, 2, 3]), "from 1 2 3"),
        (from(vec![1, 2, 3, 4]), "from 1 2 3 …"),
        (entity(EntityKind::PhoneNumber), "entity phone_number"),
        (
            filter::message() & !(photo() | video()),
            "message & !(photo | video)",
        ),
        (
            (photo() | callback("a")) & private(),
            "(photo | callback a) & private",
        ),
        (!!forwarded(), "forwarded"),
    ] {
        assert_eq!(filter.to_string(), name);
    }
}
