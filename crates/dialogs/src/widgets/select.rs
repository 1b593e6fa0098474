//! A list of items of which one is chosen.

use futures_util::future::BoxFuture;
use ostankino::{Needs, Result, data::Pack, html::Plain, reply::Button};

use super::{choice::Choice, own};
use crate::{Action, At, DialogData, Field, Keys, Lead, Press, Turn, View, Widget, item::Items};

/// A list of items of which one is chosen: see [`Keys::select`].
pub struct Select<D: DialogData, R, T, I, K> {
    id: &'static str,
    items: Items<D, R, T, I, K>,
    columns: usize,
    field: Option<Field<D, Option<K>>>,
    marks: bool,
    choice: Choice<D>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button for each of these items, known by their keys: whole numbers, and whatever else is
    /// [`Pack`]. What is pressed is looked for among the items of today; one that is there no more is not chosen.
    ///
    /// ```
    /// # use ostankino::Result;
    /// # use ostankino_dialogs::{Dialog, DialogData, Page, Rows, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Dish, Extras } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Step)]
    /// # struct Order { dish: Option<i64> }
    /// # struct Dish { id: i64, name: String }
    /// async fn dishes(page: Page) -> Result<Rows<Dish>> {
    ///     // SELECT … LIMIT page.limit() OFFSET page.offset()
    ///     # let all = vec![Dish { id: 1, name: "Борщ".into() }];
    ///     Ok(page.of(all))
    /// }
    ///
    /// let dialog = Dialog::<Order>::new()
    ///     .window_of(Step::Dish, dishes, |w| {
    ///         w.text(|v| format!("Блюд: {}", v.rows.total));
    ///         w.select("dish", |v| &v.rows.items, |dish| dish.id, |_, dish| dish.name.clone())
    ///             .columns(2)
    ///             .bind(field!(dish))
    ///             .then(Step::Extras);
    ///         w.pager("page", 8);
    ///     })
    ///     .window(Step::Extras, |w| w.text(|_| "Что-нибудь ещё?"));
    /// ```
    ///
    /// A key that takes more than the [50 letters](crate::LONGEST_KEY) which a button can carry does not compile:
    ///
    /// ```compile_fail,E0080
    /// # use ostankino::Result;
    /// # use ostankino_dialogs::{Dialog, DialogData, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Dish } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Step)]
    /// # struct Order {}
    /// # async fn dishes() -> Result<Vec<[u64; 4]>> { Ok(vec![]) }
    /// # fn main() {
    /// // Four numbers of up to 13 letters.
    /// let dialog = Dialog::<Order>::new().window_of(Step::Dish, dishes, |w| {
    ///     w.text(|_| "Меню");
    ///     w.select("dish", |v| v.rows.as_slice(), |dish: &[u64; 4]| *dish, |_, _| "блюдо");
    /// });
    /// # }
    /// ```
    #[track_caller]
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
            choice: Choice::new(),
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
        self.choice.then(window);
        self
    }

    /// Which dialog a choice starts upon this one, made of the key: `.start(|dish| Card { dish })`.
    pub fn start<C: DialogData>(&mut self, child: fn(K) -> C) -> &mut Self {
        self.choice.start(child);
        self
    }

    /// What a choice does; it takes the key as [`Item<K>`](crate::Item).
    pub fn on<Args: 'static, A: Action<D, Args>>(&mut self, action: A) -> &mut Self {
        self.choice.on(action);
        self
    }

    /// To which windows that may lead: the diagram shows it.
    pub fn leads(&mut self, windows: &[D::Window]) -> &mut Self {
        self.choice.may_lead(windows);
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
        let mark = |key: &K, label| match chosen.as_ref() == Some(key) {
            true => format!("● {label}"),
            false if self.marks => format!("○ {label}"),
            false => label,
        };
        self.items.draw(at, self.id, view, self.columns, mark)
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        Box::pin(async move {
            let found = press.view.and_then(|view| self.items.find(view, press.key));
            let Some(key) = found else {
                return Ok(Turn::stay().toast(own::texts(press.request).dialog_gone_toast()));
            };
            let mut data = press.data;
            if let Some(field) = self.field {
                let chosen = field.of_mut(&mut data);
                let is_taken_back = self.marks && chosen.as_ref() == Some(&key);
                *chosen = (!is_taken_back).then(|| key.clone());
            }
            self.choice.made(data, press.request, key).await
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
