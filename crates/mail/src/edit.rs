//! The windows in which a mailing is given something else to say.

use ostankino::{
    Html, Reply, Result,
    mailings::{Doing, Mail, Post, Report, Says, State},
    reply::Button,
};
use ostankino_dialogs::{Data, Item, Show, Turn, View, Window};

use crate::{
    Texts,
    desk::{Desk, One, Step, ordered, sample},
    draft::{rows_of, with_buttons},
};

/// How the mailing goes, and what it says.
pub(crate) type Changing = Option<(Report, Says)>;

pub(crate) async fn looked_at(Data(desk): Data<Desk>, mail: Mail) -> Result<Changing> {
    let (report, says) = (mail.report(desk.id()).await?, mail.says(desk.id()).await?);
    Ok(report.zip(says))
}

/// Whether there is somebody who will get something else, or has got it.
pub(crate) fn is_possible(v: &View<Desk, One, Texts>) -> bool {
    v.rows.as_ref().is_some_and(|report| match report.state {
        Some(State::Scheduled | State::Paused | State::Halted) => true,
        Some(State::Running) => !is_sent(report),
        Some(State::Done | State::Cancelled) => report.sent > 0,
        _ => false,
    })
}

/// Whether it is what was sent that changes.
fn is_sent(report: &Report) -> bool {
    let is_over = matches!(report.state, Some(State::Done | State::Cancelled));
    is_over || matches!(report.doing, Some(Doing::Unsend | Doing::Edit))
}

pub(crate) fn edit(w: &mut Window<Desk, Changing, Texts>) {
    w.text(|v| {
        let Some((report, says)) = &v.rows else {
            return v.t.gone();
        };
        let mut lines = vec![v.t.edit()];
        lines.push(match is_sent(report) {
            true => v.t.edit_sent(),
            false => v.t.edit_later(),
        });
        if !says.variants.is_empty() {
            lines.push(v.t.edit_variants(says.variants.join(", ")));
        }
        Html::join(lines, "\n")
    });
    w.on_post(received).leads(&[Step::Edited]);
    w.to(Step::One, |v| v.t.back_button());
    w.samples(|t| {
        let says = Says::only(Reply::text("Скидка 20 %"));
        View::sample(Desk::of(7), Some((sample::running(), says)), t)
    });
}

async fn received(
    Data(desk): Data<Desk>,
    Item(post): Item<Post>,
    mail: Mail,
) -> Result<Turn<Desk>> {
    let shown = instead(&desk, &post, &mail).await?;
    let post = Some(post);
    Ok(Turn::to(Step::Edited)
        .say(shown)
        .show(Show::DeleteAndSend)
        .with(Desk { post, ..desk }))
}

/// The message with the buttons that the mailing has.
async fn instead(desk: &Desk, post: &Post, mail: &Mail) -> Result<Reply> {
    let says = mail.says(desk.id()).await?;
    let message = says.and_then(|says| says.message);
    let last = message.as_ref().and_then(|it| it.calls().last());
    Ok(with_buttons(
        post,
        last.into_iter().flat_map(rows_of).collect(),
    ))
}

pub(crate) fn edited(w: &mut Window<Desk, (), Texts>) {
    w.text(|v| v.t.edited());
    w.button("change", |v| v.t.edited_button(), change)
        .once()
        .look(Button::success)
        .leads(&[Step::One]);
    w.to(Step::One, |v| v.t.back_button());
    w.samples(|t| View::sample(Desk::of(7), (), t));
}

async fn change(Data(desk): Data<Desk>, mail: Mail, t: Texts) -> Result<Turn<Desk>> {
    let is_done = match &desk.post {
        Some(post) => {
            let reply = instead(&desk, post, &mail).await?;
            mail.edit(desk.id(), reply).await?
        }
        None => false,
    };
    Ok(ordered(Turn::to(Step::One), &desk, is_done, &t))
}
