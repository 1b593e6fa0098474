//! A calendar, in which the user chooses a day.

mod months;

use futures_util::future::BoxFuture;
use ostankino::{
    Needs, Result,
    html::Plain,
    jiff::{ToSpan, civil::Date, tz::TimeZone},
    reply::Button,
};

use self::months::{Leaf, Seen};
use super::{Draw, choice::Choice, own, turning::NOTHING};
use crate::{Action, At, DialogData, Field, Keys, Lead, Press, Turn, View, Widget};

/// A calendar, in which the user chooses a day: see [`Keys::calendar`].
pub struct Calendar<D: DialogData, R, T> {
    id: &'static str,
    field: Field<D, Option<Date>>,
    zone: TimeZone,
    least: Option<Draw<D, R, T, Date>>,
    most: Option<Draw<D, R, T, Date>>,
    ahead: Option<u16>,
    free: Option<Free<D, R, T>>,
    choice: Choice<D>,
}

type Free<D, R, T> = Box<dyn Fn(&View<D, R, T>, Date) -> bool + Send + Sync>;
impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A calendar: the days of a month, months and years to leaf through. The title leads from the days to the months, and from
    /// these to the years. The chosen day has a mark.
    ///
    /// ```
    /// use ostankino::jiff::civil::Date;
    /// use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Day, Time } }
    ///
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "visit", windows = Step)]
    /// struct Visit {
    ///     day: Option<Date>,
    /// }
    ///
    /// let dialog = Dialog::<Visit>::new()
    ///     .window(Step::Day, |w| {
    ///         w.text(|_| "Когда придёте? Принимаем по будням");
    ///         w.calendar("day", field!(day))
    ///             .from_today("Europe/Moscow")
    ///             .days_ahead(90)
    ///             .free(|_, day| day.weekday().to_monday_zero_offset() < 5)
    ///             .then(Step::Time);
    ///     })
    ///     .window(Step::Time, |w| w.text(|_| "А во сколько?"));
    /// ```
    #[track_caller]
    pub fn calendar(
        &mut self,
        id: &'static str,
        field: Field<D, Option<Date>>,
    ) -> &mut Calendar<D, R, T> {
        self.add(Calendar {
            id,
            field,
            zone: TimeZone::UTC,
            least: None,
            most: None,
            ahead: None,
            free: None,
            choice: Choice::new(),
        })
    }
}

impl<D: DialogData, R: 'static, T: 'static> Calendar<D, R, T> {
    /// From the day on that it is in that time zone, such as `Europe/Moscow`, by the [clock](View::now) of the service.
    ///
    /// # Panics
    ///
    /// If there is no such zone.
    #[track_caller]
    pub fn from_today(&mut self, zone: &str) -> &mut Self {
        let Ok(zone) = TimeZone::get(zone) else {
            panic!("there is no time zone `{zone}`: it is one like `Europe/Moscow`, or `UTC`");
        };
        self.zone = zone.clone();
        self.min(move |view| view.today(&zone))
    }

    /// The first day that can be chosen.
    pub fn min(
        &mut self,
        least: impl Fn(&View<D, R, T>) -> Date + Send + Sync + 'static,
    ) -> &mut Self {
        self.least = Some(Box::new(least));
        self
    }

    /// The last day that can be chosen.
    pub fn max(
        &mut self,
        most: impl Fn(&View<D, R, T>) -> Date + Send + Sync + 'static,
    ) -> &mut Self {
        self.most = Some(Box::new(most));
        self
    }

    /// Up to so many days after today, in the time zone of [`from_today`](Self::from_today).
    pub fn days_ahead(&mut self, days: u16) -> &mut Self {
        self.ahead = Some(days);
        self
    }

    /// Which days between these can be chosen.
    pub fn free(
        &mut self,
        free: impl Fn(&View<D, R, T>, Date) -> bool + Send + Sync + 'static,
    ) -> &mut Self {
        self.free = Some(Box::new(free));
        self
    }

    /// To which window a choice leads.
    pub fn then(&mut self, window: D::Window) -> &mut Self {
        self.choice.then(window);
        self
    }

