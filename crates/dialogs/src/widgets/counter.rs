//! A number with a button to either side that changes it.

use std::ops::RangeInclusive;

use futures_util::future::BoxFuture;
use ostankino::{Result, html::Plain, reply::Button};

use super::Draw;
use crate::{At, DialogData, Field, Keys, Press, Turn, View, Widget};

/// A number that is counted up and down: see [`Keys::counter`].
pub struct Counter<D, R, T> {
    id: &'static str,
    field: Field<D, i64>,
    range: RangeInclusive<i64>,
    step: i64,
    label: Draw<D, R, T, Plain>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A number within these bounds, with − and + beside it.
    pub fn counter(
        &mut self,
        id: &'static str,
        field: Field<D, i64>,
        range: RangeInclusive<i64>,
    ) -> &mut Counter<D, R, T> {
        self.add(Counter {
            id,
            field,
            range,
            step: 1,
            label: Box::new(move |view| field.of(&view.data).to_string().into()),
        })
    }
}

impl<D, R, T> Counter<D, R, T> {
    /// By how much a press changes it; by 1 unless it is said.
    pub fn step(&mut self, step: i64) -> &mut Self {
        self.step = step;
        self
    }

    /// What stands between − and +, instead of the number alone.
    pub fn label<P: Into<Plain>>(
        &mut self,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
    ) -> &mut Self {
        self.label = Box::new(move |view| label(view).into());
        self
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Counter<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        vec![vec![
            at.button(self.id, "−", "-"),
            at.button(self.id, (self.label)(view), ""),
            at.button(self.id, "+", "+"),
        ]]
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        let mut data = press.data;
        let count = self.field.of_mut(&mut data);
        let (least, most) = (*self.range.start(), *self.range.end());
        let by = match press.key {
            "+" => self.step,
            "-" => -self.step,
            _ => 0,
        };
        *count = count.saturating_add(by).max(least).min(most);
        Box::pin(async { Ok(Turn::stay().with(data)) })
    }
}
