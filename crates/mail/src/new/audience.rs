//! Who gets it.

use ostankino::Html;
use ostankino_dialogs::{Turn, View, Window, field};

use super::sample;
use crate::{
    Texts,
    audience::{Marks, Who},
    draft::{Draft, Step},
};

pub(super) fn audience(w: &mut Window<Draft, Who, Texts>) {
    w.text(|v| {
        let parts = [
            (!v.rows.segments.is_empty(), v.t.audience_segments()),
            (!v.rows.languages.is_empty(), v.t.audience_languages()),
            (!v.rows.categories.is_empty(), v.t.audience_categories()),
        ];
        let parts = parts.into_iter().filter(|(is_there, _)| *is_there);
        let count = v.t.audience(v.rows.count(&v.t));
        Html::join([count].into_iter().chain(parts.map(|(_, it)| it)), "\n")
    });
    w.add(Marks {
        id: "segment",
        choices: |who| &who.segments,
        is_chosen: |draft, name| draft.segments.contains(name),
        press: |mut draft, name| {
            if !draft.segments.remove(name) {
                draft.segments.insert(name.to_owned());
            }
            Turn::stay().with(draft)
        },
    });
    w.add(Marks {
        id: "language",
        choices: |who| &who.languages,
        is_chosen: |draft, tag| draft.languages.contains(tag),
        press: |mut draft, tag| {
            if !draft.languages.remove(tag) {
                draft.languages.insert(tag.to_owned());
            }
            Turn::stay().with(draft)
        },
    });
    w.add(Marks {
        id: "category",
        choices: |who| &who.categories,
        is_chosen: |draft, name| draft.category.as_deref() == Some(name),
        press: |draft, name| {
            let is_chosen = draft.category.as_deref() == Some(name);
            let category = (!is_chosen).then(|| name.to_owned());
            Turn::stay().with(Draft { category, ..draft })
        },
    });
    w.when(
        |v| v.data.category.is_some(),
        |w| {
            w.toggle("opt-out", field!(has_opt_out), |v| {
                v.t.opt_out_toggle_button()
            });
        },
    );
    w.row(|w| {
        w.to(Step::Buttons, |v| v.t.back_button());
        w.to(Step::When, |v| v.t.forward_button());
    });
    w.samples(|t| View::sample(sample::draft(), sample::who(), t));
}
