//! Mistakes are told where they are made.

use serde::{Deserialize, Serialize};

use super::*;
use crate::{Event, types::LoginUrl};

#[derive(Serialize, Deserialize)]
struct Noted {}

impl Event for Noted {
    const NAME: &'static str = "noted";
}

/// Each mistake with its line, which the formatter may not move: one in a line.
#[rustfmt::skip]
fn mistakes() -> Vec<(Reply, u32)> {
    let button = || Button::new("a", "1");
    let row = |count| InlineKeyboard::new().row((0..count).map(|_| button()));
    vec![
        (Reply::text("x").button("", "1"), line!()),
        (Reply::text("x").button("a", ""), line!()),
        (Reply::text("x").link("a", "x"), line!()),
        (Reply::none().button("a", "1"), line!()),
        (Reply::none().row(), line!()),
        (Reply::none().param("a", 1), line!()),
        (Reply::none().silent(), line!()),
        (Reply::none().effect("1"), line!()),
        (Reply::none().keyboard(row(1)), line!()),
        (Reply::toast("x").button("a", "1"), line!()),
        (Reply::text("x").and(Reply::edit("")), line!()),
        (Reply::long(" "), line!()),
        (Reply::text("x").caption("y"), line!()),
        (Reply::text("x").spoiler(), line!()),
        (Reply::photo("AgAC").no_preview(), line!()),
        (Reply::edit("x").silent(), line!()),
        (Reply::delete().protect(), line!()),
        (Reply::edit("x").reply_to(), line!()),
        (Reply::toast("x").to(7), line!()),
        (Reply::action(crate::types::ChatAction::Typing).effect("1"), line!()),
        (Reply::pin().topic(7), line!()),
        (Reply::photo("cat.jpg"), line!()),
        (Reply::live_photo("AgAC", "cat.jpg"), line!()),
        (Reply::edit_media(Media::photo("cat.jpg")), line!()),
        (Reply::album([Media::photo("AgAC")]), line!()),
        (Reply::album(vec![Media::photo("AgAC"); 11]), line!()),
        (Reply::album([Media::photo("AgAC"), Media::document("BQAC")]), line!()),
        (Reply::album([Media::audio("CQAC"), Media::document("BQAC")]), line!()),
        (Reply::album([Media::animation("CgAC"), Media::photo("AgAC")]), line!()),
        (Reply::album([Media::audio("CQAC").spoiler(), Media::audio("CQAC")]), line!()),
        (Reply::album([Media::photo("AgAC"), Media::photo("AgAC")]).button("a", "1"), line!()),
        (Reply::text("x").keyboard(row(9)), line!()),
        (Reply::text("x").keyboard(InlineKeyboard::new().grid(8, (0..101).map(|_| button()))), line!()),
        ((0..9).fold(Reply::text("x"), |reply, _| reply.button("a", "1")), line!()),
        (Reply::text("x").keyboard(InlineKeyboard::new().row([button(), Button::pay("b")])), line!()),
        (Reply::text("x").button("a", "1").put(Button::game("b")), line!()),
        (Reply::text("x").put(Button::web_app("a", "http://example.org")), line!()),
        (Reply::text("x").put(Button::login("a", &LoginUrl::builder().url("tg://a").build())), line!()),
        (Reply::text("x").put(Button::copy("a", "")), line!()),
        (Reply::text("x").put(Button::copy("a", "x".repeat(257))), line!()),
        (Reply::text("x").keyboard(ReplyKeyboard::new().row([""])), line!()),
        (Reply::text("x").keyboard(ReplyKeyboard::new().row([Key::web_app("a", "http://a.b")])), line!()),
        (Reply::edit("x").keyboard(ReplyKeyboard::new().row(["a"])), line!()),
        (Reply::edit("x").keyboard(Keyboard::remove()), line!()),
        (Reply::text("x").keyboard(Keyboard::force_reply()).button("a", "1"), line!()),
        (Reply::none().note("a"), line!()),
        (Reply::text("x").note(""), line!()),
        (Reply::text("x").note("я".repeat(33)), line!()),
        (Reply::toast("x").note("a"), line!()),
        (Reply::edit_noted("", "x"), line!()),
        (Reply::edit_noted("a", " "), line!()),
        (Reply::edit_noted("a", "x").keyboard(Keyboard::remove()), line!()),
        (Reply::none().or_send("a"), line!()),
        (Reply::text("x").or_send("a"), line!()),
        (Reply::edit("x").or_send(""), line!()),
        (Reply::delete().except(7), line!()),
        (Reply::none().then(&Noted {}), line!()),
        (Reply::poll("", ["a"]), line!()),
        (Reply::poll("?", ["a", ""]), line!()),
        (Reply::poll("?", [] as [&str; 0]), line!()),
        (Reply::quiz("?", ["a"], 1), line!()),
        (Reply::location(91.0, 0.0), line!()),
        (Reply::venue(0.0, f64::NAN, "a", "b"), line!()),
        (Reply::contact("", "a"), line!()),
        (Reply::react(""), line!()),
        (Reply::invoice(Invoice::new("a", "b", "c")), line!()),
        (Reply::invoice(Invoice::new("a", "b", "c").currency("RUB")), line!()),
        (Reply::invoice(Invoice::new("", "b", "c").stars(1)), line!()),
        (Reply::invoice(Invoice::new("a", "b", "c".repeat(129)).stars(1)), line!()),
        (Reply::inline([Article::new("1", "a", "")]), line!()),
        (Reply::inline([Article::new("1", "a", "b"), Article::new("1", "a", "b")]), line!()),
        (Reply::inline([Article::new("", "a", "b")]), line!()),
        (Reply::inline((0..51).map(|id| Article::new(id.to_string(), "a", "b"))), line!()),
        (Reply::inline([Article::new("1", "a", "b").keyboard(InlineKeyboard::new().row([Button::new("", "1")]))]), line!()),
        (Reply::guest(Article::new("x".repeat(65), "a", "b")), line!()),
    ]
}

#[test]
fn a_mistake_names_the_line_that_made_it() {
    for (reply, line) in mistakes() {
        let error = reply.into_reply().expect_err("a mistake").to_string();
        let place = format!("crates/core/src/reply/tests/mistakes.rs:{line} ");
        assert!(error.contains(&place), "{error} at {line}");
    }
    assert!("".into_reply().is_err() && String::from(" ").into_reply().is_err());
}

#[test]
fn the_widest_keyboard_and_the_longest_data_are_none() {
    let buttons = (0..100).map(|_| Button::new("a", "x".repeat(64)));
    let reply = Reply::text("x").keyboard(InlineKeyboard::new().grid(8, buttons));
    assert!(reply.into_reply().is_ok());
    assert!(
        Reply::edit_keyboard(InlineKeyboard::new())
            .into_reply()
            .is_ok()
    );
    assert!(
        Reply::call(Call::new("sendHologram"))
            .silent()
            .into_reply()
            .is_ok()
    );
}
