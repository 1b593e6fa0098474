//! A mailing that is written here: first its author gets it himself, alone, and is told how many others would; then he begins it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    act::{Act, back},
    audit::{Deed, Outcome},
    failure::Failure,
    layout::{self, Place, csrf},
    mailings::mailings,
    role::Role,
    visitor::Visitor,
};
use crate::{
    Error, Html, Reply, Result,
    cli::time,
    mailings::{Audience, Counted, Desk, NewMailing},
    unit_of_work::TaskSession,
};

/// What is written in the form.
#[derive(Default)]
struct Draft {
    title: String,
    text: String,
    link_text: String,
    link_url: String,
    segment: String,
    languages: String,
    category: String,
    at: String,
    /// The same for all who send the same form, so that two clicks are one mailing.
    key: String,
}

/// What was found of a draft.
enum Found {
    /// It cannot be sent as it is.
    Wrong(String),
    /// Its author gets it by the mailing of that number; so many others would.
    Tried(i64, Counted),
}

/// The way to the form, for who may fill it in.
pub(super) fn way(visitor: &Visitor) -> Markup {
    let can_be = visitor.sources.admin.desk.is_some();
    html! {
        @if can_be && visitor.may(Role::Operator) {
            p { a.button href="/admin/mailings/new" { (visitor.t("Новая рассылка", "New mailing")) } }
        }
        @if can_be {
            p.faint { (visitor.t(
                "С картинками, вариантами и пробой на части людей — в чате с ботом, /mail.",
                "With pictures, variants and a trial on some people it is made in the chat with the bot, by /mail.",
            )) }
        } @else {
            p.faint { (visitor.t("У этого бота нет рассылок.", "This bot has no mailings.")) }
        }
    }
}

/// The empty form.
pub(super) async fn page(visitor: Visitor) -> Result<Response, Failure> {
    if !visitor.may(Role::Operator) {
        return Err(Failure::forbidden().to(visitor.lang));
    }
    desk(&visitor)?;
    Ok(shown(&visitor, &Draft::default(), None))
}

/// Tries what was written.
pub(super) async fn attempt(act: Act) -> Result<Response, Failure> {
    let (draft, desk) = draft(&act).await?;
    let found = match tried(&act, &draft, desk).await {
        Ok((id, counted)) => Found::Tried(id, counted),
        Err(error) if error.is_passing() => return Err(error.into()),
        Err(error) => Found::Wrong(error.chain().to_string()),
    };
    Ok(shown(&act.visitor, &draft, Some(&found)))
}

/// Begins what was tried.
pub(super) async fn begin(act: Act) -> Result<Response, Failure> {
    let (draft, desk) = draft(&act).await?;
    act.must_be_sure()?;
    match begun(&act, &draft, desk).await {
        Ok(id) => Ok(back(&format!("/admin/mailings/{id}"), "begun").into_response()),
        Err(error) if error.is_passing() => Err(error.into()),
        Err(error) => {
            let found = Found::Wrong(error.chain().to_string());
            Ok(shown(&act.visitor, &draft, Some(&found)))
        }
    }
}

/// What was written, by who may, and what it is created with.
async fn draft(act: &Act) -> Result<(Draft, Desk), Failure> {
    act.must(Role::Operator, "mailing", None).await?;
    let field = |name| act.field(name).map(|text| text.trim().to_owned());
    let draft = Draft {
        title: field("title")?,
        text: field("text")?,
        link_text: field("link_text")?,
        link_url: field("link_url")?,
        segment: field("segment")?,
        languages: field("languages")?,
        category: field("category")?,
        at: field("at")?,
        key: field("key")?,
    };
    Ok((draft, desk(&act.visitor)?.clone()))
}

/// Sends it to its author, as a mailing to nobody else.
async fn tried(act: &Act, draft: &Draft, desk: Desk) -> Result<(i64, Counted)> {
    let visitor = &act.visitor;
    let all = mailings(visitor);
    let session = all.session();
    let mail = all.mail(&session, desk);
    // Whatever is wrong with it is found now, and not when everybody waits.
    drop(draft.mailing(visitor)?);
    let title = format!("{}: {}", visitor.t("Проба", "Trial"), draft.title);
    let trial = NewMailing::of(title, draft.reply(visitor)?)?.at_night_too();
    let trial = trial.author(visitor.id);
    let counted = mail.count_soon(&draft.audience(), draft.category()).await?;
    let id = mail.create_for_users(trial, &[visitor.id]).await?;
    note(act, &session, id, "to oneself").await?;
    session.commit().await?;
    Ok((id, counted))
}

async fn begun(act: &Act, draft: &Draft, desk: Desk) -> Result<i64> {
    let visitor = &act.visitor;
    let all = mailings(visitor);
    let session = all.session();
    let mailing = draft.mailing(visitor)?;
    let id = all.mail(&session, desk).create(mailing).await?;
    note(act, &session, id, "new").await?;
    session.commit().await?;
    Ok(id)
}

async fn note(act: &Act, session: &TaskSession, id: i64, what: &str) -> Result<()> {
    let detail = format!("{id}: {what}");
    let deed = act.deed("mailing", None, Some(&detail));
    let outcome = Outcome::Done;
    act.note(session, &Deed { outcome, ..deed }).await.map(drop)
}

impl Draft {
    fn reply(&self, visitor: &Visitor) -> Result<Reply> {
        if self.text.is_empty() {
            return Err(Error::message(
                visitor.t("Нет текста.", "There is no text."),
            ));
        }
        let reply = Reply::text(Html::raw(self.text.clone()));
        match (&*self.link_text, &*self.link_url) {
            ("", "") => Ok(reply),
            ("", _) | (_, "") => Err(Error::message(visitor.t(
                "У кнопки есть и надпись, и ссылка.",
                "A button has both a text and a link.",
            ))),
            (text, url) => Ok(reply.row().link(text, url)),
        }
    }

