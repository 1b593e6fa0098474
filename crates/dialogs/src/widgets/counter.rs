//! A number with a button to either side that changes it.

use std::ops::RangeInclusive;

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::{Draw, bound::Bound};
use crate::{At, DialogData, Field, Keys, Number, Press, Turn, View, Widget, number::clamp};

/// A number that is counted up and down: see [`Keys::counter`].
pub struct Counter<D, R, T, N> {
    id: &'static str,
    bound: Bound<D, R, T, N>,
    range: RangeInclusive<N>,
    step: N,
    is_round: bool,
    label: Option<Draw<D, R, T, Plain>>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A number within these bounds, with − and + beside it: of any type that is a [`Number`].
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Count } }
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "order", windows = Step)]
    /// struct Order {
    ///     count: u8,
    /// }
    ///
    /// let dialog = Dialog::<Order>::new().window(Step::Count, |w| {
    ///     w.text(|_| "Сколько?");
    ///     w.counter("count", field!(count), 1..=9).label(|v| format!("{} шт.", v.data.count));
    /// });
    /// ```
    ///
    /// A field that is not there, or of another type, does not compile:
    ///
    /// ```compile_fail,E0609
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Count } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Step)]
    /// # struct Order { count: u8 }
    /// # let dialog = Dialog::<Order>::new().window(Step::Count, |w| {
    /// w.counter("count", field!(cuont), 1..=9);
    /// # });
    /// ```
    ///
    /// ```compile_fail,E0277
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Count } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Step)]
    /// # struct Order { count: String }
    /// # let dialog = Dialog::<Order>::new().window(Step::Count, |w| {
    /// w.counter("count", field!(count), "1".to_owned()..="9".to_owned());
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// If nothing is within the bounds.
    #[track_caller]
    pub fn counter<N: Number>(
        &mut self,
        id: &'static str,
        field: Field<D, N>,
        range: RangeInclusive<N>,
    ) -> &mut Counter<D, R, T, N> {
        self.counts(id, Bound::field(field), range)
    }

    #[track_caller]
    pub(super) fn counts<N: Number>(
        &mut self,
        id: &'static str,
        bound: Bound<D, R, T, N>,
        range: RangeInclusive<N>,
    ) -> &mut Counter<D, R, T, N> {
        let (least, most) = (range.start(), range.end());
        let place = self.scope.place();
        assert!(
            least <= most,
            "nothing is from {least} to {most}: the bounds of the counter `{id}` of {place} are the wrong way round"
        );
        self.add(Counter {
            id,
            bound,
            range,
            step: N::ONE,
            is_round: false,
            label: None,
        })
    }
}

impl<D, R, T, N> Counter<D, R, T, N> {
    /// By how much a press changes it; by 1 unless it is said.
    pub fn step(&mut self, step: N) -> &mut Self {
        self.step = step;
        self
    }

    /// After the greatest comes the least, and the other way round.
    pub fn round(&mut self) -> &mut Self {
        self.is_round = true;
        self
    }

    /// What stands between − and +, instead of the number alone.
    pub fn label<P: Into<Plain>>(
        &mut self,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) -> &mut Self {
        self.label = Some(Box::new(move |view| label(view).into()));
        self
    }
}

impl<D, R, T, N: Number> Counter<D, R, T, N> {
    fn next(&self, now: N, key: &str) -> N {
        let (least, most) = (*self.range.start(), *self.range.end());
        let next = match key {
            "+" if self.is_round && now >= most => least,
            "-" if self.is_round && now <= least => most,
            "+" => now.plus(self.step),
            "-" => now.minus(self.step),
            _ => now,
        };
        clamp(next, least, most)
    }
}

impl<D, R, T, N> Widget<D, R, T> for Counter<D, R, T, N>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    N: Number,
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let label = match &self.label {
            Some(label) => label(view),
            None => self.bound.read(&view.data, Some(view)).to_string().into(),
        };
        vec![vec![
            at.button(self.id, "−", "-"),
            at.button(self.id, label, ""),
            at.button(self.id, "+", "+"),
        ]]
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let mut data = press.data;
        let now = self.bound.read(&data, press.view);
        let next = self.next(now, press.key);
        self.bound.write(&mut data, press.view, next);
        Box::pin(async { Ok(Turn::stay().with(data)) })
    }

    fn looks(&self) -> bool {
        self.bound.looks()
    }
}
