//! Which route gets an update.

use bytes::Bytes;
use serde_json::{Value, json};
use tower::{ServiceExt, layer::layer_fn};

use super::*;
use crate::{
    CallbackData, CommandArgs, Text, Update,
    request::StateSource,
    telegram::{Bot, Settings},
    testing::{bot_of, command_in},
};

struct In(Option<&'static str>);

impl StateSource for In {
    fn state(&self) -> BoxFuture<'_, Result<Option<Arc<str>>>> {
        Box::pin(async { Ok(self.0.map(Arc::from)) })
    }
}

fn bot() -> Bot {
    Bot::new(Settings::new("1:AA"))
}

fn request(content: &Value, state: Option<&'static str>) -> Request {
    let mut update = content.clone();
    update["update_id"] = json!(1);
    let update = Update::decode(Bytes::from(update.to_string())).expect("an update");
    let mut request = Request::new(update, bot());
    request.extensions.insert(CurrentState(Arc::new(In(state))));
    request.extensions.insert(MatchedRoute::default());
    request
}

fn says(text: &str) -> Value {
    let from = json!({"id": 5, "is_bot": false, "first_name": "A"});
    let entities = command_in(text);
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
        .state("Name", || async { "name" })
        .callback("pay:", |CallbackData(data): CallbackData<u32>| async move {
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
    let router = Router::new().nest(Filter::Kind(UpdateKind::Message), inner);
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

#[test]
fn the_kinds_to_ask_for_are_read_off_the_routes() {
    let kinds = router()
        .on(UpdateKind::PollAnswer, || async {})
        .update_kinds();
    let expected = [
        UpdateKind::Message,
        UpdateKind::CallbackQuery,
        UpdateKind::PollAnswer,
    ];
    assert_eq!(kinds, expected.into());
}

#[test]
fn a_route_that_is_never_reached_panics_where_it_is_registered() {
    let cases: [(&str, fn()); 6] = [
        ("behind the gate", || {
            let inner = Router::new().callback("a", || async {});
            drop(Router::new().nest(Filter::Kind(UpdateKind::Message), inner));
        }),
        ("/a", || {
            drop(
                Router::new()
                    .command("a", || async {})
                    .command("A", || async {}),
            )
        }),
        ("/a", || {
            drop(Router::new().text(|| async {}).command("a", || async {}))
        }),
        ("callback a:b", || {
            drop(
                Router::new()
                    .callback("a:", || async {})
                    .callback("a:b", || async {}),
            )
        }),
        ("text", || {
            drop(
                Router::new()
                    .on(UpdateKind::Message, || async {})
                    .text(|| async {}),
            )
        }),
        ("without its slash", || {
            drop(Router::new().command("/a", || async {}))
        }),
    ];
    for (says, build) in cases {
        let panic = std::panic::catch_unwind(build).expect_err(says);
        let message = panic.downcast_ref::<String>().expect("a formatted message");
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn traits() {
    fn is<T: Send + Sync + Clone + 'static>() {}
    is::<Router>();
    is::<Request>();
    is::<Reply>();
}
