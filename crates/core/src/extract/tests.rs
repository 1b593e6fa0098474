//! Every kind of updates reaches a handler of its type, and arguments that are not there are told apart.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::{
    Bot, Error, Reply, Router, Update, UpdateKind, User,
    telegram::{CallbackQuery, Message, Settings},
    testing::says,
    types,
};

fn request(kind: &str, payload: &Value) -> Request {
    let update = json!({"update_id": 1, kind: payload}).to_string();
    let update = Update::decode(update).expect("an update");
    Request::new(update, Bot::new(Settings::new("1:AA")))
}

/// A handler of that kind that asks for a `T`, and says who it was and where.
fn asks<T: FromRequest + Send + 'static>(kind: UpdateKind) -> (UpdateKind, Router) {
    let handler = async |_: T, user: Option<User>, chat: Option<Chat>| {
        let (user, chat) = (user.map(|user| user.id), chat.map(|chat| chat.id));
        format!("{user:?} {chat:?}")
    };
    (kind, Router::new().on(kind, handler))
}

#[tokio::test]
async fn each_kind_reaches_a_typed_handler_with_its_user_and_its_chat() {
    let user = json!({"id": 77, "is_bot": false, "first_name": "Б"});
    let bot = json!({"id": 7, "is_bot": true, "first_name": "Бот"});
    let group = json!({"id": -100, "type": "supergroup", "title": "Клуб"});
    let message = json!({"message_id": 1, "date": 1, "chat": group, "from": user, "text": "x"});
    let post = json!({"message_id": 1, "date": 1, "chat": group, "sender_chat": group});
    let mut edited = message.clone();
    edited["edit_date"] = json!(2);
    let mut guest = message.clone();
    guest["guest_query_id"] = json!("g");
    let member = json!({
        "chat": group, "from": user, "date": 1,
        "old_chat_member": {"status": "left", "user": bot},
        "new_chat_member": {"status": "member", "user": bot},
    });
    let price = json!({"currency": "XTR", "total_amount": 7, "invoice_payload": "p"});
    let mut checkout = price.clone();
    checkout["id"] = json!("c");
    checkout["from"] = user.clone();
    let source = json!({"source": "premium", "user": user});
    let (here, nobody) = ((Some(77), Some(-100)), (None, None));
    let (nowhere, there) = ((Some(77), None), (None, Some(-100)));
    let rows = [
        (
            asks::<Arc<Message>>(UpdateKind::Message),
            message.clone(),
            here,
        ),
        (
            asks::<Edited>(UpdateKind::EditedMessage),
            edited.clone(),
            here,
        ),
        (
            asks::<Arc<Message>>(UpdateKind::ChannelPost),
            post.clone(),
            there,
        ),
        (
            asks::<Arc<types::Message>>(UpdateKind::EditedChannelPost),
            post,
            there,
        ),
        (
            asks::<BusinessConnection>(UpdateKind::BusinessConnection),
            json!({"id": "b", "user": user, "user_chat_id": 77, "date": 1, "is_enabled": true}),
            nowhere,
        ),
        (asks::<Text>(UpdateKind::BusinessMessage), message, here),
        (
            asks::<Edited>(UpdateKind::EditedBusinessMessage),
            edited,
            here,
        ),
        (
            asks::<BusinessMessagesDeleted>(UpdateKind::DeletedBusinessMessages),
            json!({"business_connection_id": "b", "chat": group, "message_ids": [1]}),
            there,
        ),
        (asks::<GuestMessage>(UpdateKind::GuestMessage), guest, here),
        (
            asks::<Reaction>(UpdateKind::MessageReaction),
            json!({"chat": group, "message_id": 1, "user": user, "date": 1, "old_reaction": [], "new_reaction": []}),
            here,
        ),
        (
            asks::<ReactionCount>(UpdateKind::MessageReactionCount),
            json!({"chat": group, "message_id": 1, "date": 1, "reactions": []}),
            there,
        ),
        (
            asks::<InlineQuery>(UpdateKind::InlineQuery),
            json!({"id": "i", "from": user, "query": "", "offset": ""}),
            nowhere,
        ),
        (
            asks::<ChosenInlineResult>(UpdateKind::ChosenInlineResult),
            json!({"result_id": "r", "from": user, "query": ""}),
            nowhere,
        ),
        (
            asks::<Arc<CallbackQuery>>(UpdateKind::CallbackQuery),
            json!({"id": "q", "from": user, "chat_instance": "1", "message": {"message_id": 1, "date": 0, "chat": group}}),
            here,
        ),
        (
            asks::<ShippingQuery>(UpdateKind::ShippingQuery),
            json!({"id": "s", "from": user, "invoice_payload": "p", "shipping_address": {"country_code": "RU"}}),
            nowhere,
        ),
        (
            asks::<PreCheckoutQuery>(UpdateKind::PreCheckoutQuery),
            checkout,
            nowhere,
        ),
        (
            asks::<PurchasedPaidMedia>(UpdateKind::PurchasedPaidMedia),
            json!({"from": user, "paid_media_payload": "p"}),
            nowhere,
        ),
        (
            asks::<Poll>(UpdateKind::Poll),
            json!({"id": "p", "question": "?"}),
            nobody,
        ),
        (
            asks::<PollAnswer>(UpdateKind::PollAnswer),
            json!({"poll_id": "p", "user": user, "option_ids": [0]}),
            nowhere,
        ),
        (
            asks::<Membership>(UpdateKind::MyChatMember),
            member.clone(),
            here,
        ),
        (asks::<Membership>(UpdateKind::ChatMember), member, here),
        (
            asks::<JoinRequest>(UpdateKind::ChatJoinRequest),
            json!({"chat": group, "from": user, "user_chat_id": 77, "date": 1}),
            here,
        ),
        (
            asks::<BoostAdded>(UpdateKind::ChatBoost),
            json!({"chat": group, "boost": {"boost_id": "b", "add_date": 1, "expiration_date": 2, "source": source}}),
            here,
        ),
        (
            asks::<BoostRemoved>(UpdateKind::RemovedChatBoost),
            json!({"chat": group, "boost_id": "b", "remove_date": 1, "source": source}),
            here,
        ),
        (
            asks::<ManagedBot>(UpdateKind::ManagedBot),
            json!({"user": user, "bot": bot}),
            nowhere,
        ),
        (
            asks::<Subscription>(UpdateKind::Subscription),
            json!({"user": user, "invoice_payload": "p", "state": "active"}),
            nowhere,
        ),
        (
            asks::<GenerationStopped>(UpdateKind::StoppedMessageGeneration),
            json!({"chat": group, "draft_id": 7}),
            there,
        ),
    ];
    let kinds: BTreeSet<_> = rows.iter().map(|((kind, _), ..)| *kind).collect();
    assert_eq!(kinds.len(), 27, "every kind of Bot API 10.3 once");
    for ((kind, router), payload, (user, chat)) in rows {
        let name = kind.as_str();
        let reply = router.oneshot(request(name, &payload)).await;
        let expected = Reply::text(format!("{user:?} {chat:?}"));
        assert_eq!(reply.expect(name), expected, "{name}");
    }
}

