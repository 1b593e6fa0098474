//! How entities are cut, joined and dropped.

use super::*;

fn fixed(entities: &[(&str, usize, usize)]) -> Vec<(String, usize, usize)> {
    let entities = entities
        .iter()
        .map(|(kind, offset, length)| Entity::new(kind, *offset, *length));
    fix(entities.collect())
        .into_iter()
        .map(|entity| (entity.kind, entity.offset, entity.length))
        .collect()
}

#[track_caller]
fn check(given: &[(&str, usize, usize)], expected: &[(&str, usize, usize)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(kind, offset, length)| ((*kind).to_owned(), *offset, *length))
        .collect();
    assert_eq!(fixed(given), expected);
}

#[test]
fn an_outer_one_is_cut_where_an_inner_one_begins() {
    check(
        &[("bold", 0, 15), ("italic", 5, 6)],
        &[("bold", 0, 5), ("bold", 5, 10), ("italic", 5, 6)],
    );
    check(
        &[("bold", 0, 5), ("italic", 0, 5)],
        &[("bold", 0, 5), ("italic", 0, 5)],
    );
    check(
        &[("bold", 0, 6), ("italic", 3, 6)],
        &[("bold", 0, 3), ("italic", 3, 6), ("bold", 3, 3)],
    );
}

#[test]
fn those_of_one_kind_are_joined_where_they_touch() {
    check(&[("bold", 0, 3), ("bold", 3, 2)], &[("bold", 0, 5)]);
    check(&[("bold", 0, 9), ("bold", 2, 3)], &[("bold", 0, 9)]);
    check(
        &[("bold", 0, 3), ("bold", 4, 2)],
        &[("bold", 0, 3), ("bold", 4, 2)],
    );
}

#[test]
fn nothing_is_formatted_in_code() {
    check(
        &[("bold", 0, 9), ("code", 3, 3)],
        &[("bold", 0, 3), ("code", 3, 3), ("bold", 6, 3)],
    );
    check(&[("pre", 0, 9), ("bold", 3, 3)], &[("pre", 0, 9)]);
    check(&[("pre", 0, 9), ("text_link", 3, 3)], &[("pre", 0, 9)]);
}

#[test]
fn links_stay_whole_and_do_not_nest() {
    check(
        &[("text_link", 0, 9), ("bold", 3, 3)],
        &[("text_link", 0, 9), ("bold", 3, 3)],
    );
    check(
        &[("bold", 0, 9), ("mention", 3, 3)],
        &[
            ("bold", 0, 3),
            ("mention", 3, 3),
            ("bold", 3, 3),
            ("bold", 6, 3),
        ],
    );
    check(
        &[("text_link", 0, 9), ("code", 3, 3)],
        &[("text_link", 0, 9)],
    );
}

#[test]
fn quotations_hold_others_but_no_quotations() {
    check(
        &[("blockquote", 0, 9), ("code", 0, 3), ("bold", 4, 2)],
        &[("blockquote", 0, 9), ("code", 0, 3), ("bold", 4, 2)],
    );
    check(
        &[("blockquote", 0, 9), ("expandable_blockquote", 3, 3)],
        &[("blockquote", 0, 9)],
    );
    check(
        &[("blockquote", 3, 6), ("text_link", 0, 5)],
        &[("blockquote", 3, 6)],
    );
}
