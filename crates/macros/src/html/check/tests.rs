//! What is taken, and in which words the rest is refused.

use super::{super::template::Template, *};

fn checked(literal: &str) -> Result<Vec<Place>, String> {
    check(&Template::parse(literal)?.parts)
}

#[test]
fn every_tag_of_telegrams_is_taken() {
    for literal in [
        "plain > text",
        "<b>a <i>b <u>c <s>d <tg-spoiler>e</tg-spoiler></s></u></i></b>",
        "<strong>a</strong><em>b</em><ins>c</ins><strike>d</strike><del>e</del>",
        "<span class=\"tg-spoiler\">a</span>",
        "<a href=\"https://a.b/?c&amp;d\"><b>a</b></a>",
        "<a href='tg://user?id={id}'>a</a>",
        "<code>a &lt; b</code>",
        "<pre>a</pre>",
        "<pre><code class=\"language-rust\">a</code></pre>",
        "<pre><code class=\"language-{language}\">a</code></pre>",
        "<blockquote><b>a</b></blockquote>",
        "<b><blockquote expandable>a</blockquote></b>",
        "<tg-emoji emoji-id=\"5368324170671202286\">👍</tg-emoji>",
        "<tg-time unix=\"{time}\" format=\"wDT\">a</tg-time>",
        "<tg-time unix=\"1\" format=\"r\">a</tg-time>",
        "<B>a</b >",
        "&lt;&gt;&amp;&quot;&#1071;&#x44f;",
        "a {{b}} {c}",
    ] {
        assert!(
            checked(literal).is_ok(),
            "{literal}: {:?}",
            checked(literal)
        );
    }
}

#[test]
fn arguments_stand_in_texts_and_in_quotes() {
    let places = checked("{a}<a href=\"x{b}y{c}\">{d}</a>");
    use Place::{Attribute, Text};
    assert_eq!(places, Ok(vec![Text, Attribute, Attribute, Text]));
}

#[test]
fn what_telegram_refuses_or_drops_is_refused_with_what_to_do() {
    for (literal, part) in [
        ("a <3 b", "`<3 b` begins no tag: write `&lt;`"),
        ("a < b", "begins no tag"),
        ("<!-- a -->", "begins no tag"),
        ("a & b", "a bare `&` in `& b`: write `&amp;`"),
        ("a&b;", "no `&b;`"),
        ("&nbsp;", "`\\u{a0}`"),
        ("&#0;", "no `&#0;`"),
        ("&#xd800;", "no `&#xd800;`"),
        ("a<br>b", "a new line is `\\n`"),
        ("<foo>a</foo>", "`<foo>` is no tag of Telegram's"),
        ("<вася>", "begins no tag"),
        ("<b>a", "`<b>` is never closed: add `</b>`"),
        ("<b>a</i>", "`</i>` stands where `<b>` is to be closed"),
        ("<b><i>a</b></i>", "close the inner tag first"),
        ("a</b>", "`</b>` closes nothing"),
        ("<b", "`<b` has no `>`"),
        ("<b>a</b", "`</b` has no `>`"),
        ("<b/>", "`<b>…</b>`"),
        ("<b {x}>a</b>", "in the quotes of an attribute"),
        ("<{x}>a</b>", "begins no tag"),
        ("<a href={x}>a</a>", "stands in quotes"),
        ("<a href=\"x>a</a>", "its quote is missing"),
        ("<a href=\"?a&b\">a</a>", "a bare `&`"),
        ("<a>a</a>", "`<a>` needs a link"),
        ("<a href>a</a>", "`href` has a value"),
        (
            "<a href=\"x\" target=\"y\">a</a>",
            "has no `target`, only `href`",
        ),
        ("<b class=\"x\">a</b>", "`<b>` has no attributes"),
        ("<a href=\"x\" href=\"y\">a</a>", "twice"),
        ("<span>a</span>", "class=\"tg-spoiler\""),
        ("<span class=\"red\">a</span>", "class=\"tg-spoiler\""),
        (
            "<code class=\"language-rust\">a</code>",
            "right inside of `<pre>`",
        ),
        ("<pre><code class=\"rust\">a</code></pre>", "language-rust"),
        ("<blockquote expandable=\"\">a</blockquote>", "has no value"),
        ("<tg-emoji>a</tg-emoji>", "the number of its emoji"),
        (
            "<tg-emoji emoji-id=\"x\">a</tg-emoji>",
            "the number of its emoji",
        ),
        ("<tg-time>a</tg-time>", "a time in seconds"),
        (
            "<tg-time unix=\"1\" format=\"Tt\">a</tg-time>",
            "in this order",
        ),
        ("<code><b>a</b></code>", "inside of a `<code>`"),
        ("<pre><b>a</b></pre>", "inside of a `<pre>`"),
        ("<a href=\"x\"><code>a</code></a>", "inside of a `<a>`"),
        ("<a href=\"x\"><a href=\"y\">a</a></a>", "inside of a `<a>`"),
        (
            "<blockquote><b><blockquote>a</blockquote></b></blockquote>",
            "inside of a `<blockquote>`",
        ),
    ] {
        let refused = checked(literal).expect_err(literal);
        assert!(refused.contains(part), "{literal}: {refused}");
    }
}
