//! A list of items of which several are chosen.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use ostankino::{Result, data::Pack, html::Plain, reply::Button};

use super::own;
use crate::{At, DialogData, Field, Keys, Press, Turn, View, Widget, item::Items};

/// A list of items of which several are chosen: see [`Keys::multiselect`].
pub struct Multiselect<D, R, T, I, K> {
    id: &'static str,
    items: Items<D, R, T, I, K>,
    field: Field<D, BTreeSet<K>>,
    columns: usize,
    min: usize,
    max: usize,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button for each of these items, with a mark at those that are chosen; a press chooses one, or takes that back.
    #[track_caller]
    pub fn multiselect<I, K, P>(
        &mut self,
        id: &'static str,
        rows: impl for<'a> Fn(&'a View<D, R, T>) -> &'a [I] + Send + Sync + 'static,
        key: impl Fn(&I) -> K + Send + Sync + 'static,
        label: impl Fn(&View<D, R, T>, &I) -> P + Send + Sync + 'static,
        field: Field<D, BTreeSet<K>>,
    ) -> &mut Multiselect<D, R, T, I, K>
    where
        I: 'static,
        K: Pack + Ord + Clone + Send + Sync + 'static,
        P: Into<Plain>,
    {
        self.add(Multiselect {
            id,
            items: Items::new(rows, key, label),
            field,
            columns: 1,
            min: 0,
            max: usize::MAX,
        })
    }
}

impl<D, R, T, I, K> Multiselect<D, R, T, I, K> {
    /// How many stand in a row: 1 unless it is said.
    pub fn columns(&mut self, columns: usize) -> &mut Self {
        self.columns = columns.clamp(1, 8);
        self
    }

    /// How many stay chosen: none of them is taken back.
    pub fn min(&mut self, min: usize) -> &mut Self {
        self.min = min;
        self
    }

    /// How many may be chosen.
    pub fn max(&mut self, max: usize) -> &mut Self {
        self.max = max;
        self
    }
}

impl<D, R, T, I, K> Widget<D, R, T> for Multiselect<D, R, T, I, K>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    I: 'static,
    K: Pack + Ord + Clone + Send + Sync + 'static,
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let chosen = self.field.of(&view.data);
        let mark = |key: &K, label| match chosen.contains(key) {
            true => format!("✓ {label}"),
            false => label,
        };
        self.items.draw(at, self.id, view, self.columns, mark)
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        Box::pin(async move {
            let texts = own::texts(press.request);
            let found = press.view.and_then(|view| self.items.find(view, press.key));
            let Some(key) = found else {
                return Ok(Turn::stay().toast(texts.dialog_gone_toast()));
            };
            let mut data = press.data;
            let chosen = self.field.of_mut(&mut data);
            let refusal = match chosen.contains(&key) {
                true if chosen.len() <= self.min => Some(texts.dialog_too_few_toast()),
                false if chosen.len() >= self.max => Some(texts.dialog_too_many_toast()),
                _ => None,
            };
            if let Some(refusal) = refusal {
                return Ok(Turn::stay().toast(refusal));
            }
            if !chosen.remove(&key) {
                chosen.insert(key);
            }
            Ok(Turn::stay().with(data))
        })
    }

    fn looks(&self) -> bool {
        true
    }
}
