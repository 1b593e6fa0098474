//! A button that does something.

use futures_util::future::BoxFuture;
use ostankino::{Needs, Result, html::Plain, reply::Button as Drawn};

use super::Draw;
use crate::{
    Action, At, DialogData, Keys, Lead, Press, Turn, View, Widget,
    call::{Act, act},
    lead,
};

/// A button that does something: see [`Keys::button`].
pub struct Button<D: DialogData, R, T> {
    id: &'static str,
    label: Draw<D, R, T, Plain>,
    act: Act<D>,
    needs: Needs,
    is_once: bool,
    look: fn(Drawn) -> Drawn,
    leads: Vec<Lead<D::Window>>,
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Keys<D, R, T> {
    /// A button that does something.
    ///
    /// ```
    /// # use ostankino::Result;
    /// # use ostankino_dialogs::{Data, Dialog, DialogData, Turn, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Cart { List, Paid } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Cart)]
    /// # struct Order { count: u8 }
    /// async fn pay(Data(order): Data<Order>) -> Result<Turn<Order>> {
    ///     // …
    ///     Ok(Turn::to(Cart::Paid).toast("Оплачено").with(Order { count: 0, ..order }))
    /// }
    ///
    /// let dialog = Dialog::<Order>::new()
    ///     .window(Cart::List, |w| {
    ///         w.text(|v| format!("В корзине: {}", v.data.count));
    ///         w.button("pay", |_| "Оплатить", pay).once().leads(&[Cart::Paid]);
    ///     })
    ///     .window(Cart::Paid, |w| w.text(|_| "Спасибо!"));
    /// ```
    #[track_caller]
    pub fn button<Args: 'static, P: Into<Plain>, A: Action<D, Args>>(
        &mut self,
        id: &'static str,
        label: impl Fn(&View<D, R, T>) -> P + Send + Sync + 'static,
        action: A,
    ) -> &mut Button<D, R, T> {
        let mut needs = Needs::default();
        let act = act(action, &mut needs);
        self.add(Button {
            id,
            label: Box::new(move |view| label(view).into()),
            act,
            needs,
            is_once: false,
            look: |button| button,
            leads: Vec::new(),
        })
    }
}

impl<D: DialogData, R, T> Button<D, R, T> {
    /// Of several quick presses the first counts. Without it each does.
    pub fn once(&mut self) -> &mut Self {
        self.is_once = true;
        self
    }

    /// How it looks: `.look(Button::danger)`, with the [`Button`](ostankino::reply::Button) of replies.
    pub fn look(&mut self, look: fn(Drawn) -> Drawn) -> &mut Self {
        self.look = look;
        self
    }

    /// To which windows it may lead: the diagram shows it.
    pub fn leads(&mut self, windows: &[D::Window]) -> &mut Self {
        self.leads.extend(lead::to(windows.iter().copied()));
        self
    }

    /// It may start a dialog of `C`: the diagram shows it.
    pub fn starts<C: DialogData>(&mut self) -> &mut Self {
        self.leads.push(Lead::Dialog(C::NAME));
        self
    }

    /// It may end the dialog: the diagram shows it.
    pub fn ends(&mut self) -> &mut Self {
        self.leads.push(Lead::Out);
        self
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Widget<D, R, T>
    for Button<D, R, T>
{
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<D, R, T>) -> Vec<Vec<Drawn>> {
        vec![vec![(self.look)(at.button(
            self.id,
            (self.label)(view),
            "",
        ))]]
    }

    fn press<'a>(&'a self, press: Press<'a, D, R, T>) -> BoxFuture<'a, Result<Turn<D>>> {
        (self.act)(press.request.clone())
    }

    fn repeats(&self) -> bool {
        !self.is_once
    }

    fn leads(&self) -> Vec<Lead<D::Window>> {
        self.leads.clone()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.extend(&self.needs);
    }
}
