//! The dialog in which an administrator writes a mailing.

mod audience;
mod test;
mod translations;
mod when;

use ostankino::{
    Html, Result, User,
    mailings::{Mail, MailingChoice, Post},
    reply::Button,
};
use ostankino_dialogs::{Data, Dialog, Item, Show, Turn, View, Window, field};

use crate::{
    Texts,
    audience::{Who, who},
    command::Zone,
    draft::{self, Draft, Step},
    links::{self, Wrong},
    words,
};

pub(crate) fn dialog(zone: &Zone) -> Dialog<Draft, Texts> {
    let (time_zone, preview_zone) = (zone.clone(), zone.clone());
    Dialog::<Draft, Texts>::new()
        .reopen(Draft::begin)
        .window(Step::Content, content)
        .window(Step::Buttons, buttons)
        .window(Step::Other, test::other)
        .window(Step::Test, test::test)
        .window(Step::Label, test::label)
        .window_of(Step::Languages, who, translations::languages)
        .window(Step::Translation, translations::translation)
        .window_of(Step::Audience, who, audience::audience)
        .window_of(Step::When, who, when::when)
        .window(Step::Day, |w| when::day(w, zone))
        .window(Step::Time, |w| when::time(w, time_zone))
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
    w.when(
        |v| v.data.other.is_none(),
        |w| w.to(Step::Other, |v| v.t.other_button()),
    );
    w.when(
        |v| v.data.other.is_some(),
        |w| w.to(Step::Test, |v| v.t.test_button()),
    );
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
    let mut lines = vec![v.t.preview(who.count(&v.t), who.time(&v.t), &draft.title)];
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
    if draft.other.is_some() {
        lines.push(v.t.preview_other(draft.share()));
    }
    if let (Some(hours), Some(button)) = (draft.winner_after_h, draft.counted(&v.t)) {
        lines.push(v.t.preview_winner(button, v.t.winner_button(hours).0));
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
    use jiff::civil::date;
    use ostankino::{
        Update,
        mailings::{Counted, Post},
    };
    use serde_json::json;

    use super::{Draft, MailingChoice, Who};

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

    fn post(text: &str) -> Option<Post> {
        let update = json!({"update_id": 1, "message":
            {"message_id": 7, "date": 1, "chat": {"id": 42, "type": "private"}, "text": text}});
        Post::of(&Update::decode(update.to_string()).ok()?)
    }

    pub(super) fn test() -> Draft {
        Draft {
            other: post("Только сегодня"),
            winner_after_h: Some(2),
            ..draft()
        }
    }

    pub(super) fn who() -> Who {
        let choice = |name: &str, title: &str| MailingChoice::new(name, title);
        Who {
            segments: vec![choice("new", "Новые"), choice("buyers", "Покупатели")],
            categories: vec![choice("offers", "Скидки")],
            languages: vec![choice("ru", "ru · 16120"), choice("en", "en · 2084")],
            count: Counted::all(1_204),
            seconds: 43,
        }
    }
}