    fn audience(&self) -> Audience {
        let audience = Audience::active();
        let audience = match &*self.segment {
            "" => audience,
            name => audience.segment(name),
        };
        let of_tag = |c: char| c == ',' || c.is_whitespace();
        let tags = self.languages.split(of_tag);
        audience.languages(tags.filter(|tag| !tag.is_empty()))
    }

    fn category(&self) -> Option<&str> {
        Some(&*self.category).filter(|name| !name.is_empty())
    }

    fn mailing(&self, visitor: &Visitor) -> Result<NewMailing> {
        let mut new = NewMailing::of(&self.title, self.reply(visitor)?)?;
        new = new.to(self.audience()).author(visitor.id).key(&self.key);
        if let Some(category) = self.category() {
            new = new.category(category);
        }
        if !self.at.is_empty() {
            new = new.at(time(&self.at).map_err(Error::message)?);
        }
        Ok(new)
    }
}

fn desk(visitor: &Visitor) -> Result<&Desk, Failure> {
    let desk = visitor.sources.admin.desk.as_ref();
    desk.ok_or_else(|| Failure::absent().to(visitor.lang))
}

fn shown(visitor: &Visitor, draft: &Draft, found: Option<&Found>) -> Response {
    let title = visitor.t("Новая рассылка", "New mailing");
    let status = match found {
        Some(Found::Wrong(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let body = html! {
        @match found {
            Some(Found::Wrong(problem)) => { p.banner.bad role="alert" { (problem) } }
            Some(Found::Tried(id, counted)) => { (ready(visitor, draft, *id, *counted)) }
            None => {}
        }
        (form(visitor, draft))
    };
    let page = layout::page(visitor, Place::Mailings, title, &body);
    (status, page).into_response()
}

/// What was tried can begin.
fn ready(visitor: &Visitor, draft: &Draft, id: i64, counted: Counted) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    html! {
        section.card {
            p { (t("Проба отправлена вам: ", "You are sent it: ")) a href=(format!("/admin/mailings/{id}")) { (id) } "." }
            p {
                (t("Получат: ", "It is for: "))
                @if !counted.is_all { (t("не меньше ", "at least ")) }
                strong { (counted.users) }
            }
            form method="post" action="/admin/mailings/begin" {
                (csrf(visitor))
                @for (name, value) in draft.fields() { input type="hidden" name=(name) value=(value); }
                label.check { input type="checkbox" name="sure" value="yes" required; (t("Проба пришла, и в ней всё так", "It came, and all of it is right")) }
                button.danger { (t("Начать рассылку", "Begin the mailing")) }
            }
        }
    }
}

impl Draft {
    fn fields(&self) -> [(&'static str, &str); 9] {
        [
            ("title", &self.title),
            ("text", &self.text),
            ("link_text", &self.link_text),
            ("link_url", &self.link_url),
            ("segment", &self.segment),
            ("languages", &self.languages),
            ("category", &self.category),
            ("at", &self.at),
            ("key", &self.key),
        ]
    }
}

fn form(visitor: &Visitor, draft: &Draft) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let declared = visitor
        .sources
        .admin
        .desk
        .as_ref()
        .map(|desk| &desk.declared);
    let segments: Vec<_> = declared.into_iter().flat_map(|it| it.segments()).collect();
    let categories: Vec<_> = declared
        .into_iter()
        .flat_map(|it| it.categories())
        .collect();
    // Another form is another mailing.
    let key = format!("admin-{:016x}", fastrand::u64(..));
    html! {
        form.write method="post" action="/admin/mailings/new" {
            (csrf(visitor))
            input type="hidden" name="key" value=(key);
            label { (t("Название, для вас", "Title, for yourself"))
                input name="title" maxlength="200" value=(draft.title) dir="auto"; }
            label { (t("Текст, с разметкой HTML Telegram", "Text, in Telegram's HTML"))
                textarea name="text" rows="8" required dir="auto" { (draft.text) } }
            label { (t("Надпись на кнопке со ссылкой", "Text of a button that opens a link"))
                input name="link_text" maxlength="64" value=(draft.link_text) dir="auto"; }
            label { (t("Ссылка", "Link"))
                input name="link_url" type="url" value=(draft.link_url) placeholder="https://"; }
            (choice(visitor, "segment", (t("Кому", "To whom"), t("всем, кому можно писать", "all who can be written to")), &segments, &draft.segment))
            label { (t("Языки", "Languages"))
                input name="languages" value=(draft.languages) placeholder=(t("все, или: ru uk", "all, or: ru uk")); }
            (choice(visitor, "category", (t("О чём", "About what"), t("ни о чём, от чего отписываются", "nothing that people may refuse")), &categories, &draft.category))
            label { (t("Когда", "When"))
                input name="at" value=(draft.at) placeholder=(t("сейчас, или: 2026-12-01 10:00 Europe/Moscow", "now, or: 2026-12-01 10:00 Europe/Moscow")); }
            button.primary { (t("Послать себе и посчитать", "Send it to me, and count")) }
        }
    }
}

/// One of those names, or none; nothing, if there are none.
fn choice(
    visitor: &Visitor,
    name: &str,
    (label, none): (&str, &str),
    names: &[&str],
    chosen: &str,
) -> Markup {
    html! {
        @if names.is_empty() {
            input type="hidden" name=(name) value="";
        } @else {
            label { (label)
                select name=(name) lang=(visitor.lang.tag()) {
                    option value="" { (none) }
                    @for each in names { option value=(each) selected[*each == chosen] { (each) } }
                }
            }
        }
    }
}
