//! When it begins.

use ostankino::Result;
use ostankino_dialogs::{Data, Turn, View, Window, field};

use super::{sample, shown_in};
use crate::{
    Texts,
    audience::Who,
    command::Zone,
    draft::{Draft, Step},
};

/// How far ahead a mailing may begin.
const DAYS_AHEAD: u16 = 365;

pub(super) fn when(w: &mut Window<Draft, Who, Texts>) {
    w.text(|v| v.t.when(v.rows.count(&v.t), v.rows.time(&v.t)));
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

pub(super) fn day(w: &mut Window<Draft, (), Texts>, zone: &Zone) {
    let name = zone.name.clone();
    w.text(move |v| v.t.day(&*name));
    w.calendar("day", field!(day))
        .from_today(&zone.name)
        .days_ahead(DAYS_AHEAD)
        .then(Step::Time);
    w.to(Step::When, |v| v.t.back_button());
    w.samples(|t| View::sample(sample::draft(), (), t));
}

pub(super) fn time(w: &mut Window<Draft, (), Texts>, zone: Zone) {
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
