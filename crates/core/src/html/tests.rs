//! What is markup, what is escaped, and that nothing is escaped twice.

use std::{borrow::Cow, fmt, sync::Arc};

use serde_json::json;

use super::*;
use crate::{Call, Error, IntoReply, Reply, Text};

struct Price(u32);

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Padded as any text.
        f.pad(&format!("<{}>", self.0))
    }
}

#[test]
fn whatever_can_be_displayed_is_escaped() {
    let (owned, cow) = (String::from("<&>\""), Cow::Borrowed("<"));
    assert_eq!(html!("{owned}"), "&lt;&amp;&gt;&quot;");
    let (number, character, price) = (-7_i64, '<', Price(5));
    assert_eq!(
        html!("<b>{number}</b>{character}{cow}{price}{}", &owned[1..2]),
        "<b>-7</b>&lt;&lt;&lt;5&gt;&amp;"
    );
    let unsized_text: &str = "<";
    let boxed: Box<dyn fmt::Display> = Box::new("<");
    assert_eq!(html!("{unsized_text}{boxed}{}", *boxed), "&lt;&lt;&lt;");
}

#[test]
fn markup_is_not_escaped_however_it_is_held() {
    let bold = html!("<b>{}</b>", "<");
    let (by, shared) = (&bold, Arc::new(bold.clone()));
    let whole = "<b>&lt;</b>";
    assert_eq!(
        html!("{bold}|{by}|{shared}|{}|{}", &&by, Box::new(by)),
        [whole; 5].join("|").as_str()
    );
    assert_eq!(html!("{}", html!("{}", html!("{}", "<"))), "&lt;");
    // Debug output is no markup.
    assert_eq!(
        html!("{bold:?}"),
        "Html(&quot;&lt;b&gt;&amp;lt;&lt;/b&gt;&quot;)"
    );
}

#[test]
fn arguments_are_those_of_format() {
    let (n, x, width) = (7, 2.0_f64.sqrt(), 6);
    assert_eq!(
        html!("{n:>3}|{n:03}|{x:.2}|{n:>width$}|{x:>width$.1}"),
        "  7|007|1.41|     7|   1.4"
    );
    assert_eq!(html!("{1}{0}{}{}", "a", "b"), "baab");
    assert_eq!(html!("{n}{m}{n:x}{0}", 1, m = 2 + 3), "7571");
    assert_eq!(
        html!("{:?} {:#06b} {n:?}", Some("<"), 5),
        "Some(&quot;&lt;&quot;) 0b0101 7"
    );
    assert_eq!(html!("{{{n}}} {:<5}|", Price(1)), "{7} &lt;1&gt;  |");
    assert_eq!(
        html!(
            "a\
                      b"
        ),
        "ab"
    );
    assert_eq!(
        html!(r#"<a href="https://a.b">{n}</a>"#),
        "<a href=\"https://a.b\">7</a>"
    );
}

#[test]
fn an_argument_is_computed_once() {
    let mut times = 0;
    let mut next = || {
        times += 1;
        times
    };
    assert_eq!(html!("{n}{n}{n:?}", n = next()), "111");
    assert_eq!(times, 1);
}

#[test]
fn no_argument_leaves_its_quotes() {
    let url = "https://a.b/?c=\"'><b>&d";
    assert_eq!(
        html!("<a href='{url}'>a</a><a href=\"{url}\">{url}</a>"),
        "<a href='https://a.b/?c=&quot;&#39;&gt;&lt;b&gt;&amp;d'>a</a>\
         <a href=\"https://a.b/?c=&quot;&#39;&gt;&lt;b&gt;&amp;d\">https://a.b/?c=&quot;'&gt;&lt;b&gt;&amp;d</a>"
    );
    let bold = html!("<b>{}</b>", "a'<");
    assert_eq!(
        html!("<a href='{bold}'>{bold}</a>"),
        "<a href='a&#39;&lt;'><b>a'&lt;</b></a>"
    );
}

#[test]
fn a_text_without_arguments_is_a_constant() {
    const HELP: Html = html!("<b>{{Помощь}}</b>");
    assert_eq!(HELP, "<b>{Помощь}</b>");
    const NONE: Html = html!("");
    assert_eq!(NONE, Html::new());
}

#[test]
fn a_literal_is_markup_and_a_string_is_escaped_wherever_a_text_is_taken() {
    let (literal, string) = ("<b>a</b>", || String::from("<b>"));
    let text = |reply: &Reply| reply.calls()[0].params()["text"].clone();
    for (reply, shown) in [
        (Reply::text(literal), literal),
        (Reply::text(string()), "&lt;b&gt;"),
        (
            Reply::text(html!("<i>{}</i>", string())),
            "<i>&lt;b&gt;</i>",
        ),
        (Reply::text(Text(string())), "&lt;b&gt;"),
        (Reply::edit(string()), "&lt;b&gt;"),
        (literal.into_reply().expect("a reply"), literal),
        (string().into_reply().expect("a reply"), "&lt;b&gt;"),
        (html!("<b>a</b>").into_reply().expect("a reply"), literal),
    ] {
        assert_eq!(text(&reply), shown);
        assert_eq!(reply.calls()[0].params()["parse_mode"], "HTML");
    }
    assert!(matches!(Error::user(string()), Error::User(text) if text == "&lt;b&gt;"));
    assert!(matches!(Error::user(literal), Error::User(text) if text == literal));
    let call = Call::new("sendPhoto").param("caption", html!("<b>{}</b>", "<"));
    assert_eq!(call.params()["caption"], json!("<b>&lt;</b>"));
}

#[test]
fn notes_and_buttons_are_plain() {
    let bold = || html!("<b>{}</b>", "a & b");
    assert_eq!(Reply::toast(bold().plain()), Reply::toast("a & b"));
    assert_eq!(
        Reply::toast(String::from("a < b")).calls()[0].params()["text"],
        "a < b"
    );
    assert_eq!(
        Reply::text("x").button(bold().plain(), "1"),
        Reply::text("x").button("a & b", "1")
    );
}

#[test]
fn entities_take_the_place_of_markup() {
    let reply = Reply::text("x").param("entities", json!([]));
    assert_eq!(reply.calls()[0].params().get("parse_mode"), None);
}

#[test]
fn parts_become_one() {
    assert_eq!(Html::join(Vec::<Html>::new(), ", "), "");
    assert_eq!(
        Html::join([String::from("<"), "b".into()], "<br>"),
        "&lt;<br>b"
    );
    let mut list = Html::markup("a");
    list.push(String::from("<"));
    list.push(html!("<b>b</b>"));
    assert_eq!(list, "a&lt;<b>b</b>");
    assert_eq!(Html::concat(["a", "b"]), "ab");
}
