//! Which route gets an update.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::{ServiceExt, layer::layer_fn, service_fn};

use super::*;
use crate::{
    ButtonData, CommandArgs, DialogueState, Result, Text, Update,
    filter::{callback, callback_query, message, photo, private, state, state_named, text, when},
    layers::CatchPanicLayer,
    request::{CurrentState, MatchedRoute, StateSource},
    telegram::{Bot, Settings},
    testing::{bot_of, entities_in},
};

/// A dialogue, and how often it was asked for its state.
#[derive(Clone, Default)]
struct In(Option<&'static str>, Arc<AtomicUsize>);

impl StateSource for In {
    fn state(&self) -> BoxFuture<'_, Result<Option<Arc<str>>>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(self.0.map(Arc::from)) })
    }
}

#[derive(Serialize, Deserialize)]
struct Name {}

impl DialogueState for Name {
    const NAME: &'static str = "Name";
}

fn bot() -> Bot {
    Bot::new(Settings::new("1:AA"))
}

fn request(content: &Value, state: Option<&'static str>) -> Request {
    let mut update = content.clone();
    update["update_id"] = json!(1);
    let update = Update::decode(Bytes::from(update.to_string())).expect("an update");
    let mut request = Request::new(update, bot());
    let state = In(state, Arc::default());
    request.extensions.insert(CurrentState(Arc::new(state)));
    request.extensions.insert(MatchedRoute::default());
    request
}

fn says(text: &str) -> Value {
    let from = json!({"id": 5, "is_bot": false, "first_name": "A"});
    let entities = entities_in(text);
    json!({"message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": from, "text": text, "entities": entities}})
}

fn presses(data: &str) -> Value {
    let from = json!({"id": 5, "is_bot": false, "first_name": "A"});
    json!({"callback_query": {"id": "1", "from": from, "chat_instance": "1", "data": data}})
}

async fn answer(router: &Router, request: Request) -> String {
    let reply = router.clone().oneshot(request).await.expect("a reply");
    let text = reply
        .calls()
        .first()
        .map(|call| call.params()["text"].clone());
    text.as_ref()
        .and_then(Value::as_str)
        .unwrap_or("-")
        .to_owned()
}

fn router() -> Router {
    Router::new()
        .command("start", |CommandArgs(args): CommandArgs| async move {
            format!("start {args}")
        })
        .command("add", |args: Option<CommandArgs<u8>>| async move {
            args.map_or("no number".to_owned(), |CommandArgs(n)| n.to_string())
        })
        .state::<Name, _>(|| async { "name" })
        .callback("pay:", |ButtonData(data): ButtonData<u32>| async move {
            format!("pay {data}")
        })
        .text(|text: Text| async move { format!("text {text}") })
        .fallback(|| async { "fallback" })
}

#[tokio::test]
async fn the_first_route_that_matches_gets_the_update() {
    let router = router();
    for (content, state, expected) in [
        (says("/start"), None, "start "),
        (says("/START  ref_7 "), None, "start ref_7"),
        (says("/start"), Some("Name"), "start "),
        (says("/add 7"), None, "7"),
        (says("/add seven"), None, "no number"),
        (says("/starting"), None, "text /starting"),
        (says("Анна"), Some("Name"), "name"),
        (says("Анна"), Some("Other"), "text Анна"),
        (says("/unknown"), Some("Name"), "text /unknown"),
        (presses("pay:12"), None, "pay 12"),
        (presses("other"), None, "fallback"),
        (json!({"poll": {}}), None, "fallback"),
    ] {
        assert_eq!(
            answer(&router, request(&content, state)).await,
            expected,
            "{content}"
        );
    }
}

#[tokio::test]
async fn a_command_for_another_bot_is_nothing_of_ours() {
    let tg = telegram_emulator::Emulator::start().await;
    let bot = bot_of(&tg);
    let name = bot.identify().await.expect("known").username;
    let mut ours = request(&says(&format!("/start@{} x", name.to_uppercase())), None);
    ours.bot = bot.clone();
    assert_eq!(answer(&router(), ours).await, "start x");
    let mut others = request(&says("/start@other_bot x"), None);
    others.bot = bot;
    assert_eq!(answer(&router(), others).await, "-");
}

