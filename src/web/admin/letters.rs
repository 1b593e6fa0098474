//! Dead letters: what could not be handled, why, and giving it to the handlers again.

use axum::{
    extract::{Path, Query},
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    act::{Act, back},
    audit::Outcome,
    failure::Failure,
    layout::{self, Place, csrf},
    role::Role,
    show::{done, more, or_dash, table, time, user},
    visitor::Visitor,
};
use crate::{
    Result,
    cli::{bytes, pretty},
    dead_letters::{LetterBox, Replay, Replayed, StoredLetter},
};

const PAGE: usize = 50;

/// How many are replayed by one press.
const AT_ONCE: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: u64,
}

pub(super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Asked>,
    uri: Uri,
) -> Result<Response, Failure> {
    let letters = own(&visitor, asked.after, PAGE + 1).await?;
    let page = &letters[..letters.len().min(PAGE)];
    let next = page.last().filter(|_| letters.len() > page.len());
    let next = next.map(|last| format!("/admin/letters?after={}", last.number));
    let t = |ru, en| visitor.t(ru, en);
    let head = [
        "№",
        t("Отложено", "Set aside"),
        t("Вид", "Kind"),
        t("Пользователь", "User"),
        t("Попыток", "Deliveries"),
        t("Причина", "Reason"),
    ];
    let rows = page.iter().map(|letter| {
        let envelope = letter.envelope();
        vec![
            html! { a href=(format!("/admin/letters/{}", letter.number)) { (letter.number) } },
            time(at(letter)),
            html! { (or_dash(envelope.map(|envelope| envelope.kind_name).filter(|kind| !kind.is_empty()))) },
            user(envelope.and_then(|envelope| envelope.user_id)),
            html! { (or_dash(letter.letter.deliveries)) },
            html! { (letter.letter.reason) },
        ]
    });
    let body = html! {
        (done(&visitor, &uri))
        (table(visitor.lang, &head, &rows.collect::<Vec<_>>()))
        (more(visitor.lang, next.as_deref()))
        @if !page.is_empty() && visitor.may(Role::Operator) {
            form method="post" action="/admin/letters/replay" data-sure=(t("Вернуть в очередь всё?", "Replay all of them?")) {
                (csrf(&visitor))
                input type="hidden" name="which" value="all";
                button { (t("Вернуть в очередь всё", "Replay all")) }
            }
        }
    };
    let title = Place::Letters.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Letters, title, &body).into_response())
}

/// One letter whole.
pub(super) async fn one(visitor: Visitor, Path(number): Path<u64>) -> Result<Response, Failure> {
    let letter = letters(&visitor).get(number).await?;
    let letter = letter.filter(|letter| letter.bot_id == Some(visitor.sources.bot_id));
    let letter = letter.ok_or_else(|| Failure::absent().to(visitor.lang))?;
    let t = |ru, en| visitor.t(ru, en);
    let update = &letter.letter.update;
    let shown = pretty(update).unwrap_or_else(|| bytes(update));
    let envelope = letter.envelope();
    let body = html! {
        dl.known {
            dt { (t("Отложено", "Set aside")) } dd { (time(at(&letter))) }
            dt { (t("Причина", "Reason")) } dd { (letter.letter.reason) }
            dt { (t("Ошибка", "Error")) } dd { (or_dash(letter.letter.error.as_ref())) }
            dt { (t("Обновление", "Update")) } dd { (or_dash(letter.update_id)) }
            dt { (t("Пользователь", "User")) } dd { (user(envelope.and_then(|envelope| envelope.user_id))) }
            dt { (t("Попыток", "Deliveries")) } dd { (or_dash(letter.letter.deliveries)) }
            @if let Some(length) = letter.cut_from {
                dt { (t("Обрезано, было байт", "Cut, had bytes")) } dd { (length) }
            }
        }
        @if visitor.may(Role::Operator) { (replay_form(&visitor, number)) }
        h2 { (t("Байты", "Bytes")) " " small { (update.len()) } }
        pre.bytes dir="auto" { (shown) }
    };
    let title = format!("{} {number}", t("Недоставленное", "Dead letter"));
    Ok(layout::page(&visitor, Place::Letters, &title, &body).into_response())
}

