//! A list of items of which one is chosen.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use ostankino::{Needs, Request, Result, data::Pack, html::Plain, reply::Button};

use super::own;
use crate::{
    Action, At, DialogData, Field, Item, Keys, Press, Turn, View, Widget,
    data::Carried,
    item::{Items, pack},
};

/// A list of items of which one is chosen: see [`Keys::select`].
pub struct Select<D: DialogData, R, T, I, K> {
    id: &'static str,
    items: Items<D, R, T, I, K>,
    columns: usize,
    field: Option<Field<D, Option<K>>>,
    marks: bool,
    then: Option<D::Window>,
    act: Option<Act<D>>,
    needs: Needs,
}

type Act<D> = Box<dyn Fn(Request) -> BoxFuture<'static, Result<Turn<D>>> + Send + Sync>;

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button for each of these items, known by their keys: whole numbers, and whatever else is
    /// [`Pack`]. What is pressed is looked for among the items of today; one that is there no more is not chosen.
    ///
    /// ```
    /// # use ostankino::Result;
    /// # use ostankino_dialogs::{Dialog, DialogData, Page, Rows, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Dish, Extras } }
    /// # #[derive(Clone, Serialize, Deserialize)] struct Order { dish: Option<i64> }
    /// # impl DialogData for Order { const NAME: &'static str = "order"; type Window = Step; }
    /// # struct Dish { id: i64, name: String }
    /// async fn dishes(page: Page) -> Result<Rows<Dish>> {
    ///     // SELECT … LIMIT page.limit() OFFSET page.offset()
    ///     # let all = vec![Dish { id: 1, name: "Борщ".into() }];
    ///     Ok(page.of(all))
    /// }
    ///
    /// let dialog = Dialog::<Order>::new()
    ///     .paged(Step::Dish, dishes, |w| {
    ///         w.text(|v| format!("Блюд: {}", v.rows.total));
    ///         w.select("dish", |v| &v.rows.items, |dish| dish.id, |_, dish| dish.name.clone())
    ///             .columns(2)
    ///             .bind(field!(dish))
    ///             .then(Step::Extras);
    ///         w.pager("page", 8);
    ///     })
    ///     .window(Step::Extras, |w| w.text(|_| "Что-нибудь ещё?"));
    /// ```
    pub fn select<I, K, P>(
        &mut self,
        id: &'static str,
        rows: impl for<'a> Fn(&'a View<D, R, T>) -> &'a [I] + Send + Sync + 'static,
        key: impl Fn(&I) -> K + Send + Sync + 'static,
        label: impl Fn(&View<D, R, T>, &I) -> P + Send + Sync + 'static,
    ) -> &mut Select<D, R, T, I, K>
    where
        I: 'static,
        K: Pack + Clone + PartialEq + Send + Sync + 'static,
        P: Into<Plain>,
    {
        self.add(Select {
            id,
            items: Items::new(rows, key, label),
            columns: 1,
            field: None,
            marks: false,
            then: None,
            act: None,
            needs: Needs::default(),
        })
    }
}

impl<D: DialogData, R, T, I, K: Clone + Send + Sync + 'static> Select<D, R, T, I, K> {
    /// How many stand in a row: 1 unless it is said.
    pub fn columns(&mut self, columns: usize) -> &mut Self {
        self.columns = columns.clamp(1, 8);
        self
    }

    /// Where what was chosen is kept.
    pub fn bind(&mut self, field: Field<D, Option<K>>) -> &mut Self {
        self.field = Some(field);
        self
    }

    /// Marks what was chosen. A press of it takes the choice back.
    pub fn radio(&mut self) -> &mut Self {
        self.marks = true;
        self
    }

    /// To which window a choice leads.
    pub fn then(&mut self, window: D::Window) -> &mut Self {
        self.then = Some(window);
        self
    }

    /// What a choice does; it takes the key as [`Item<K>`].
    pub fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) -> &mut Self {
        A::needs(&mut self.needs);
        self.act = Some(Box::new(move |request| {
            Box::pin(action.clone().act(request))
        }));
        self
    }
}

impl<D, R, T, I, K> Widget<D, R, T> for Select<D, R, T, I, K>
where
    D: DialogData,
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    I: 'static,
    K: Pack + Clone + PartialEq + Send + Sync + 'static,
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Button>> {
        let chosen = self.field.filter(|_| self.marks);
        let chosen = chosen.and_then(|field| field.of(&view.data).clone());
        let button = |item: &I| {
            let key = (self.items.key)(item);
            let Plain(label) = (self.items.label)(view, item);
            let label = match chosen.as_ref() == Some(&key) {
                true => format!("● {label}"),
                false if self.marks => format!("○ {label}"),
                false => label,
            };
            at.button(self.id, label, &pack(&key))
        };
        let buttons: Vec<_> = (self.items.rows)(view).iter().map(button).collect();
        buttons.chunks(self.columns).map(<[_]>::to_vec).collect()
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        Box::pin(async move {
            let found = press.view.and_then(|view| self.items.find(view, press.key));
            let Some(key) = found else {
                return Ok(Turn::stay().toast(own::GONE));
            };
            let mut data = press.data;
            if let Some(field) = self.field {
                let chosen = field.of_mut(&mut data);
                let is_taken_back = self.marks && chosen.as_ref() == Some(&key);
                *chosen = (!is_taken_back).then(|| key.clone());
            }
            if let Some(act) = &self.act {
                let mut request = press.request.clone();
                request.extensions.insert(Carried(Arc::new(data.clone())));
                request.extensions.insert(Carried(Arc::new(Item(key))));
                let turn = act(request).await?;
                let data = turn.data.clone().unwrap_or(data);
                return Ok(turn.with(data));
            }
            let turn = self.then.map_or_else(Turn::stay, Turn::to);
            Ok(turn.with(data))
        })
    }

    fn looks(&self) -> bool {
        true
    }

    fn leads(&self) -> Vec<D::Window> {
        self.then.into_iter().collect()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.extend(&self.needs);
    }
}