#[tokio::test]
async fn nested_routers_keep_their_fallback_and_the_inner_route_is_reported() {
    let inner = Router::new()
        .command("a", || async { "a" })
        .fallback(|| async { "inner" });
    let router = Router::new().nest(UpdateKind::Message, inner);
    let taken = request(&says("/a"), None);
    let matched = taken
        .extensions
        .get::<MatchedRoute>()
        .cloned()
        .expect("inserted");
    assert_eq!(answer(&router, taken).await, "a");
    assert_eq!(matched.get().as_deref(), Some("/a"));
    assert_eq!(answer(&router, request(&says("b"), None)).await, "inner");
}

#[tokio::test]
async fn a_layer_wraps_the_routes_registered_before_it() {
    let layer = layer_fn(|route: Route| {
        tower::util::MapResponse::new(route, |reply: Reply| reply.and(Reply::text("wrapped")))
    });
    let router = Router::new()
        .command("a", || async { "a" })
        .layer(layer)
        .command("b", || async {});
    let wrapped = router
        .clone()
        .oneshot(request(&says("/a"), None))
        .await
        .expect("a reply");
    assert_eq!(wrapped.calls().len(), 2);
    let bare = router
        .oneshot(request(&says("/b"), None))
        .await
        .expect("a reply");
    assert_eq!(bare, Reply::none());
}

#[tokio::test]
async fn states_are_for_presses_too_and_the_data_lose_the_prefix() {
    let router = Router::new()
        .on(
            callback("form:") & state::<Name>(),
            |ButtonData(data): ButtonData| async move { format!("form {data}") },
        )
        .callback("form:", || async { "no form" });
    for (state, expected) in [
        (Some("Name"), "form save"),
        (Some("Other"), "no form"),
        (None, "no form"),
    ] {
        let pressed = request(&presses("form:save"), state);
        assert_eq!(answer(&router, pressed).await, expected, "{state:?}");
    }
}

#[tokio::test]
async fn the_dialogue_is_asked_once_and_only_if_a_route_depends_on_it() {
    let name = state::<Name>();
    let router = Router::new()
        .on(name.clone() & photo(), || async { "photo" })
        .on(text() & !name.clone() & !private(), || async { "group" })
        .on(name & private(), || async { "name" });
    for (content, state, expected, asked) in [
        (says("Анна"), Some("Name"), "name", 1),
        (says("Анна"), None, "-", 1),
        // No route is about what the bot is not told in words.
        (says("/start"), Some("Name"), "-", 0),
        (presses("x"), Some("Name"), "-", 0),
    ] {
        let dialogue = In(state, Arc::default());
        let mut said = request(&content, None);
        let source = CurrentState(Arc::new(dialogue.clone()));
        said.extensions.insert(source);
        assert_eq!(answer(&router, said).await, expected, "{content}");
        assert_eq!(dialogue.1.load(Ordering::Relaxed), asked, "{content}");
    }
}

#[tokio::test]
async fn a_route_is_of_the_dialogue_if_it_would_not_be_taken_outside_of_it() {
    let router = Router::new()
        .state::<Name, _>(|| async {})
        .on(photo() | text() & !state::<Name>(), || async {})
        .text(|| async {});
    for (content, state, expected) in [
        (says("Анна"), Some("Name"), true),
        (says("Анна"), None, false),
        (says("/start"), Some("Name"), false),
    ] {
        let said = request(&content, state);
        let matched = said.extensions.get::<MatchedRoute>().cloned();
        answer(&router, said).await;
        let matched = matched.expect("inserted");
        assert!(matched.get().is_some());
        assert_eq!(matched.is_of_dialogue(), expected, "{content} {state:?}");
    }
}

#[test]
fn the_kinds_to_ask_for_are_read_off_the_routes() {
    let inner = Router::new()
        .callback("a", || async {})
        .chat_member(|| async {});
    let kinds = router()
        .on(UpdateKind::PollAnswer, || async {})
        .on(photo() | callback("b"), || async {})
        .nest(private(), inner)
        .update_kinds();
    let expected = [
        UpdateKind::Message,
        UpdateKind::CallbackQuery,
        UpdateKind::PollAnswer,
        UpdateKind::ChatMember,
    ];
    assert_eq!(kinds, expected.into());
}

#[tokio::test]
async fn a_gate_that_names_no_kind_is_about_those_of_the_routes_inside() {
    let inner = Router::new()
        .callback("a", || async { "press" })
        .text(|| async { "text" });
    let router = Router::new()
        .nest(when("any", |_| true), inner)
        .on(UpdateKind::Poll, || async { "poll" });
    for (content, expected) in [
        (presses("a"), "press"),
        (says("x"), "text"),
        (json!({"poll": {}}), "poll"),
    ] {
        assert_eq!(answer(&router, request(&content, None)).await, expected);
    }
}

