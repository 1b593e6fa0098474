//! The dialog that `/mail` opens: the latest mailings, and one of them with what can be done about it.

use ostankino::{
    Fired, Reply, Result, Upload, html,
    mailings::{Mail, MailingMoved, Post, Report, State},
    reply::Button,
};
use ostankino_dialogs::{
    Data, Dialog, DialogData, Done, Item, Keys, Launch, Turn, View, Window, windows,
};
use serde::{Deserialize, Serialize};

use crate::{
    Texts,
    command::Zone,
    draft::Draft,
    edit,
    told::{self, Pace},
};

/// How many mailings the list shows.
const LATEST: u32 = 10;

windows! { pub(crate) Step { List, One, Sure, Edit, Edited } }

/// Which mailing is looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "ostankino.mail", windows = Step)]
pub(crate) struct Desk {
    #[serde(default)]
    pub(crate) mailing: Option<i64>,
    #[serde(default)]
    pub(crate) asked: Option<Final>,
    #[serde(default)]
    pub(crate) pace: Option<Pace>,
    /// What it is to say instead.
    #[serde(default)]
    pub(crate) post: Option<Post>,
}

/// What is asked once more before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Final {
    Cancel,
    Unsend,
}

impl Desk {
    pub(crate) fn of(mailing: i64) -> Self {
        Self {
            mailing: Some(mailing),
            ..Self::default()
        }
    }

    pub(crate) fn id(&self) -> i64 {
        self.mailing.unwrap_or_default()
    }
}

pub(crate) fn dialog(zone: &Zone) -> Dialog<Desk, Texts> {
    let zone = zone.clone();
    Dialog::<Desk, Texts>::new()
        .launch(Launch::Root)
        .reopen(Desk::default)
        .window_of(Step::List, latest, list)
        .window_of(Step::One, looked_at, |w| one(w, zone))
        .window_of(Step::Sure, looked_at, sure)
        .window_of(Step::Edit, edit::looked_at, edit::edit)
        .window(Step::Edited, edit::edited)
        .on_result::<Draft, _>(created)
        .on::<MailingMoved, _>(moved)
}

async fn latest(mail: Mail) -> Result<Vec<Report>> {
    mail.list(LATEST).await
}

async fn looked_at(Data(desk): Data<Desk>, mail: Mail) -> Result<Option<Report>> {
    mail.report(desk.id()).await
}

fn list(w: &mut Window<Desk, Vec<Report>, Texts>) {
    w.text(|v| match v.rows.is_empty() {
        true => v.t.list_empty(),
        false => v.t.list(),
    });
    w.select(
        "mailing",
        |v| v.rows.as_slice(),
        |report| report.id,
        |v, report| {
            let state = told::state(&v.t, report).0;
            v.t.item_button(told::sent(report), state, &report.title)
        },
    )
    .on(opened)
    .leads(&[Step::One]);
    w.start("new", |v| v.t.new_button(), |_| Draft::begin());
    w.row(|w| {
        w.button("refresh", |v| v.t.refresh_button(), async || Turn::stay());
        w.cancel(|v| v.t.close_button());
    });
    w.samples(|t| View::sample(Desk::default(), sample::list(), t));
}

pub(crate) type One = Option<Report>;

fn is(states: &'static [State]) -> impl Fn(&View<Desk, One, Texts>) -> bool + Send + Sync {
    move |v| {
        let state = v.rows.as_ref().and_then(|report| report.state);
        state.is_some_and(|state| states.contains(&state))
    }
}

fn one(w: &mut Window<Desk, One, Texts>, zone: Zone) {
    w.text(move |v| match &v.rows {
        Some(report) => told::report(&v.t, &zone, report, v.data.pace),
        None => v.t.gone(),
    });
    w.row(|w| {
        w.when(is(&[State::Running]), |w| {
            w.button("pause", |v| v.t.pause_button(), pause).once();
        });
        w.when(is(&[State::Paused, State::Halted]), |w| {
            w.button("resume", |v| v.t.resume_button(), resume).once();
        });
        w.when(
            is(&[
                State::Scheduled,
                State::Running,
                State::Paused,
                State::Halted,
            ]),
            |w| {
                w.button("cancel", |v| v.t.cancel_button(), ask_to_cancel)
                    .leads(&[Step::Sure]);
            },
        );
        let has_sent = |v: &View<Desk, One, Texts>| v.rows.as_ref().is_some_and(|it| it.sent > 0);
        let is_over = is(&[State::Done, State::Cancelled]);
        w.when(
            move |v| has_sent(v) && is_over(v),
            |w| {
                w.button("unsend", |v| v.t.unsend_button(), ask_to_unsend)
                    .leads(&[Step::Sure]);
            },
        );
    });
    w.when(edit::is_possible, |w| {
        w.to(Step::Edit, |v| v.t.edit_button());
    });
    w.row(|w: &mut Keys<Desk, One, Texts>| {
        let has_rows =
            |v: &View<Desk, One, Texts>| v.rows.as_ref().is_some_and(|it| it.claimed > 0);
        w.when(has_rows, |w| {
            w.button("csv", |v| v.t.csv_button(), csv).once();
        });
        w.button("refresh", |v| v.t.refresh_button(), async || Turn::stay());
    });
    w.to(Step::List, |v| v.t.to_list_button());
    w.samples(|t| View::sample(Desk::of(7), Some(sample::running()), t));
}

