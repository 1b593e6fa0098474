//! The old Markdown parse mode: `*bold*`, `_italic_`, `` `code` ``, pre and links; nothing nests.

use super::{Formatted, links, utf16_len};
use crate::protocol::objects::{Entity, User};

/// Parses a text; `person` finds those that `tg://user?id=` links name. The error is the text after "can't parse entities: ".
pub(crate) fn parse(
    source: &str,
    person: &dyn Fn(i64) -> Option<User>,
) -> Result<Formatted, String> {
    let mut text = String::new();
    let mut entities = vec![];
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        if next == '\\' && rest[1..].starts_with(['_', '*', '`', '[']) {
            text.push_str(&rest[1..2]);
            rest = &rest[2..];
            continue;
        }
        if !matches!(next, '_' | '*' | '`' | '[') {
            text.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        }
        let begin = source.len() - rest.len();
        let (mark, language) = mark(&mut rest);
        let Some(end) = rest.find(mark) else {
            return Err(format!(
                "Can't find end of the entity starting at byte offset {begin}"
            ));
        };
        let inner = &rest[..end];
        rest = &rest[end + mark.len()..];
        let mut entity = Entity::new(kind(mark), utf16_len(&text), utf16_len(inner));
        entity.language = language;
        text.push_str(inner);
        if inner.is_empty() {
            // Nothing to format; and what follows `[]` stays as it is.
            continue;
        }
        if mark == "]" {
            let address = address(&mut rest).unwrap_or(inner);
            if let Some(person) = links::user_id(address).map(person) {
                let Some(user) = person else {
                    continue;
                };
                entity.kind = "text_mention".to_owned();
                entity.user = Some(user);
            } else {
                entity.url = links::checked(address);
                if entity.url.is_none() {
                    continue;
                }
            }
        }
        entities.push(entity);
    }
    Ok(Formatted { text, entities })
}

/// Takes what opens an entity; what will close it, and the language of a pre.
fn mark(rest: &mut &str) -> (&'static str, Option<String>) {
    if let Some(inner) = rest.strip_prefix("```") {
        let (language, inner) = super::language(inner);
        *rest = inner;
        return ("```", language);
    }
    let mark = match &rest[..1] {
        "_" => "_",
        "*" => "*",
        "`" => "`",
        _ => "]",
    };
    *rest = &rest[1..];
    (mark, None)
}

fn kind(mark: &str) -> &'static str {
    match mark {
        "_" => "italic",
        "*" => "bold",
        "`" => "code",
        "```" => "pre",
        _ => "text_link",
    }
}

/// Takes the address in round brackets, if one follows; it may lack its end.
fn address<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let inner = rest.strip_prefix('(')?;
    let end = inner.find(')').unwrap_or(inner.len());
    *rest = inner.get(end + 1..).unwrap_or("");
    Some(&inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(source: &str) -> (String, Vec<(String, usize, usize)>) {
        let Formatted { text, entities } = parse(source, &|_| None).unwrap();
        let entities = entities
            .into_iter()
            .map(|entity| (entity.kind, entity.offset, entity.length));
        (text, entities.collect())
    }

    fn entity(kind: &str, offset: usize, length: usize) -> (String, usize, usize) {
        (kind.to_owned(), offset, length)
    }

    #[test]
    fn the_examples_of_the_documentation_are_parsed() {
        let source = "*bold text*\n_italic text_\n[inline URL](http://www.example.com/)\n\
                      [inline mention of a user](tg://user?id=123456789)\n`inline fixed-width code`\n\
                      ```\npre-formatted fixed-width code block\n```\n\
                      ```python\npre-formatted fixed-width code block written in the Python programming language\n```";
        let (text, entities) = parsed(source);
        assert!(
            text.starts_with("bold text\nitalic text\ninline URL\ninline mention of a user\n"),
            "{text}"
        );
        assert_eq!(
            entities,
            [
                entity("bold", 0, 9),
                entity("italic", 10, 11),
                entity("text_link", 22, 10),
                entity("code", 58, 23),
                entity("pre", 82, 37),
                entity("pre", 120, 80)
            ]
        );
        let Formatted { entities, .. } = parse(source, &|_| None).unwrap();
        assert_eq!(entities[5].language.as_deref(), Some("python"));
        assert_eq!(entities[2].url.as_deref(), Some("http://www.example.com/"));
    }

    #[test]
    fn offsets_are_in_utf16_units_and_marks_can_be_escaped() {
        assert_eq!(
            parsed("😀\\_ *да\\*"),
            ("😀_ да\\".to_owned(), vec![entity("bold", 4, 3)])
        );
    }

    #[test]
    fn an_entity_without_an_end_is_refused() {
        let refused = |source| parse(source, &|_| None).unwrap_err();
        assert_eq!(
            refused("да *x"),
            "Can't find end of the entity starting at byte offset 5"
        );
        assert_eq!(
            refused("a_b"),
            "Can't find end of the entity starting at byte offset 1"
        );
        assert_eq!(
            refused("```x``"),
            "Can't find end of the entity starting at byte offset 0"
        );
    }
}