#[tokio::test]
async fn what_no_route_behind_a_gate_takes_goes_on_to_the_next_one() {
    let inner = Router::new()
        .command("ban", || async { "ban" })
        .on(text() & state_named("name"), || async { "name" });
    let router = Router::new()
        .nest(private(), inner.clone())
        .text(|| async { "text" });
    for (content, state, expected) in [
        (says("/ban"), None, "ban"),
        (says("Анна"), Some("name"), "name"),
        (says("Анна"), Some("age"), "text"),
        (says("Анна"), None, "text"),
    ] {
        assert_eq!(answer(&router, request(&content, state)).await, expected);
    }
    let whole = Router::new().nest(message(), inner.fallback(|| async { "inner" }));
    assert_eq!(answer(&whole, request(&says("x"), None)).await, "inner");
}

#[test]
#[should_panic(expected = "is never reached")]
fn behind_a_gate_with_a_fallback_nothing_of_its_kind_is_reached() {
    let inner = Router::new().text(|| async {}).fallback(|| async {});
    drop(Router::new().nest(message(), inner).text(|| async {}));
}

#[test]
fn a_router_is_described_in_the_order_its_routes_are_tried() {
    let admins = Router::new()
        .command("ban", || async {})
        .fallback(|| async {});
    let router = Router::new()
        .command("start", || async {})
        .nest(private() & message(), admins)
        .on(text() | callback("buy:"), || async {})
        .fallback(|| async {});
    let expected = "\
/start                             message
private & message > /ban           message
private & message > anything else
text | callback buy:               message, callback_query
anything else
";
    assert_eq!(router.describe().to_string(), expected);
}

/// What building panics with, and where.
async fn panic_of(build: fn()) -> String {
    let service = CatchPanicLayer::new().layer(service_fn(move |_| async move {
        build();
        Ok(Reply::none())
    }));
    let error = service.oneshot(request(&says("x"), None)).await;
    error.expect_err("it panics").to_string()
}

#[tokio::test]
async fn a_route_that_is_never_reached_panics_where_it_is_registered() {
    let cases: [(&str, fn()); 13] = [
        (
            "`/a` is never reached behind the gate `callback_query`",
            || {
                let inner = Router::new().command("a", || async {});
                drop(Router::new().nest(callback_query(), inner));
            },
        ),
        ("`/A` is never reached: `/a` before", || {
            let router = Router::new().command("a", || async {});
            drop(router.command("A", || async {}));
        }),
        ("`/a` is never reached: `text` before", || {
            drop(Router::new().text(|| async {}).command("a", || async {}));
        }),
        (
            "`text \"Каталог\"` is never reached: `text` before",
            || {
                let router = Router::new().text(|| async {});
                drop(router.text_is("Каталог", || async {}));
            },
        ),
        (
            "`callback a:b` is never reached: `callback a:` before",
            || {
                let router = Router::new().callback("a:", || async {});
                drop(router.callback("a:b", || async {}));
            },
        ),
        ("`text` is never reached: `message` before", || {
            let router = Router::new().on(UpdateKind::Message, || async {});
            drop(router.text(|| async {}));
        }),
        ("`photo & private` is never reached: `photo | text`", || {
            let router = Router::new().on(photo() | text(), || async {});
            drop(router.on(photo() & private(), || async {}));
        }),
        ("without its slash", || {
            drop(Router::new().command("/a", || async {}));
        }),
        ("`!message & !callback_query` names no kind", || {
            drop(Router::new().on(!message() & !callback_query(), || async {}));
        }),
        (
            "`message & callback a` can never match: `message` takes message, `callback a` takes callback_query",
            || {
                drop(message() & callback("a"));
            },
        ),
        ("no message of Telegram's", || {
            drop(Router::new().service("pinned", || async {}));
        }),
        ("unclosed group", || {
            drop(crate::filter::regex("("));
        }),
        ("unknown kinds", || {
            drop(Router::new().on(UpdateKind::Unknown, || async {}));
        }),
    ];
    for (says, build) in cases {
        let panic = panic_of(build).await;
        assert!(panic.contains(says), "{panic}");
        assert!(panic.contains("routing/router/tests.rs:"), "{panic}");
    }
}

#[test]
fn traits() {
    fn is<T: Send + Sync + Clone + 'static>() {}
    is::<Router>();
    is::<Filter>();
    is::<Request>();
    is::<Reply>();
}