#[tokio::test]
async fn a_part_that_is_not_there_is_a_mismatch_none_or_a_rejection() {
    let request = says(1, "x");
    let required = Photo::from_request(&request).await;
    assert!(
        matches!(required, Err(Error::Mismatch("photo"))),
        "{required:?}"
    );
    let optional = Option::<Photo>::from_request(&request).await;
    assert_eq!(optional.expect("optional"), None);
    let asked = Result::<Photo, Rejection>::from_request(&request).await;
    let rejection = asked.expect("asked").expect_err("there is no photo");
    assert_eq!((rejection.part(), rejection.reason()), ("photo", None));
    assert_eq!(rejection.to_string(), "the update carries no photo");
    let there = Result::<Text, Rejection>::from_request(&request).await;
    assert_eq!(&*there.expect("asked").expect("a text"), "x");
}

#[tokio::test]
async fn arguments_that_do_not_parse_say_why_to_the_handler_and_not_to_the_log() {
    async fn remind(minutes: Result<CommandArgs<u32>, Rejection>) -> Result<String> {
        let CommandArgs(minutes) = minutes.map_err(|rejection| {
            let reason = rejection.reason().unwrap_or_default().into_owned();
            rejection.say(format!("{reason}. /remind 15"))
        })?;
        Ok(minutes.to_string())
    }
    async fn strict(minutes: Result<CommandArgs<u32>, Rejection>) -> Result<()> {
        minutes?;
        Ok(())
    }
    let router = Router::new()
        .command("remind", remind)
        .command("strict", strict);
    let reply = router.clone().oneshot(says(1, "/remind 15")).await;
    assert_eq!(reply.expect("handled"), Reply::text("15"));
    let said = router.clone().oneshot(says(1, "/remind soon")).await;
    let said = said.expect_err("it does not parse").to_string();
    assert_eq!(said, "invalid digit found in string. /remind 15");
    let logged = router.oneshot(says(1, "/strict soon")).await;
    let logged = logged.expect_err("it does not parse");
    assert_eq!(
        (logged.kind(), logged.chain()),
        ("mismatch", "the command arguments do not parse".into())
    );
}

#[tokio::test]
async fn a_payload_that_does_not_fit_is_a_rejection_with_its_place() {
    let stopped = json!({"chat": {"id": 5, "type": "hologram"}, "draft_id": 7});
    let request = request("stopped_message_generation", &stopped);
    type Asked = Arc<types::MessageGenerationStopped>;
    let asked = Result::<Asked, Rejection>::from_request(&request).await;
    let rejection = asked.expect("asked").expect_err("no such chat");
    let reason = rejection.reason().expect("a place").into_owned();
    assert!(reason.contains("chat.type"), "{reason}");
    assert!(matches!(Error::from(rejection), Error::Payload { .. }));
    let optional = Option::<Asked>::from_request(&request).await;
    assert!(optional.expect("optional").is_none());
}

#[tokio::test]
async fn what_a_layer_should_have_inserted_is_missed_by_whoever_asks() {
    let request = says(1, "x");
    let optional = Option::<Extension<u32>>::from_request(&request).await;
    assert!(matches!(optional, Err(Error::MissingExtension(_))));
    let asked = Result::<Extension<u32>, Rejection>::from_request(&request).await;
    assert!(matches!(asked, Err(Error::MissingExtension(_))));
}

#[derive(FromRequest)]
struct Visit<T: Clone + Send + Sync + 'static> {
    user: User,
    said: Option<Text>,
    price: crate::State<T>,
}

#[tokio::test]
async fn a_derived_argument_is_made_of_its_fields_and_needs_what_they_need() {
    let visited = async |visit: Visit<u32>| {
        let said = visit.said.as_deref().unwrap_or_default();
        format!("{} {said} {}", visit.user.id, *visit.price)
    };
    let router = Router::new().text(visited);
    let needs: Vec<_> = router.needs().map(|(_, need)| need.to_string()).collect();
    assert_eq!(needs, ["State<u32>"]);
    let given = router.layer(crate::State(7_u32));
    let reply = given.oneshot(says(3, "чай")).await.expect("a reply");
    assert_eq!(reply.calls()[0].params()["text"], "42 чай 7");
}
