//! The card of a user: what is known, the dialogues, what was done, and handing out or erasing all of it.

use axum::{
    extract::Path,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    act::{Act, back},
    actions,
    audit::{Deed, Outcome},
    dialogues, event_form,
    failure::Failure,
    journal,
    layout::{self, Place, csrf},
    role::Role,
    show::{done, or_dash, time},
    visitor::Visitor,
};
use crate::{
    db::from_pg,
    users::{Listed, one},
};

pub(super) async fn page(
    visitor: Visitor,
    Path(id): Path<i64>,
    uri: Uri,
) -> Result<Response, Failure> {
    let Some(user) = one(&visitor.sources.database, id).await? else {
        return gone(&visitor, id, &uri).await;
    };
    let owed = visitor.person(id).obligations().await?;
    let body = html! {
        (done(&visitor, &uri))
        (known(&visitor, &user))
        (actions::of(&visitor, id))
        (dialogues::of(&visitor, id).await?)
        (event_form::way(&visitor, id, ""))
        (journal::about(&visitor, id).await?)
        @if visitor.may(Role::Owner) { (all(&visitor, id, owed)) }
    };
    Ok(layout::page(&visitor, Place::Users, &user.fullname, &body).into_response())
}

/// Of somebody who is not there, or not any more, the dialogues may be.
async fn gone(visitor: &Visitor, id: i64, uri: &Uri) -> Result<Response, Failure> {
    let body = html! {
        (done(visitor, uri))
        p { (visitor.t("Такого пользователя нет.", "There is no such user.")) }
        (dialogues::of(visitor, id).await?)
    };
    Ok(layout::page(visitor, Place::Users, &id.to_string(), &body).into_response())
}

fn known(visitor: &Visitor, user: &Listed) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let active = match user.is_active {
        true => t("да", "yes"),
        false => t(
            "нет: бот заблокирован или не открыт",
            "no: the bot is blocked, or was never opened",
        ),
    };
    html! {
        dl.known {
            dt { "ID" } dd { (user.id) }
            dt { (t("Имя", "Name")) } dd { bdi { (user.fullname) } }
            dt { (t("Логин", "Username")) }
            dd { @match &user.username { Some(name) => { bdi { "@" (name) } }, None => { "—" } } }
            dt { (t("Язык приложения", "Language of the app")) } dd { (or_dash(user.language.as_ref())) }
            dt { (t("Выбранный язык", "Language chosen")) } dd { (or_dash(user.locale.as_ref())) }
            dt { (t("Часовой пояс", "Time zone")) } dd { (or_dash(user.tz.as_ref())) }
            dt { (t("Можно писать", "Can be written to")) } dd { (active) }
            dt { (t("Впервые", "First seen")) } dd { (time(from_pg(user.created_at))) }
            dt { (t("В последний раз", "Last seen")) } dd { (time(from_pg(user.updated_at))) }
        }
        p.ways {
            a href=(format!("/admin/timers?user={}", user.id)) { (t("Таймеры", "Timers")) } " · "
            a href=(format!("/admin/jobs?user={}", user.id)) { (t("Задания", "Jobs")) }
        }
    }
}

/// What may be done with all that is kept.
fn all(visitor: &Visitor, id: i64, owed: i64) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    html! {
        section.card {
            h2 { (t("Личные данные", "Personal data")) }
            form method="post" action=(format!("/admin/users/{id}/export")) {
                (csrf(visitor))
                button { (t("Скачать всё, что хранится", "Download all that is kept")) }
            }
            @if owed > 0 {
                p { (t("Стереть нельзя, пока бот должен этому пользователю вызовов: ", "Cannot be erased while the bot owes this user calls: ")) (owed) }
            } @else {
                details {
                    summary { (t("Стереть пользователя…", "Erase the user…")) }
                    form method="post" action=(format!("/admin/users/{id}/erase")) {
                        (csrf(visitor))
                        p { (t(
                            "Будет стёрто всё, что хранится об этом человеке, во всех хранилищах. Отменить нельзя.",
                            "All that is kept of this person is erased from every store. It cannot be undone.",
                        )) }
                        label.check { input type="checkbox" name="sure" value="yes" required; (t("Да, стереть", "Yes, erase")) }
                        button.danger { (t("Стереть", "Erase")) }
                    }
                }
            }
        }
    }
}

/// Hands out all that is kept, as a file.
pub(super) async fn export(Path(id): Path<i64>, act: Act) -> Result<Response, Failure> {
    act.must(Role::Owner, "export", Some(id)).await?;
    let number = act.note_now(&act.deed("export", Some(id), None)).await?;
    let person = act.visitor.person(id);
    let declared = &act.visitor.sources.admin.offered.declared;
    let all = match person.export(declared).await {
        Ok(all) => all,
        Err(error) => {
            act.settle(number, Outcome::Failed, None).await;
            return Err(error.into());
        }
    };
    act.settle(number, Outcome::Done, None).await;
    let text = serde_json::to_string_pretty(&all).map_err(crate::Error::from)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"user-{id}.json\""),
        ),
    ];
    Ok((headers, text).into_response())
}

/// Has the user erased, in the order of what he does.
pub(super) async fn erase(Path(id): Path<i64>, act: Act) -> Result<Response, Failure> {
    act.must(Role::Owner, "erase", Some(id)).await?;
    act.must_be_sure()?;
    let person = act.visitor.person(id);
    let means = &act.visitor.sources.admin;
    let session = act.visitor.sources.database.session();
    if person.obligations().await? > 0 {
        let outcome = Outcome::Failed;
        let deed = act.deed("erase", Some(id), Some("the bot owes calls"));
        act.note(&session, &Deed { outcome, ..deed }).await?;
        session.commit().await?;
        return Ok(back(&format!("/admin/users/{id}"), "owed").into_response());
    }
    let outcome = Outcome::Done;
    let deed = act.deed("erase", Some(id), None);
    act.note(&session, &Deed { outcome, ..deed }).await?;
    person.ask_to_erase(&session, means.timing.clone()).await?;
    session.commit().await?;
    means.wake.tell().await;
    Ok(back(&format!("/admin/users/{id}"), "erase").into_response())
}