    /// What a choice does; it takes the day as [`Item<Date>`](crate::Item).
    pub fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) -> &mut Self {
        self.choice.on(action);
        self
    }

    /// To which windows that may lead: the diagram shows it.
    pub fn leads(&mut self, windows: &[D::Window]) -> &mut Self {
        self.choice.may_lead(windows);
        self
    }

    fn bounds(&self, view: &View<D, R, T>) -> (Date, Date) {
        let of = |bound: &Option<Draw<D, R, T, Date>>| bound.as_ref().map(|bound| bound(view));
        let least = of(&self.least).unwrap_or(months::FIRST);
        let ahead = |days: u16| {
            view.today(&self.zone)
                .saturating_add(i64::from(days).days())
        };
        let last = self.ahead.map_or(months::LAST, ahead);
        let most = of(&self.most).unwrap_or(months::LAST).min(last);
        (least, most.max(least))
    }

    fn is_free(&self, view: &View<D, R, T>, day: Date) -> bool {
        let (least, most) = self.bounds(view);
        let is_free = |free: &Free<D, R, T>| free(view, day);
        (least..=most).contains(&day) && self.free.as_ref().is_none_or(is_free)
    }

    /// What is seen of it, if nobody has leafed yet or whatever is remembered.
    fn seen(&self, view: &View<D, R, T>) -> Seen {
        let chosen = self.field.of(&view.data);
        let begin = || Seen::days(chosen.unwrap_or_else(|| view.today(&self.zone)));
        let seen: Seen = view.memory(self.id).unwrap_or_else(begin);
        seen.within(self.bounds(view))
    }

    fn days(&self, at: &At<'_>, view: &View<D, R, T>, seen: Seen) -> Vec<Vec<Button>> {
        let nothing = |label: Plain| at.button(self.id, label, "");
        let chosen = *self.field.of(&view.data);
        let day = |day: Option<Date>| match day.filter(|day| self.is_free(view, *day)) {
            Some(day) => {
                let mark = if chosen == Some(day) { "✓" } else { "" };
                let label = format!("{mark}{}", day.day());
                at.button(self.id, label, &format!("d{day}"))
            }
            None => nothing(NOTHING.into()),
        };
        let mut rows = vec![
            months::weekdays(&view.own)
                .into_iter()
                .map(nothing)
                .collect(),
        ];
        let weeks = seen.weeks(own::first_weekday(&view.own)).into_iter();
        rows.extend(weeks.map(|week| week.map(day).into_iter().collect()));
        rows
    }

    /// The months of a year, or years.
    fn others(&self, at: &At<'_>, view: &View<D, R, T>, seen: Seen) -> Vec<Vec<Button>> {
        let button = |(label, leaf): (String, Seen)| match leaf.is_within(self.bounds(view)) {
            true => at.button(self.id, label, &leaf.key()),
            false => at.button(self.id, NOTHING, ""),
        };
        let buttons: Vec<_> = seen.below(&view.own).into_iter().map(button).collect();
        buttons.chunks(3).map(<[_]>::to_vec).collect()
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Calendar<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let seen = self.seen(view);
        let bounds = self.bounds(view);
        let turn = |label: &str, key: &str, by: i32| match seen.turned(by).is_within(bounds) {
            true => at.button(self.id, label, key),
            false => at.button(self.id, NOTHING, ""),
        };
        let mut rows = vec![vec![
            turn("‹", "-", -1),
            at.button(self.id, seen.title(&view.own), "^"),
            turn("›", "+", 1),
        ]];
        rows.extend(match seen.leaf {
            Leaf::Days => self.days(at, view, seen),
            Leaf::Months | Leaf::Years => self.others(at, view, seen),
        });
        rows
    }

    fn press<'a>(&'a self, mut press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        Box::pin(async move {
            let Some(view) = press.view else {
                return Ok(Turn::stay());
            };
            let seen = self.seen(view);
            let next = match press.key {
                "" => return Ok(Turn::stay()),
                "+" => seen.turned(1),
                "-" => seen.turned(-1),
                "^" => seen.above(),
                key => match Seen::of_key(key) {
                    Some(leaf) => leaf,
                    None => return self.choose(press).await,
                },
            };
            press.remember(self.id, &next.within(self.bounds(view)));
            Ok(Turn::stay())
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

impl<D: DialogData, R: 'static, T: 'static> Calendar<D, R, T> {
    async fn choose(&self, press: Press<'_, D, R, T>) -> Result<Turn<D>> {
        let day = press.key.strip_prefix('d').and_then(|day| day.parse().ok());
        let is_free = |day: &Date| press.view.is_some_and(|view| self.is_free(view, *day));
        let Some(day) = day.filter(is_free) else {
            return Ok(Turn::stay().toast(own::texts(press.request).dialog_not_free_toast()));
        };
        let mut data = press.data;
        *self.field.of_mut(&mut data) = Some(day);
        self.choice.made(data, press.request, day).await
    }
}