fn sure(w: &mut Window<Desk, One, Texts>) {
    w.text(|v| match (&v.rows, v.data.asked) {
        (Some(report), Some(Final::Cancel)) => v.t.sure_cancel(&report.title),
        (Some(report), Some(Final::Unsend)) => v.t.sure_unsend(&report.title),
        _ => v.t.gone(),
    });
    w.when(
        |v| v.data.asked == Some(Final::Cancel),
        |w| {
            w.button("cancel", |v| v.t.sure_cancel_button(), cancel)
                .once()
                .look(Button::danger)
                .leads(&[Step::One]);
        },
    );
    w.when(
        |v| v.data.asked == Some(Final::Unsend),
        |w| {
            w.button("unsend", |v| v.t.sure_unsend_button(), unsend)
                .once()
                .look(Button::danger)
                .leads(&[Step::One]);
        },
    );
    w.to(Step::One, |v| v.t.no_button());
    w.samples(|t| {
        let desk = Desk {
            asked: Some(Final::Unsend),
            ..Desk::of(7)
        };
        View::sample(desk, Some(sample::running()), t)
    });
}

async fn opened(Item(id): Item<i64>) -> Turn<Desk> {
    Turn::to(Step::One).with(Desk::of(id))
}

async fn created(Done(id): Done<Draft>) -> Turn<Desk> {
    Turn::to(Step::One).with(Desk::of(id))
}

async fn moved(
    Fired(event): Fired<MailingMoved>,
    Data(desk): Data<Desk>,
    mail: Mail,
) -> Result<Turn<Desk>> {
    if desk.mailing != Some(event.mailing) {
        // It may be in the list.
        return Ok(Turn::stay());
    }
    let report = mail.report(event.mailing).await?;
    let pace = report.map(|report| Pace::of(&report, mail.now(), desk.pace));
    Ok(Turn::stay().with(Desk { pace, ..desk }))
}

async fn pause(Data(desk): Data<Desk>, mail: Mail, t: Texts) -> Result<Turn<Desk>> {
    let is_done = mail.pause(desk.id()).await?;
    Ok(ordered(Turn::stay(), &desk, is_done, &t))
}

async fn resume(Data(desk): Data<Desk>, mail: Mail, t: Texts) -> Result<Turn<Desk>> {
    let is_done = mail.resume(desk.id()).await?;
    Ok(ordered(Turn::stay(), &desk, is_done, &t))
}

async fn ask_to_cancel(Data(desk): Data<Desk>) -> Turn<Desk> {
    let asked = Some(Final::Cancel);
    Turn::to(Step::Sure).with(Desk { asked, ..desk })
}

async fn ask_to_unsend(Data(desk): Data<Desk>) -> Turn<Desk> {
    let asked = Some(Final::Unsend);
    Turn::to(Step::Sure).with(Desk { asked, ..desk })
}

async fn cancel(Data(desk): Data<Desk>, mail: Mail, t: Texts) -> Result<Turn<Desk>> {
    let is_done = mail.cancel(desk.id()).await?;
    Ok(ordered(Turn::to(Step::One), &desk, is_done, &t))
}

async fn unsend(Data(desk): Data<Desk>, mail: Mail, t: Texts) -> Result<Turn<Desk>> {
    let is_done = mail.unsend(desk.id()).await?;
    Ok(ordered(Turn::to(Step::One), &desk, is_done, &t))
}

/// What it was going at says nothing of what it does from now on.
pub(crate) fn ordered(turn: Turn<Desk>, desk: &Desk, is_done: bool, t: &Texts) -> Turn<Desk> {
    let toast = match is_done {
        true => t.ordered_toast(),
        false => t.too_late_toast(),
    };
    turn.with(Desk::of(desk.id())).toast(toast)
}

async fn csv(Data(desk): Data<Desk>, mail: Mail, t: Texts) -> Result<Turn<Desk>> {
    let id = desk.id();
    let claimed = mail.report(id).await?.map_or(0, |report| report.claimed);
    if claimed > Mail::MOST_IN_CSV {
        return Ok(Turn::stay().toast(t.csv_too_long_toast(Mail::MOST_IN_CSV)));
    }
    let Some(csv) = mail.csv(id).await? else {
        return Ok(Turn::stay());
    };
    let file = Upload::bytes(csv, "text/csv").named(format!("mailing-{id}.csv"));
    Ok(Turn::stay().say(Reply::document(file).caption(html!("{}", t.csv_caption(id)))))
}

/// What previews show.
pub(crate) mod sample {
    use ostankino::{
        jiff::Timestamp,
        mailings::{Report, State},
    };

    pub(crate) fn running() -> Report {
        let mut report = Report::new(7, "Скидка 20 %", Timestamp::UNIX_EPOCH);
        report.state = Some(State::Running);
        report.started_at = Some(Timestamp::UNIX_EPOCH);
        report.total = Some(18_204);
        (report.claimed, report.sent) = (2_249, 2_210);
        (
            report.blocked,
            report.failed,
            report.unknown,
            report.skipped,
        ) = (31, 1, 2, 0);
        report
    }

    pub(super) fn list() -> Vec<Report> {
        let mut done = Report::new(6, "Мы открылись", Timestamp::UNIX_EPOCH);
        done.state = Some(State::Done);
        (done.total, done.claimed, done.sent) = (Some(17_950), 17_950, 17_911);
        vec![running(), done]
    }
}
