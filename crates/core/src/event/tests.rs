//! Events on their way to their handlers.

use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::{Router, Update, filter::private, testing::says};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Remind {
    note: i64,
}

impl Event for Remind {
    const NAME: &'static str = "remind";
}

fn request(name: &str, whose: &Whose, data: &Value) -> Request {
    let draft = Draft {
        id: -3,
        name,
        whose,
        timer: Some((7, 1_800_000_000_000)),
        data,
    };
    let update = Update::decode(draft.encode()).expect("it is an update");
    Request::new(update, says(1, "x").bot)
}

fn router() -> Router {
    let remind = |Fired(Remind { note }): Fired<Remind>| async move { note.to_string() };
    let inside = Router::new().event::<Remind, _>(remind);
    Router::new()
        .nest(private(), inside)
        .fallback(|| async { "what?" })
}

#[tokio::test]
async fn an_event_comes_to_its_handler_as_whose_it_is() {
    let request = request("remind", &Whose::user(42), &json!({"note": 9, "new": true}));
    let update = &request.update;
    assert_eq!((update.user_id(), update.chat_id()), (Some(42), Some(42)));
    assert_eq!(Whose::of(update), Whose::user(42));
    let event = update.event().expect("an event");
    assert_eq!(
        (event.timer, event.due_ms),
        (Some(7), Some(1_800_000_000_000))
    );
    let reply = router().oneshot(request).await.expect("a reply");
    assert_eq!(reply.calls()[0].params()["text"], "9");
}

#[tokio::test]
async fn an_event_that_no_route_takes_is_an_error_and_nothing_for_a_fallback() {
    let request = request("other", &Whose::user(42), &json!({}));
    let error = router().oneshot(request).await.expect_err("unknown");
    let is_unknown = |cause: &(dyn std::error::Error + 'static)| cause.is::<UnknownEvent>();
    assert!(error.sources().any(is_unknown), "{error:?}");
}

#[tokio::test]
async fn an_event_passes_a_gate_whose_fallback_takes_all_that_is_said() {
    #[derive(Serialize, Deserialize)]
    struct Other {}
    impl Event for Other {
        const NAME: &'static str = "other";
    }
    let inside = Router::new()
        .event::<Remind, _>(|| async { "remind" })
        .fallback(|| async { "what?" });
    let router = Router::new()
        .nest(private(), inside)
        .event::<Other, _>(|| async { "other" });
    let request = request("other", &Whose::user(42), &json!({}));
    let reply = router.oneshot(request).await.expect("a reply");
    assert_eq!(reply.calls()[0].params()["text"], "other");
}

#[tokio::test]
async fn what_does_not_fit_says_where_and_quotes_nothing() {
    let request = request("remind", &Whose::user(42), &json!({"note": "тайна"}));
    let error = router().oneshot(request).await.expect_err("no number");
    assert!(error.chain().contains("remind"), "{}", error.chain());
    assert!(!error.chain().contains("тайна"), "{}", error.chain());
}

#[test]
fn all_of_whose_it_is_is_read_back() {
    let whose = Whose {
        user: Some(5_000_000_000),
        sender_chat: Some(-100),
        chat: Some(-100),
        chat_kind: Some("supergroup".into()),
        topic: Some(3),
        business: Some("b\"1".into()),
    };
    let request = request("remind", &whose, &json!({"note": 1}));
    assert_eq!(Whose::of(&request.update), whose);
    assert_eq!(
        (whose.lane(), whose.owner()),
        (Some(5_000_000_000), Some(-100))
    );
    assert_eq!(
        request.update.speaker_id(),
        Some(-100),
        "whose dialogue it is"
    );
}

#[test]
#[should_panic(expected = "an event is named by")]
fn a_name_that_is_none_is_refused_where_it_is_registered() {
    #[derive(Serialize, Deserialize)]
    struct Odd;
    impl Event for Odd {
        const NAME: &'static str = "Напомнить";
    }
    let _ = Router::new().event::<Odd, _>(|| async {});
}

#[test]
fn who_speaks_owns_what_is_asked_for_also_where_many_share_an_account() {
    let said = |chat: i64| {
        let payload = json!({
            "message_id": 1, "date": 1, "text": "x",
            "from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"},
            "sender_chat": {"id": chat, "type": "supergroup"},
            "chat": {"id": chat, "type": "supergroup"},
        });
        let update = json!({"update_id": 1, "message": payload}).to_string();
        Whose::of(&Update::decode(update).expect("an update"))
    };
    let (one, other) = (said(-100), said(-200));
    assert_eq!((one.owner(), other.owner()), (Some(-100), Some(-200)));
    assert_eq!(one.lane(), other.lane(), "as the queue has them");
}

#[test]
fn what_has_no_chat_is_of_the_users_own() {
    let query = json!({"update_id": 1, "inline_query": {"id": "1", "from": {"id": 42}}});
    let update = Update::decode(query.to_string()).expect("an update");
    assert_eq!(Whose::of(&update), Whose::user(42));
}

#[test]
fn a_chat_of_an_event_is_of_the_kind_that_its_id_tells() {
    let kind = |id| Whose::chat(id).chat_kind.expect("a kind");
    assert_eq!(kind(42), "private");
    assert_eq!(kind(-42), "group");
    assert_eq!(kind(-1_001_234_567_890), "supergroup");
    let all = Whose::chat(-42).topic(7);
    assert_eq!(
        (all.lane(), all.owner(), all.topic),
        (Some(-42), Some(-42), Some(7))
    );
    assert_eq!(Whose::member(5, -42).lane(), Some(5));
}
