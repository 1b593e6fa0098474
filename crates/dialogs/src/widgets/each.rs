//! Widgets for each item of a list.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Deref, RangeInclusive},
};

use futures_util::future::BoxFuture;
use ostankino::{Needs, Result, data::Pack, html::Plain, reply::Button};

use super::{Counter, bound::Bound, own};
use crate::{
    At, DialogData, Field, Item, Keys, Lead, Number, Press, Turn, View, Widget,
    data::carrying,
    item::pack,
    keys::inner_of,
    widget::AtItem,
    within::{each, press_within, rows},
};

/// What a widget within a list is drawn from, as the rows of its view: the item, to which it derefs, and the item's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<I, K> {
    /// The item.
    pub item: I,
    /// Its key.
    pub key: K,
}

/// Widgets for each item of a list: see [`Keys::each`].
pub struct Each<D: DialogData, R, T, I, K> {
    id: &'static str,
    items: Items<D, R, T, I>,
    key: Box<dyn Fn(&I) -> K + Send + Sync>,
    inner: Inner<D, T, I, K>,
}

type Inner<D, T, I, K> = Vec<Box<dyn Widget<D, Line<I, K>, T>>>;
type Items<D, R, T, I> = Box<dyn for<'a> Fn(&'a View<D, R, T>) -> &'a [I] + Send + Sync>;

/// How many letters say which of the widgets it is, and end the key of the item.
const AROUND: usize = 4;

impl<D, R, T> Keys<D, R, T>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Widgets for each of these items, one item below another. In the view of theirs the rows are the item; what their buttons
    /// do takes its key as [`Item`].
    ///
    /// ```
    /// use std::collections::{BTreeMap, BTreeSet};
    ///
    /// # use ostankino::Result;
    /// use ostankino_dialogs::{Dialog, DialogData, Item, Turn, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Lines } }
    ///
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "cart", windows = Step)]
    /// struct Cart {
    ///     counts: BTreeMap<i64, u8>,
    ///     gifts: BTreeSet<i64>,
    /// }
    ///
    /// # #[derive(Clone)]
    /// # struct Dish { id: i64, name: String }
    /// # async fn dishes() -> Result<Vec<Dish>> { Ok(vec![]) }
    /// async fn throw_out(Item(dish): Item<i64>) -> Turn<Cart> {
    ///     Turn::stay().toast(format!("Убрано: {dish}"))
    /// }
    ///
    /// let dialog = Dialog::<Cart>::new().window_of(Step::Lines, dishes, |w| {
    ///     w.text(|_| "Корзина");
    ///     w.each("dishes", |v| v.rows.as_slice(), |dish| dish.id, |w| {
    ///         w.row(|w| {
    ///             w.button("out", |v| format!("✕ {}", v.rows.name), throw_out).once();
    ///             w.check("gift", field!(gifts), |_| "в подарок");
    ///         });
    ///         w.count("count", field!(counts), 0..=9);
    ///     });
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// If it is itself in such a list.
    #[track_caller]
    pub fn each<I, K>(
        &mut self,
        id: &'static str,
        items: impl for<'a> Fn(&'a View<D, R, T>) -> &'a [I] + Send + Sync + 'static,
        key: impl Fn(&I) -> K + Send + Sync + 'static,
        fill: impl FnOnce(&mut Keys<D, Line<I, K>, T>),
    ) where
        I: Clone + Send + Sync + 'static,
        K: Pack + Clone + Send + Sync + 'static,
    {
        const {
            assert!(
                K::MAX + AROUND <= crate::LONGEST_KEY,
                "the key of an item takes more letters than a button within a list can carry: `LONGEST_KEY`, less four"
            );
        }
        let scope = &self.scope;
        assert!(
            scope.list.is_none(),
            "`{id}` would be a list within the list {}: an item's buttons cannot say of which item of which item they are",
            scope.place()
        );
        let mut inner = Keys::new(scope.of_list(id));
        fill(&mut inner);
        self.add(Each {
            id,
            items: Box::new(items),
            key: Box::new(key),
            inner: inner.into_widgets(),
        });
    }
}

