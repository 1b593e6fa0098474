//! The dialog in which an administrator writes a mailing.

use ostankino::{
    Html, Result, User,
    mailings::{Mail, MailingChoice, Post},
    reply::Button,
};
use ostankino_dialogs::{Data, Dialog, Item, Show, Turn, View, Window, field};

use crate::{
    Texts,
    audience::{Marks, Who, who},
    command::Zone,
    draft::{self, Draft, Step},
    links::{self, Wrong},
    words,
};

/// How far ahead a mailing may begin.
const DAYS_AHEAD: u16 = 365;

pub(crate) fn dialog(zone: &Zone) -> Dialog<Draft, Texts> {
    let of = || zone.clone();
    let (day_zone, time_zone, preview_zone) = (of(), of(), of());
    Dialog::<Draft, Texts>::new()
        .reopen(Draft::begin)
        .window(Step::Content, content)
        .window(Step::Buttons, buttons)
        .window_of(Step::Languages, who, languages)
        .window(Step::Translation, translation)
        .window_of(Step::Audience, who, audience)
        .window_of(Step::When, who, when)
        .window(Step::Day, |w| day(w, day_zone))
        .window(Step::Time, |w| time(w, time_zone))
        .window_of(Step::Preview, who, |w| preview(w, preview_zone))
        .window(Step::Title, title)
}

fn content(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| v.t.content());
    w.on_post(received).leads(&[Step::Buttons]);
    w.cancel(|v| v.t.to_list_button());
    w.samples(|t| View::sample(Draft::begin(), (), t));
}

async fn received(
    Data(draft): Data<Draft>,
    Item(post): Item<Post>,
    t: Texts,
) -> Result<Turn<Draft>> {
    let draft = Draft {
        title: draft::title(&post, &t),
        post: Some(post),
        ..draft
    };
    shown_in(Step::Buttons, draft, &t)
}

/// To a window that stands below the message, as everybody will get it.
fn shown_in(window: Step, draft: Draft, t: &Texts) -> Result<Turn<Draft>> {
    let shown = draft.shown(t)?;
    Ok(Turn::to(window)
        .say(shown)
        .show(Show::DeleteAndSend)
        .with(draft))
}

fn buttons(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| {
        let mut lines = vec![v.t.buttons()];
        if !v.data.links.is_empty() {
            lines.push(v.t.buttons_are(v.data.links.len()));
        }
        if v.data.post.as_ref().is_some_and(draft::is_album) {
            lines.push(v.t.buttons_of_album());
        }
        Html::join(lines, "\n")
    });
    w.on_text(linked);
    w.when(
        |v| !v.data.links.is_empty(),
        |w| {
            w.button("without", |v| v.t.without_buttons_button(), unlinked)
                .once();
        },
    );
    w.to(Step::Languages, |v| v.t.languages_button());
    w.row(|w| {
        w.to(Step::Content, |v| v.t.other_content_button());
        w.to(Step::Audience, |v| v.t.forward_button());
    });
    w.samples(|t| View::sample(sample::draft(), (), t));
}

async fn linked(
    Data(draft): Data<Draft>,
    Item(written): Item<String>,
    t: Texts,
) -> Result<Turn<Draft>> {
    let wrong = match links::read(&written) {
        Ok(links) => return shown_in(Step::Buttons, Draft { links, ..draft }, &t),
        Err(Wrong::Line(line)) => t.buttons_wrong(line),
        Err(Wrong::TooMany) => t.buttons_too_many(links::MOST),
    };
    Ok(Turn::stay().say(wrong).show(Show::DeleteAndSend))
}

async fn unlinked(Data(draft): Data<Draft>, t: Texts) -> Result<Turn<Draft>> {
    let links = Vec::new();
    shown_in(Step::Buttons, Draft { links, ..draft }, &t)
}

