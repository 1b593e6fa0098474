//! What the MarkdownV2 parse mode makes of the documentation's examples, and in which words it refuses texts.

use super::*;

fn parsed(source: &str) -> (String, Vec<(String, usize, usize)>) {
    let Formatted { text, entities } = parse(source, &|_| None).unwrap();
    let entities = entities
        .into_iter()
        .map(|entity| (entity.kind, entity.offset, entity.length));
    (text, entities.collect())
}

fn only(source: &str) -> Entity {
    let mut entities = parse(source, &|_| None).unwrap().entities;
    assert_eq!(entities.len(), 1, "{source}: {entities:?}");
    entities.remove(0)
}

fn refused(source: &str) -> String {
    parse(source, &|_| None).unwrap_err()
}

fn entity(kind: &str, offset: usize, length: usize) -> (String, usize, usize) {
    (kind.to_owned(), offset, length)
}

#[test]
fn every_mark_becomes_its_entity() {
    for (source, text, kind) in [
        ("*bold \\*text*", "bold *text", "bold"),
        ("_italic \\*text_", "italic *text", "italic"),
        ("__underline__", "underline", "underline"),
        ("~strikethrough~", "strikethrough", "strikethrough"),
        ("||spoiler||", "spoiler", "spoiler"),
        ("`inline * code`", "inline * code", "code"),
        ("```\ncode.block\n```", "code.block\n", "pre"),
    ] {
        let length = text.len();
        assert_eq!(
            parsed(source),
            (text.to_owned(), vec![entity(kind, 0, length)])
        );
    }
}

#[test]
fn entities_nest() {
    let source = "*bold _italic bold ~italic bold strikethrough ||italic bold strikethrough spoiler||~ \
                  __underline italic bold___ bold*";
    let (text, entities) = parsed(source);
    assert_eq!(
        text,
        "bold italic bold italic bold strikethrough italic bold strikethrough spoiler underline italic bold bold"
    );
    assert_eq!(
        entities,
        [
            entity("bold", 0, 103),
            entity("italic", 5, 93),
            entity("strikethrough", 17, 59),
            entity("spoiler", 43, 33),
            entity("underline", 77, 21)
        ]
    );
}

#[test]
fn links_lead_to_the_web_to_people_to_emoji_and_to_times() {
    let link = only("[inline URL](http://www.example.com/a\\)b)");
    assert_eq!(link.url.as_deref(), Some("http://www.example.com/a)b"));
    assert_eq!(
        only("[example\\.com]").url.as_deref(),
        Some("http://example.com/")
    );
    let user = |id| User {
        id,
        is_bot: false,
        first_name: "A".to_owned(),
        last_name: None,
        username: None,
        language_code: None,
        is_premium: false,
    };
    let source = "[inline mention of a user](tg://user?id=123456789)";
    let Formatted { entities, .. } = parse(source, &|id| Some(user(id))).unwrap();
    assert_eq!(entities[0].kind, "text_mention");
    assert_eq!(entities[0].user.as_ref().unwrap().id, 123_456_789);
    assert_eq!(parsed(source).1, []);

    let emoji = only("![👍](tg://emoji?id=5368324170671202286)");
    assert_eq!((emoji.kind.as_str(), emoji.length), ("custom_emoji", 2));
    assert_eq!(
        emoji.custom_emoji_id.as_deref(),
        Some("5368324170671202286")
    );
    let time = only("![22:45 tomorrow](tg://time?unix=1647531900&format=wDT)");
    assert_eq!(
        (time.kind.as_str(), time.unix_time),
        ("date_time", Some(1_647_531_900))
    );
    assert_eq!(time.date_time_format.as_deref(), Some("wDT"));
}

#[test]
fn pre_may_have_a_language() {
    let code = only("```python\nprint(\"*\")\n```");
    assert_eq!(
        (code.kind.as_str(), code.language.as_deref()),
        ("pre", Some("python"))
    );
    assert_eq!(only("```python```").language, None);
}

#[test]
fn quotations_end_with_their_last_line_and_may_be_expandable() {
    let source = ">Block quotation started\n>Block quotation *continued*\n>The last line of the block quotation\n\
                  **>The expandable block quotation started right after the previous block quotation\n\
                  >Hidden by default part of the expandable block quotation started\n\
                  >The last line of the expandable block quotation with the expandability mark||\n\
                  after";
    let (text, entities) = parsed(source);
    assert!(
        text.starts_with("Block quotation started\nBlock quotation continued\n"),
        "{text}"
    );
    assert!(
        text.ends_with("with the expandability mark\nafter"),
        "{text}"
    );
    assert_eq!(
        entities,
        [
            entity("blockquote", 0, 87),
            entity("bold", 40, 9),
            entity("expandable_blockquote", 87, 221)
        ]
    );
    assert_eq!(
        parsed(">a\n>b||"),
        (
            "a\nb".to_owned(),
            vec![entity("expandable_blockquote", 0, 3)]
        )
    );
    assert_eq!(parsed("a\n>b\nc").1, [entity("blockquote", 2, 2)]);
}

#[test]
fn offsets_are_in_utf16_units() {
    assert_eq!(
        parsed("😀 *да _нет_*"),
        (
            "😀 да нет".to_owned(),
            vec![entity("bold", 3, 6), entity("italic", 6, 3)]
        )
    );
    assert_eq!(parsed("\\😀\\\\ \\.").0, "\\😀\\ .");
}

#[test]
fn malformed_texts_are_refused_in_telegrams_words() {
    for reserved in [
        ".", "!", "-", "(", ")", "#", "+", "=", "{", "}", "|", ">", "]",
    ] {
        assert_eq!(
            refused(&format!("да{reserved} ")),
            format!(
                "Character '{reserved}' is reserved and must be escaped with the preceding '\\'"
            )
        );
    }
    for (source, why) in [
        ("да *x", "Can't find end of Bold entity at byte offset 5"),
        ("_x", "Can't find end of Italic entity at byte offset 0"),
        ("__x_", "Can't find end of Italic entity at byte offset 3"),
        (
            "~x",
            "Can't find end of Strikethrough entity at byte offset 0",
        ),
        ("||x", "Can't find end of Spoiler entity at byte offset 0"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
        ("```x", "Can't find end of Pre entity at byte offset 0"),
        (
            "```x y",
            "Can't find end of PreCode entity at byte offset 0",
        ),
        ("[x", "Can't find end of TextUrl entity at byte offset 0"),
        (
            "![x",
            "Can't find end of CustomEmoji entity at byte offset 0",
        ),
        (">*x\ny*", "Can't find end of Bold entity at byte offset 1"),
        ("[x](y", "Can't find end of a URL at byte offset 4"),
        (
            "![x](y",
            "Can't find end of a custom emoji URL at byte offset 5",
        ),
        ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
        (
            "![x](https://x.org)",
            "Custom emoji URL must have scheme tg",
        ),
    ] {
        assert_eq!(refused(source), why, "{source}");
    }
}