fn replay_form(visitor: &Visitor, number: u64) -> Markup {
    html! {
        form method="post" action="/admin/letters/replay" {
            (csrf(visitor))
            input type="hidden" name="which" value=(number);
            button.primary { (visitor.t("Вернуть в очередь", "Replay")) }
        }
    }
}

/// Gives one, or all that are there, to the handlers again, in the order of their users.
pub(super) async fn replay(act: Act) -> Result<Response, Failure> {
    act.must(Role::Operator, "replay", None).await?;
    let which = act.field("which")?.to_owned();
    let number = act
        .note_now(&act.deed("replay", None, Some(&which)))
        .await?;
    let done = match which.as_str() {
        "all" => replay_all(&act.visitor).await,
        one => match one.parse() {
            Ok(one) => replay_these(&act.visitor, &[one]).await,
            Err(_) => {
                act.settle(number, Outcome::Failed, None).await;
                return Err(Failure::bad_form().to(act.visitor.lang));
            }
        },
    };
    let Done { queued, left } = match done {
        Ok(done) => done,
        Err(error) => {
            act.settle(number, Outcome::Failed, None).await;
            return Err(error.into());
        }
    };
    let mut detail = format!("{which}: {queued}");
    for (letter, why) in left.iter().take(5) {
        detail.push_str(&format!("; {letter}: {why}"));
    }
    let (outcome, said) = match left.is_empty() {
        true => (Outcome::Done, "replay"),
        false => (Outcome::Failed, "replay-partly"),
    };
    act.settle(number, outcome, Some(&detail)).await;
    Ok(back("/admin/letters", said).into_response())
}

#[derive(Default)]
struct Done {
    queued: usize,
    left: Vec<(u64, &'static str)>,
}

async fn replay_all(visitor: &Visitor) -> Result<Done> {
    // One that fails again becomes a letter with a higher number: the list is made before.
    let all = own(visitor, 0, AT_ONCE).await?;
    let numbers: Vec<_> = all.iter().map(|letter| letter.number).collect();
    replay_these(visitor, &numbers).await
}

async fn replay_these(visitor: &Visitor, numbers: &[u64]) -> Result<Done> {
    let means = &visitor.sources.admin;
    let (nats, prefix) = (&means.stores.nats, &means.prefix);
    let letters = letters(visitor).clone();
    let mut done = Done::default();
    let replay = Replay::new(nats, prefix, letters.clone(), means.inbox.clone()).await?;
    let Some(replay) = replay else {
        return Ok(done);
    };
    for number in numbers {
        let letter = letters.get(*number).await?;
        let is_own = letter.is_none_or(|letter| letter.bot_id == Some(visitor.sources.bot_id));
        match is_own {
            false => done.left.push((*number, "it is of another bot")),
            true => match replay.run(*number).await? {
                Replayed::Queued { .. } => done.queued += 1,
                Replayed::Absent => done.left.push((*number, "it is there no more")),
                Replayed::Refused(why) => done.left.push((*number, why)),
            },
        }
    }
    Ok(done)
}

/// Letters of this bot with a higher number, the oldest first: others may share the stream.
async fn own(visitor: &Visitor, after: u64, limit: usize) -> Result<Vec<StoredLetter>> {
    let (letters, mut found, mut last) = (letters(visitor), Vec::new(), after);
    while found.len() < limit
        && let Some(letter) = letters.after(last).await?
    {
        last = letter.number;
        if letter.bot_id == Some(visitor.sources.bot_id) {
            found.push(letter);
        }
    }
    Ok(found)
}

fn letters(visitor: &Visitor) -> &LetterBox {
    visitor.sources.dead_letters.letters()
}

fn at(letter: &StoredLetter) -> Timestamp {
    Timestamp::try_from(letter.time).unwrap_or(Timestamp::UNIX_EPOCH)
}
