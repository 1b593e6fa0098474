//! The laws of `&`, `|` and `!`, of filters joined at random.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::filter::{
    callback, callback_query, edited_message, forwarded, message, photo, private, state_named,
    text, when,
};

/// How a filter is joined, apart from the filter itself.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(usize),
    All(Box<Self>, Box<Self>),
    Any(Box<Self>, Box<Self>),
    Not(Box<Self>),
}

/// Conditions on messages.
const LEAVES: [fn() -> Filter; 6] = [
    photo,
    text,
    private,
    forwarded,
    || state_named("Name"),
    || {
        when("odd", |request| {
            request.update.message_id().is_some_and(|id| id % 2 == 1)
        })
    },
];

impl Tree {
    fn filter(&self) -> Filter {
        match self {
            Self::Leaf(index) => LEAVES[*index](),
            Self::All(one, other) => one.filter() & other.filter(),
            Self::Any(one, other) => one.filter() | other.filter(),
            Self::Not(inside) => !inside.filter(),
        }
    }

    /// What it comes to, where the conditions hold so.
    fn comes_to(&self, holds: &[bool]) -> bool {
        match self {
            Self::Leaf(index) => holds[*index],
            Self::All(one, other) => one.comes_to(holds) && other.comes_to(holds),
            Self::Any(one, other) => one.comes_to(holds) || other.comes_to(holds),
            Self::Not(inside) => !inside.comes_to(holds),
        }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = (0..LEAVES.len()).prop_map(Tree::Leaf);
    leaf.prop_recursive(5, 24, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone()
                .prop_map(|(one, other)| Tree::All(one.into(), other.into())),
            two.prop_map(|(one, other)| Tree::Any(one.into(), other.into())),
            inner.prop_map(|inside| Tree::Not(inside.into())),
        ]
    })
}

/// An update of which the conditions hold so; the last but one is the state of the dialogue.
fn such(kind: &str, holds: &[bool]) -> Request {
    let mut fields = json!({"message_id": if holds[5] { 11 } else { 10 }, "voice": {}});
    if holds[0] {
        fields["photo"] = json!([{}]);
        fields.as_object_mut().expect("fields").remove("voice");
    }
    if holds[1] {
        fields["caption"] = json!("чек");
    }
    if !holds[2] {
        fields["chat"] = json!({"id": -5, "type": "group"});
    }
    if holds[3] {
        fields["forward_origin"] = json!({});
    }
    update(kind, &with(&fields))
}

fn known(holds: &[bool]) -> Known<'static> {
    Known::Is(holds[4].then_some("Name"))
}

fn sixes() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), LEAVES.len())
}

proptest! {
    #[test]
    fn a_joined_filter_is_what_its_parts_come_to(tree in tree(), holds in sixes()) {
        let filter = tree.filter().for_route();
        let request = such("message", &holds);
        let facts = Facts::of(&request);
        prop_assert_eq!(filter.takes(&facts, known(&holds)), Some(tree.comes_to(&holds)));
        // Without the state the answer is the same, or none.
        let at_once = filter.takes(&facts, Known::NotYet);
        prop_assert!(at_once.is_none() || at_once == Some(tree.comes_to(&holds)));
        // Undecided it is only where the state decides.
        let other: Vec<_> = (0..).zip(&holds).map(|(index, holds)| holds ^ (index == 4)).collect();
        if at_once.is_some() {
            prop_assert_eq!(tree.comes_to(&holds), tree.comes_to(&other));
        }
    }

    #[test]
    fn no_kind_but_those_it_names_is_taken(tree in tree(), holds in sixes()) {
        let edited = such("edited_message", &holds);
        let facts = Facts::of(&edited);
        let takes = |filter: Filter| filter.for_route().takes(&facts, known(&holds));
        prop_assert_eq!(takes(tree.filter()), Some(false));
        let both = message() | edited_message();
        prop_assert_eq!(takes(both & tree.filter()), Some(tree.comes_to(&holds)));
        // Beside a filter that names kinds it still means new messages.
        prop_assert_eq!(takes(tree.filter() | callback("x")), Some(false));
        prop_assert_eq!(takes(tree.filter() | edited_message() & photo()), Some(holds[0]));
    }

    #[test]
    fn what_is_covered_is_taken_before(one in tree(), other in tree(), holds in sixes()) {
        let (first, second) = (one.filter().for_route(), other.filter().for_route());
        if first.covers(&second) {
            prop_assert!(one.comes_to(&holds) || !other.comes_to(&holds), "{} {}", first, second);
        }
        prop_assert!(first.covers(&first));
        prop_assert!((first.clone() | second.clone()).covers(&first));
        prop_assert!(first.covers(&(first.clone() & second)));
    }
}

#[test]
fn the_kinds_of_joined_filters_follow_from_those_of_the_parts() {
    use UpdateKind::{CallbackQuery, EditedMessage, Message};
    let support = edited_message() | message() & private();
    for (filter, kinds) in [
        (photo(), vec![Message]),
        (photo() & edited_message(), vec![EditedMessage]),
        (photo() | edited_message(), vec![Message, EditedMessage]),
        ((photo() | text()) & edited_message(), vec![EditedMessage]),
        (support, vec![Message, EditedMessage]),
        (private() | callback("x"), vec![Message, CallbackQuery]),
        (!callback("x"), vec![CallbackQuery]),
        (!photo(), vec![Message]),
        (!edited_message() & photo(), vec![Message]),
        (
            (message() | callback_query()) & private(),
            vec![Message, CallbackQuery],
        ),
        ((message() | callback_query()) & text(), vec![Message]),
    ] {
        assert_eq!(filter.kinds(), kinds.into_iter().collect(), "{filter}");
    }
    let all = UpdateKind::ALL.iter().copied();
    let but_polls = (!crate::filter::poll() & when("any", |_| true)).for_gate(&all.collect());
    assert!(!but_polls.kinds().contains(&UpdateKind::Poll));
    assert_eq!(but_polls.kinds().len(), UpdateKind::ALL.len() - 1);
}

#[test]
fn what_is_denied_of_a_kind_does_not_let_others_in() {
    let buttons = !callback("form:") | message() & photo();
    let said = super::message(&json!({"text": "привет"}));
    assert!(!takes(&buttons, &said));
    assert!(takes(&buttons, &presses("x", &json!({}))));
    assert!(!takes(&buttons, &presses("form:1", &json!({}))));
}
