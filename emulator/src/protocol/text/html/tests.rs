//! What the HTML parse mode makes of texts, and in which words it refuses them.

use super::*;

fn parsed(source: &str) -> (String, Vec<(String, usize, usize)>) {
    let Formatted { text, entities } = parse(source, &|_| None).unwrap();
    (
        text,
        entities
            .into_iter()
            .map(|entity| (entity.kind, entity.offset, entity.length))
            .collect(),
    )
}

fn refused(source: &str) -> String {
    parse(source, &|_| None).unwrap_err()
}

#[test]
fn every_tag_becomes_its_entity() {
    for (tag, kind) in [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("tg-spoiler", "spoiler"),
        ("blockquote", "blockquote"),
    ] {
        let (text, entities) = parsed(&format!("x <{tag}>yz</{tag}>"));
        assert_eq!(text, "x yz");
        assert_eq!(entities, [(kind.to_owned(), 2, 2)], "{tag}");
    }
}

#[test]
fn offsets_are_in_utf16_units_and_outer_entities_come_first() {
    let (text, entities) = parsed("😀 <b>да <I>нет</I></b>");
    assert_eq!(text, "😀 да нет");
    assert_eq!(
        entities,
        [("bold".to_owned(), 3, 6), ("italic".to_owned(), 6, 3)]
    );
}

#[test]
fn references_are_decoded_and_lone_ampersands_stay() {
    assert_eq!(
        parsed("&lt;&gt;&amp;&quot;&#1080;&#x438; a & b &nbsp; &ltx").0,
        "<>&\"ии a & b &nbsp; &ltx"
    );
}

#[test]
fn links_keep_their_address() {
    let Formatted { entities, .. } =
        parse("<a href=\"https://example.com/?a=1&amp;b\">x</a>", &|_| {
            None
        })
        .unwrap();
    assert_eq!(
        entities[0].url.as_deref(),
        Some("https://example.com/?a=1&b")
    );
    let Formatted { entities, .. } = parse("<a>example.com</a>", &|_| None).unwrap();
    assert_eq!(entities[0].url.as_deref(), Some("http://example.com/"));
    assert_eq!(parsed("<a href='no link'>x</a>").1, []);
}

#[test]
fn a_user_link_mentions_only_those_who_exist() {
    let user = |id| User {
        id,
        is_bot: false,
        first_name: "A".to_owned(),
        last_name: None,
        username: None,
        language_code: None,
        is_premium: false,
    };
    let known = |id| (id == 7).then(|| user(id));
    let source = "<a href=\"tg://user?id=7\">a</a> <a href=\"tg://user?id=8\">b</a>";
    let Formatted { entities, .. } = parse(source, &known).unwrap();
    assert_eq!(entities.len(), 1);
    assert_eq!(
        (
            entities[0].kind.as_str(),
            entities[0].user.as_ref().unwrap().id
        ),
        ("text_mention", 7)
    );
}

#[test]
fn code_in_pre_is_one_entity_with_a_language() {
    let Formatted { entities, .. } =
        parse("<pre><code class=\"language-rust\">x</code></pre>", &|_| {
            None
        })
        .unwrap();
    assert_eq!(entities.len(), 1);
    assert_eq!(
        (entities[0].kind.as_str(), entities[0].language.as_deref()),
        ("pre", Some("rust"))
    );
}

#[test]
fn spoilers_custom_emoji_and_expandable_quotes_have_attributes() {
    assert_eq!(
        parsed("<span class=\"tg-spoiler\">x</span>").1,
        [("spoiler".to_owned(), 0, 1)]
    );
    assert_eq!(
        parsed("<blockquote expandable>x</blockquote>").1,
        [("expandable_blockquote".to_owned(), 0, 1)]
    );
    let Formatted { entities, .. } =
        parse("<tg-emoji emoji-id=\"5368\">👍</tg-emoji>", &|_| None).unwrap();
    assert_eq!(entities[0].custom_emoji_id.as_deref(), Some("5368"));
}

#[test]
fn a_time_has_its_seconds_and_its_format() {
    let source = "<tg-time unix=\"1647531900\" format=\"wDT\">22:45 tomorrow</tg-time>";
    let Formatted { entities, .. } = parse(source, &|_| None).unwrap();
    assert_eq!(
        (entities[0].kind.as_str(), entities[0].unix_time),
        ("date_time", Some(1_647_531_900))
    );
    assert_eq!(entities[0].date_time_format.as_deref(), Some("wDT"));
    assert!(parse("<tg-time>x</tg-time>", &|_| None).is_err());
}

#[test]
fn malformed_texts_are_refused_in_telegrams_words() {
    assert_eq!(
        refused("ab <foo>"),
        "Unsupported start tag \"foo\" at byte offset 3"
    );
    assert_eq!(
        refused("a < b"),
        "Unsupported start tag \"\" at byte offset 2"
    );
    assert_eq!(refused("да</b>"), "Unexpected end tag at byte offset 4");
    assert_eq!(
        refused("<b>x"),
        "Can't find end tag corresponding to start tag \"b\""
    );
    assert_eq!(
        refused("<b>x</i>"),
        "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""
    );
    assert_eq!(refused("x <b"), "Unclosed start tag at byte offset 2");
    assert_eq!(refused("<b>x</b"), "Unclosed end tag at byte offset 4");
    assert_eq!(
        refused("<span>x</span>"),
        "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"
    );
    assert_eq!(
        refused("<tg-emoji>x</tg-emoji>"),
        "Invalid custom emoji identifier specified"
    );
    assert!(refused("&#xd800;").starts_with("Text contains invalid Unicode characters"));
}
