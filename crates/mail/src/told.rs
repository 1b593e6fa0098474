//! How a mailing goes, as administrators read it.

use ostankino::{
    Html,
    html::Plain,
    jiff::Timestamp,
    mailings::{Doing, Report, State, Trial, Tried},
};
use ostankino_dialogs::texts::progress;
use serde::{Deserialize, Serialize};

use crate::{Lang, Texts, command::Zone, words};

/// How wide the bar is, in signs.
const BAR: usize = 12;

/// How far a mailing was when its author was told of it last, by which it is known how fast it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pace {
    at: Timestamp,
    part: i64,
    /// Of messages a second, in tenths; none if that is not known yet.
    tenths: Option<i64>,
}

impl Pace {
    /// From now on.
    pub(crate) fn of(report: &Report, now: Timestamp, before: Option<Self>) -> Self {
        let (part, _) = parts(report);
        // What has just begun has a beginning.
        let begun = || {
            let at = report.started_at.filter(|_| doing(report) == Doing::Send)?;
            let is_recent = now.duration_since(at).as_secs() < 10;
            let tenths = None;
            is_recent.then_some(Self {
                at,
                part: 0,
                tenths,
            })
        };
        let tenths = before.or_else(begun).and_then(|before| {
            let ms = i64::try_from(now.duration_since(before.at).as_millis()).ok()?;
            let is_later = ms > 0 && part >= before.part;
            is_later.then(|| (part - before.part).saturating_mul(10_000) / ms)
        });
        Self {
            at: now,
            part,
            tenths,
        }
    }
}

/// What it is at, in a word.
pub(crate) fn state(t: &Texts, report: &Report) -> Plain {
    match report.state {
        Some(State::Scheduled) => t.state_scheduled_plain(),
        Some(State::Running) => match doing(report) {
            Doing::Freeze => t.state_freezing_plain(),
            Doing::Unsend => t.state_unsending_plain(),
            Doing::Edit => t.state_editing_plain(),
            _ => t.state_running_plain(),
        },
        Some(State::Paused) => t.state_paused_plain(),
        Some(State::Halted) => t.state_halted_plain(),
        Some(State::Done) => t.state_done_plain(),
        Some(State::Cancelled) => t.state_cancelled_plain(),
        _ => t.state_other_plain(),
    }
}

/// How many have it, of how many.
pub(crate) fn sent(report: &Report) -> String {
    match report.total {
        Some(total) => format!("{}/{}", report.sent, total.max(report.claimed)),
        None => report.sent.to_string(),
    }
}

/// All of it. No number is left out because it is bad.
pub(crate) fn report(t: &Texts, zone: &Zone, report: &Report, pace: Option<Pace>) -> Html {
    let mut lines = vec![t.one(report.id, &state(t, report).0, &report.title)];
    lines.extend(report.reason.as_ref().map(|reason| t.one_reason(reason)));
    if report.state == Some(State::Scheduled) {
        lines.push(t.one_begins(words::clock(zone, report.run_at)));
    }
    let (part, whole) = parts(report);
    if report.started_at.is_some() {
        let bar = progress(unsigned(part), unsigned(whole), BAR);
        lines.push(bar.into());
    }
    if let Some(tenths) = pace.and_then(|pace| pace.tenths).filter(|it| *it > 0)
        && report.state == Some(State::Running)
    {
        let left = (whole - part).max(0).saturating_mul(10) / tenths;
        let left = words::lasting(t, unsigned(left));
        lines.push(t.speed(left, rate(t, tenths)));
    }
    lines.push(Html::new());
    lines.push(t.counts(
        report.blocked,
        report.failed,
        report.sent,
        report.skipped,
        report.unknown,
        waiting(report),
    ));
    let more = [
        (report.unsent, t.count_unsent(report.unsent)),
        (report.edited, t.count_edited(report.edited)),
        (report.kept, t.count_kept(report.kept)),
        (report.clicked, t.count_clicked(report.clicked)),
    ];
    lines.extend(more.into_iter().filter(|(n, _)| *n > 0).map(|(_, it)| it));
    if let Some(tried) = &report.trial {
        lines.extend(trial(t, zone, report, tried));
    }
    Html::join(lines, "\n")
}

/// Which of the variants is the best, and why.
fn trial(t: &Texts, zone: &Zone, report: &Report, trial: &Trial) -> Vec<Html> {
    let is_over = matches!(report.state, Some(State::Done | State::Cancelled));
    let Some(winner) = &trial.winner else {
        return vec![match trial.chosen_at {
            _ if is_over => t.trial_none(),
            Some(at) => t.trial_waits(words::clock(zone, at)),
            None => t.trial_goes(),
        }];
    };
    let name = |it: &Tried| match it.variant {
        0 => t.trial_main_plain().0,
        _ => it.name.clone(),
    };
    let variants = trial.variants.iter();
    let won = variants.clone().find(|it| it.name == *winner);
    let won = t.trial_winner(won.map_or_else(|| winner.clone(), name));
    let rates = variants.map(|it| {
        let rate = format!("{:.1}", it.rate()).replace('.', point(t));
        t.trial_variant(it.clicked, name(it), rate, it.sent)
    });
    [won].into_iter().chain(rates).collect()
}

