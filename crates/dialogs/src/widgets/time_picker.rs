//! Times of a day, of which the user chooses one.

use std::ops::RangeInclusive;

use futures_util::future::BoxFuture;
use ostankino::{Needs, Result, jiff::civil::Time, reply::Button};

use super::{choice::Choice, own};
use crate::{Action, At, DialogData, Field, Keys, Lead, Press, Turn, View, Widget};

/// Times of a day, of which the user chooses one: see [`Keys::time_picker`].
pub struct TimePicker<D: DialogData, R, T> {
    id: &'static str,
    field: Field<D, Option<Time>>,
    within: (Time, Time),
    /// In minutes.
    step: i32,
    free: Option<Free<D, R, T>>,
    choice: Choice<D>,
}

type Free<D, R, T> = Box<dyn Fn(&View<D, R, T>, Time) -> bool + Send + Sync>;
/// How many times are shown at once; of more, the hours are shown, and the times of one of them.
const MOST: usize = 24;

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button for each time of the day, every half an hour unless it is said: up to 24 of them, or the hours, and below them the
    /// times of the hour that was pressed.
    ///
    /// ```
    /// use ostankino::jiff::civil::Time;
    /// use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Time } }
    ///
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "visit", windows = Step)]
    /// struct Visit {
    ///     time: Option<Time>,
    /// }
    ///
    /// let dialog = Dialog::<Visit>::new().window(Step::Time, |w| {
    ///     w.text(|_| "Во сколько придёте? Обед с часу до двух");
    ///     w.time_picker("time", field!(time))
    ///         .within((9, 0)..=(18, 30))
    ///         .free(|_, time| time.hour() != 13);
    /// });
    /// ```
    #[track_caller]
    pub fn time_picker(
        &mut self,
        id: &'static str,
        field: Field<D, Option<Time>>,
    ) -> &mut TimePicker<D, R, T> {
        self.add(TimePicker {
            id,
            field,
            within: (Time::MIN, Time::MAX),
            step: 30,
            free: None,
            choice: Choice::new(),
        })
    }
}

impl<D: DialogData, R: 'static, T: 'static> TimePicker<D, R, T> {
    /// The first and the last time, as hours and minutes.
    ///
    /// # Panics
    ///
    /// If these are no times of a day, or the last is before the first.
    #[track_caller]
    pub fn within(&mut self, times: RangeInclusive<(i8, i8)>) -> &mut Self {
        let time = |(hour, minute): (i8, i8)| match Time::new(hour, minute, 0, 0) {
            Ok(time) => time,
            Err(_) => {
                panic!("no clock shows {hour}:{minute:02}: hours are 0 to 23, minutes 0 to 59")
            }
        };
        let (first, last) = (time(*times.start()), time(*times.end()));
        assert!(first <= last, "there is no time from {first} to {last}");
        self.within = (first, last);
        self
    }

    /// How many minutes are from one time to the next.
    ///
    /// # Panics
    ///
    /// If that is less than 1 or more than 720.
    #[track_caller]
    pub fn every(&mut self, minutes: u16) -> &mut Self {
        assert!(
            (1..=720).contains(&minutes),
            "from one time to the next are 1 to 720 minutes, not {minutes}"
        );
        self.step = minutes.into();
        self
    }

    /// Which of these times can be chosen; the others are not shown.
    pub fn free(
        &mut self,
        free: impl Fn(&View<D, R, T>, Time) -> bool + Send + Sync + 'static,
    ) -> &mut Self {
        self.free = Some(Box::new(free));
        self
    }

    /// To which window a choice leads.
    pub fn then(&mut self, window: D::Window) -> &mut Self {
        self.choice.then(window);
        self
    }

    /// What a choice does; it takes the time as [`Item<Time>`](crate::Item).
    pub fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) -> &mut Self {
        self.choice.on(action);
        self
    }

    /// To which windows that may lead: the diagram shows it.
    pub fn leads(&mut self, windows: &[D::Window]) -> &mut Self {
        self.choice.may_lead(windows);
        self
    }

    /// The times that can be chosen.
    fn times(&self, view: &View<D, R, T>) -> Vec<Time> {
        let minute_of = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
        let (first, last) = (minute_of(self.within.0), minute_of(self.within.1));
        let minutes = (first..=last).step_by(usize::try_from(self.step).unwrap_or(1));
        let time = |minute: i32| {
            let (hour, minute) = (minute / 60, minute % 60);
            Time::new(hour.try_into().ok()?, minute.try_into().ok()?, 0, 0).ok()
        };
        let is_free = |time: &Time| self.free.as_ref().is_none_or(|free| free(view, *time));
        minutes.filter_map(time).filter(is_free).collect()
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for TimePicker<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let times = self.times(view);
        let chosen = *self.field.of(&view.data);
        let button = |time: &Time| {
            let mark = if chosen == Some(*time) { "✓" } else { "" };
            let written = time.strftime("%H:%M").to_string();
            at.button(self.id, format!("{mark}{written}"), &format!("t{written}"))
        };
        let in_rows = |buttons: Vec<Button>, width| -> Vec<Vec<Button>> {
            buttons.chunks(width).map(<[_]>::to_vec).collect()
        };
        if times.len() <= MOST {
            return in_rows(times.iter().map(button).collect(), 4);
        }
        let seen: Option<i8> = view.memory(self.id).or(chosen.map(Time::hour));
        let mut hours: Vec<_> = times.iter().map(|time| time.hour()).collect();
        hours.dedup();
        let hour = |hour: &i8| {
            let label = match seen == Some(*hour) {
                true => format!("[{hour}]"),
                false => hour.to_string(),
            };
            at.button(self.id, label, &format!("h{hour}"))
        };
        let mut rows = in_rows(hours.iter().map(hour).collect(), 6);
        let of_hour = times.iter().filter(|time| seen == Some(time.hour()));
        rows.extend(in_rows(of_hour.map(button).collect(), 6));
        rows
    }

    fn press<'a>(&'a self, mut press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        Box::pin(async move {
            if let Some(hour) = press.key.strip_prefix('h') {
                press.remember(self.id, &hour.parse::<i8>().ok());
                return Ok(Turn::stay());
            }
            let pressed = press.key.strip_prefix('t');
            let time = pressed.and_then(|time| Time::strptime("%H:%M", time).ok());
            let times = press.view.map(|view| self.times(view)).unwrap_or_default();
            let Some(time) = time.filter(|time| times.contains(time)) else {
                return Ok(Turn::stay().toast(own::texts(press.request).dialog_not_free_toast()));
            };
            let mut data = press.data;
            *self.field.of_mut(&mut data) = Some(time);
            self.choice.made(data, press.request, time).await
        })
    }

    fn looks(&self) -> bool {
        true
    }

    fn leads(&self) -> Vec<Lead<D::Window>> {
        self.choice.leads()
    }

    fn needs(&self, needs: &mut Needs) {
        self.choice.needs(needs);
    }
}
