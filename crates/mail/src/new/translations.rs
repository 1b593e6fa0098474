//! What is said to those who speak another language.

use ostankino::{Result, mailings::Post};
use ostankino_dialogs::{Data, Item, Turn, View, Window};

use super::{sample, shown_in};
use crate::{
    Texts,
    audience::{Marks, Who},
    draft::{Draft, Step},
};

pub(super) fn languages(w: &mut Window<Draft, Who, Texts>) {
    w.text(|v| match v.rows.languages.is_empty() {
        true => v.t.translations_nobody(),
        false => v.t.translations(),
    });
    w.add(Marks {
        id: "language",
        choices: |who| &who.languages,
        is_chosen: |draft, tag| draft.translations.contains_key(tag),
        press: |draft, tag| {
            let translating = Some(tag.to_owned());
            Turn::to(Step::Translation).with(Draft {
                translating,
                ..draft
            })
        },
    });
    w.to(Step::Buttons, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), sample::who(), t));
}

pub(super) fn translation(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| {
        v.t.translation(v.data.translating.as_deref().unwrap_or_default())
    });
    w.on_post(translated).leads(&[Step::Buttons]);
    let is_there = |v: &View<Draft, (), Texts>| {
        let tag = v.data.translating.as_ref();
        tag.is_some_and(|tag| v.data.translations.contains_key(tag))
    };
    w.when(is_there, |w| {
        w.button("drop", |v| v.t.drop_translation_button(), untranslated)
            .once()
            .leads(&[Step::Buttons]);
    });
    w.to(Step::Languages, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), (), t));
}

async fn translated(
    Data(mut draft): Data<Draft>,
    Item(post): Item<Post>,
    t: Texts,
) -> Result<Turn<Draft>> {
    if let Some(tag) = draft.translating.take() {
        draft.translations.insert(tag, post);
    }
    shown_in(Step::Buttons, draft, &t)
}

async fn untranslated(Data(mut draft): Data<Draft>, t: Texts) -> Result<Turn<Draft>> {
    if let Some(tag) = draft.translating.take() {
        draft.translations.remove(&tag);
    }
    shown_in(Step::Buttons, draft, &t)
}