fn languages(w: &mut Window<Draft, Who, Texts>) {
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

fn translation(w: &mut Window<Draft, (), Texts>) {
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

fn audience(w: &mut Window<Draft, Who, Texts>) {
    w.text(|v| {
        let parts = [
            (!v.rows.segments.is_empty(), v.t.audience_segments()),
            (!v.rows.languages.is_empty(), v.t.audience_languages()),
            (!v.rows.categories.is_empty(), v.t.audience_categories()),
        ];
        let parts = parts.into_iter().filter(|(is_there, _)| *is_there);
        let count = v.t.audience(v.rows.count);
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

fn when(w: &mut Window<Draft, Who, Texts>) {
    w.text(|v| v.t.when(v.rows.count, words::lasting(&v.t, v.rows.seconds)));
    w.row(|w| {
        w.button("now", |v| v.t.now_button(), now)
            .once()
            .leads(&[Step::Preview]);
        w.to(Step::Day, |v| v.t.later_button());
    });
    w.to(Step::Audience, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), sample::who(), t));
}

async fn now(Data(draft): Data<Draft>, t: Texts) -> Result<Turn<Draft>> {
    let (day, time) = (None, None);
    shown_in(Step::Preview, Draft { day, time, ..draft }, &t)
}

fn day(w: &mut Window<Draft, (), Texts>, zone: Zone) {
    let name = zone.name.clone();
    w.text(move |v| v.t.day(&*name));
    w.calendar("day", field!(day))
        .from_today(&zone.name)
        .days_ahead(DAYS_AHEAD)
        .then(Step::Time);
    w.to(Step::When, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), (), t));
}

fn time(w: &mut Window<Draft, (), Texts>, zone: Zone) {
    let name = zone.name.clone();
    w.text(move |v| {
        let day = v.data.day.map(|day| day.strftime("%d.%m.%Y").to_string());
        v.t.time(day.unwrap_or_default(), &*name)
    });
    w.time_picker("time", field!(time))
        .free(move |v, time| {
            let draft = Draft {
                time: Some(time),
                ..v.data.clone()
            };
            draft.at(&zone).is_some_and(|at| at > v.now)
        })
        .on(timed)
        .leads(&[Step::Preview]);
    w.to(Step::Day, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), (), t));
}

async fn timed(Data(draft): Data<Draft>, t: Texts) -> Result<Turn<Draft>> {
    shown_in(Step::Preview, draft, &t)
}

fn preview(w: &mut Window<Draft, Who, Texts>, zone: Zone) {
    let shown_zone = zone.clone();
    w.text(move |v| summary(v, &shown_zone));
    let send = move |Data(draft): Data<Draft>, mail: Mail, user: User, t: Texts| {
        let zone = zone.clone();
        async move {
            let id = mail.create(draft.mailing(user.id, &t, &zone)?).await?;
            Ok::<_, ostankino::Error>(Turn::<Draft>::done(id))
        }
    };
    w.button("send", |v| v.t.send_button(), send)
        .once()
        .look(Button::success)
        .ends();
    w.row(|w| {
        w.to(Step::When, |v| v.t.back_button());
        w.to(Step::Title, |v| v.t.rename_button());
    });
    w.samples(|t| View::sample(sample::draft(), sample::who(), t));
}

fn summary(v: &View<Draft, Who, Texts>, zone: &Zone) -> Html {
    let (draft, who) = (&v.data, &v.rows);
    let time = words::lasting(&v.t, who.seconds);
    let mut lines = vec![v.t.preview(who.count, time, &draft.title)];
    if !draft.segments.is_empty() {
        let names = Who::titles(&who.segments, &draft.segments);
        lines.push(v.t.preview_segments(names));
    }
    if !draft.languages.is_empty() {
        let names: Vec<_> = draft.languages.iter().map(String::as_str).collect();
        lines.push(v.t.preview_languages(names.join(", ")));
    }
    if draft.category.is_some() {
        let name = Who::titles(&who.categories, &draft.category);
        lines.push(v.t.preview_category(name));
    }
    lines.push(match draft.at(zone) {
        Some(at) => v.t.preview_at(words::clock(zone, at), &*zone.name),
        None => v.t.preview_now(),
    });
    lines.push(v.t.preview_below());
    Html::join(lines, "\n")
}

fn title(w: &mut Window<Draft, (), Texts>) {
    w.text(|v| v.t.title());
    w.ask_text(1..=100, field!(title)).then(Step::Preview);
    w.to(Step::Preview, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), (), t));
}

/// What previews show.
mod sample {
    use super::{Draft, MailingChoice, Who};
    use jiff::civil::date;

    pub(super) fn draft() -> Draft {
        Draft {
            title: "Скидка 20 %".into(),
            segments: ["new".to_owned()].into(),
            languages: ["ru".to_owned()].into(),
            category: Some("offers".into()),
            translating: Some("en".into()),
            day: Some(date(2030, 1, 7)),
            time: Some(jiff::civil::time(10, 0, 0, 0)),
            ..Draft::begin()
        }
    }

    pub(super) fn who() -> Who {
        let choice = |name: &str, title: &str| MailingChoice::new(name, title);
        Who {
            segments: vec![choice("new", "Новые"), choice("buyers", "Покупатели")],
            categories: vec![choice("offers", "Скидки")],
            languages: vec![choice("ru", "ru · 16120"), choice("en", "en · 2084")],
            count: 1_204,
            seconds: 43,
        }
    }
}