impl<D, I, K, T> Keys<D, Line<I, K>, T>
where
    D: DialogData,
    I: Send + Sync + 'static,
    K: Ord + Clone + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// A counter for each item of a list; where the field has no number for one, it is the least.
    #[track_caller]
    pub fn count<N: Number>(
        &mut self,
        id: &'static str,
        field: Field<D, BTreeMap<K, N>>,
        range: RangeInclusive<N>,
    ) -> &mut Counter<D, Line<I, K>, T, N> {
        let least = *range.start();
        let read = move |data: &D, view: Option<&View<D, Line<I, K>, T>>| {
            let number = view.and_then(|view| field.of(data).get(&view.rows.key));
            number.copied().unwrap_or(least)
        };
        let write = move |data: &mut D, view: Option<&View<D, Line<I, K>, T>>, number| {
            if let Some(view) = view {
                field.of_mut(data).insert(view.rows.key.clone(), number);
            }
        };
        self.counts(id, Bound::viewed(read, write), range)
    }

    /// A toggle for each item of a list, which is on if its key is in the set.
    #[track_caller]
    pub fn check<P: Into<Plain>>(
        &mut self,
        id: &'static str,
        field: Field<D, BTreeSet<K>>,
        label: impl Fn(&View<D, Line<I, K>, T>) -> P + Send + Sync + 'static,
    ) {
        let read = move |data: &D, view: Option<&View<D, Line<I, K>, T>>| {
            view.is_some_and(|view| field.of(data).contains(&view.rows.key))
        };
        let write = move |data: &mut D, view: Option<&View<D, Line<I, K>, T>>, is_on| {
            let Some(view) = view else { return };
            let checked = field.of_mut(data);
            match is_on {
                true => checked.insert(view.rows.key.clone()),
                false => checked.remove(&view.rows.key),
            };
        };
        self.toggles(id, Bound::viewed(read, write), label);
    }
}

impl<D, R, T, I, K> Each<D, R, T, I, K>
where
    D: DialogData,
    T: Clone,
    I: Clone,
    K: Pack,
{
    /// The view of an item's widgets, and its key as it is packed.
    fn line(&self, view: &View<D, R, T>, item: &I) -> (View<D, Line<I, K>, T>, String) {
        let key = (self.key)(item);
        let packed = pack(&key);
        let View { data, t, now, .. } = view;
        let item = item.clone();
        let mut line = View::new(
            data.clone(),
            Line { item, key },
            t.clone(),
            view.own.clone(),
            *now,
            view.memory.clone(),
        );
        line.item = format!("{}/{packed}/", self.id);
        (line, packed)
    }
}

impl<D, R, T, I, K> Widget<D, R, T> for Each<D, R, T, I, K>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    I: Clone + Send + Sync + 'static,
    K: Pack + Clone + Send + Sync + 'static,
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let items = (self.items)(view).iter();
        let rows_of = |item: &I| {
            let (line, packed) = self.line(view, item);
            let item = Some(AtItem {
                list: self.id,
                key: &packed,
            });
            rows(&self.inner, &At { item, ..*at }, &line)
        };
        items.flat_map(rows_of).collect()
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        Box::pin(async move {
            let texts = own::texts(press.request);
            let gone = || Ok(Turn::stay().toast(texts.dialog_gone_toast()));
            let found = press.key.split_at_checked(3).and_then(|(inner, rest)| {
                let inner = u32::from_str_radix(inner, 16).ok()?;
                let (item, key) = rest.split_once('.')?;
                let view = press.view?;
                let mut lines = (self.items)(view).iter().map(|item| self.line(view, item));
                let (line, _) = lines.find(|(_, packed)| packed == item)?;
                Some((inner, line, key))
            });
            let Some((number, line, key)) = found else {
                return gone();
            };
            let request = carrying(press.request, Item(line.rows.key.clone()));
            let (at, list) = (press.at, self.id);
            let is_it = |id: &str| inner_of(at.dialog, at.window, list, id) == number;
            let inner = Press {
                key,
                data: press.data,
                view: Some(&line),
                request: &request,
                memory: press.memory,
                is_first: press.is_first,
                item: &line.item,
                at,
            };
            match press_within(&self.inner, &is_it, inner).await? {
                Some(turn) => Ok(turn),
                None => gone(),
            }
        })
    }

    fn looks(&self) -> bool {
        true
    }

    fn leads(&self) -> Vec<Lead<D::Window>> {
        let mut leads = Vec::new();
        each(&self.inner, &mut |widget| leads.extend(widget.leads()));
        leads
    }

    fn needs(&self, needs: &mut Needs) {
        each(&self.inner, &mut |widget| widget.needs(needs));
    }
}

impl<I, K> Deref for Line<I, K> {
    type Target = I;

    fn deref(&self) -> &I {
        &self.item
    }
}