fn doing(report: &Report) -> Doing {
    report.doing.unwrap_or(Doing::Send)
}

/// How many are through with what is done now, of how many.
fn parts(report: &Report) -> (i64, i64) {
    match doing(report) {
        Doing::Unsend => (report.unsent + report.kept, report.sent + report.unsent),
        Doing::Edit => (report.edited + report.kept, report.sent),
        _ => (report.done(), report.total.unwrap_or(0).max(report.claimed)),
    }
}

/// Who is still to get it, of a mailing that is not over; of one that is, of whom it is not known yet.
fn waiting(report: &Report) -> i64 {
    let is_over = matches!(report.state, Some(State::Done | State::Cancelled));
    match doing(report) {
        Doing::Freeze | Doing::Send if !is_over => {
            let all = report.total.unwrap_or(0).max(report.claimed);
            all - report.done()
        }
        _ => report.waiting(),
    }
}

fn rate(t: &Texts, tenths: i64) -> String {
    match tenths {
        100.. => (tenths / 10).to_string(),
        _ => format!("{}{}{}", tenths / 10, point(t), tenths % 10),
    }
}

/// What stands before tenths.
fn point(t: &Texts) -> &'static str {
    if t.lang() == Lang::Ru { "," } else { "." }
}

fn unsigned(count: i64) -> u64 {
    count.max(0).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use ostankino::jiff::{SignedDuration, tz::TimeZone};

    use super::*;

    fn zone() -> Zone {
        Zone {
            name: "UTC".into(),
            zone: TimeZone::UTC,
        }
    }

    fn running() -> Report {
        let mut report = Report::new(7, "Скидка & <чай>", Timestamp::UNIX_EPOCH);
        report.state = Some(State::Running);
        report.started_at = Some(Timestamp::UNIX_EPOCH);
        report.total = Some(1_000);
        (report.claimed, report.sent) = (260, 240);
        (
            report.blocked,
            report.failed,
            report.unknown,
            report.skipped,
        ) = (6, 2, 1, 1);
        report
    }

    #[test]
    fn every_number_is_told_and_how_fast_it_goes() {
        let (t, report) = (Lang::Ru.texts(), running());
        let after = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let pace = Pace::of(&report, after(5), None);
        let told = super::report(&t, &zone(), &report, Some(pace));
        assert_eq!(
            told,
            "<b>Скидка &amp; &lt;чай&gt;</b> (№ 7)\nидёт\n▓▓▓░░░░░░░░░ 25 %\n50 в секунду, осталось 15 с\n\n\
             Отправлено: <b>240</b>\nЗаблокировали бота: 6\nНе принято Telegram: 2\nНеизвестно: 1\n\
             Пропущено: 1\nЖдут: 750"
        );
        // Of one that was paused for an hour its beginning says nothing.
        let late = Pace::of(&report, after(3_600), None);
        assert_eq!(late.tenths, None);
        assert_eq!(Pace::of(&report, after(3_603), Some(late)).tenths, Some(0));
    }

    #[test]
    fn which_variant_won_is_told_and_why() {
        let (mut report, zone) = (running(), zone());
        let told = |report: &Report| super::report(&Lang::Ru.texts(), &zone, report, None);
        let mut trial = Trial::default();
        report.trial = Some(trial.clone());
        let goes = told(&report);
        assert!(goes.as_str().ends_with("остальные ждут"), "{goes}");
        trial.chosen_at = Some(Timestamp::UNIX_EPOCH);
        report.trial = Some(trial.clone());
        let waits = told(&report);
        assert!(
            waits.as_str().ends_with("лучший выберем 01.01.1970 00:00"),
            "{waits}"
        );
        trial.winner = Some("второй".into());
        trial.variants = vec![Tried::new("main", 0), Tried::new("второй", 1)];
        (trial.variants[1].sent, trial.variants[1].clicked) = (200, 25);
        report.trial = Some(trial);
        let won = told(&report);
        let expected = "Остальным ушёл вариант «второй». Кнопку нажали:\n«первый»: 0,0 % (0 из 0)\n«второй»: 12,5 % (25 из 200)";
        assert!(won.as_str().ends_with(expected), "{won}");
    }

    #[test]
    fn what_is_taken_back_has_a_bar_of_its_own() {
        let mut report = running();
        report.doing = Some(Doing::Unsend);
        (report.sent, report.unsent, report.kept) = (180, 60, 20);
        assert_eq!(parts(&report), (80, 240));
        let told = super::report(&Lang::En.texts(), &zone(), &report, None);
        assert!(
            told.as_str()
                .contains("being taken back\n▓▓▓▓░░░░░░░░ 33 %"),
            "{told}"
        );
        assert!(
            told.as_str()
                .ends_with("Taken back: 60\nCould not be changed: 20"),
            "{told}"
        );
    }
}
