//! Actions on their way to their handlers, and how they are declared.

use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::{
    Request, Router, Update,
    event::{Draft, Whose},
    filter::private,
    testing::says,
};

fn ban() -> Action {
    Action::new("ban", "Закрыть доступ")
}

fn pressed(name: &str) -> Request {
    let draft = Draft {
        id: -1,
        name,
        whose: &Whose::user(42),
        timer: None,
        data: &json!({"by": 7, "audit": 1, "reason": "спам", "new": true}),
    };
    let update = Update::decode(draft.encode()).expect("it is an update");
    Request::new(update, says(1, "x").bot)
}

async fn tell(Target(user): Target, by: AdminUser, Reason(why): Reason) -> String {
    format!("{user} by {}: {why}", by.id)
}

#[tokio::test]
async fn a_handler_learns_about_whom_it_is_and_who_pressed() {
    let inside = Router::new().action(ban(), tell);
    let router = Router::new()
        .nest(private(), inside)
        .fallback(|| async { "what?" });
    assert_eq!(router.actions(), [ban()]);
    let reply = router.clone().oneshot(pressed("action.ban")).await;
    let reply = reply.expect("a reply");
    assert_eq!(reply.calls()[0].params()["text"], "42 by 7: спам");
    let unknown = router.oneshot(pressed("action.other")).await;
    let error = unknown.expect_err("it is not declared");
    assert!(error.chain().contains("action.other"), "{error:?}");
}

#[tokio::test]
async fn elsewhere_there_is_no_target() {
    let router = Router::new()
        .text(async |target: Option<Target>, by: Option<AdminUser>| format!("{target:?} {by:?}"))
        .event::<crate::album::Gathered, _>(async |_: Target| "never");
    let reply = router.clone().oneshot(says(1, "x")).await;
    let reply = reply.expect("a reply");
    assert_eq!(reply.calls()[0].params()["text"], "None None");
    let other = router.oneshot(pressed("ostankino.album")).await;
    assert!(other.is_err(), "an event that is no action");
}

#[test]
fn a_button_speaks_the_language_of_the_page() {
    let both = ban().english("Ban");
    assert_eq!(
        [both.label(false), both.label(true)],
        ["Закрыть доступ", "Ban"]
    );
    assert_eq!(ban().label(true), "Закрыть доступ");
}

#[test]
#[should_panic(expected = "there is an action `ban` already")]
fn one_name_has_one_action() {
    let router = || Router::new().action(ban(), async || {});
    let _ = router().merge(router());
}

#[test]
#[should_panic(expected = "an action is named by 1 to 56 of `a-z 0-9 _ . -`, not \"Ban user\"")]
fn a_name_that_is_none_is_refused_where_it_is_given() {
    let _ = Action::new("Ban user", "Закрыть доступ");
}

#[test]
#[should_panic(expected = "the button of the action `ban` says nothing")]
fn a_button_without_a_label_is_refused() {
    let _ = Action::new("ban", " ");
}
