//! What a dialog has besides windows: whose it is, who may press its buttons, and what happens to it from outside.

use std::fmt;

use ostankino::{Event, FromRequest, Router, html::Plain};

use crate::{Access, Action, Dialog, DialogData, call::act, router::happened};

/// What holds for a dialog, whatever its data are.
#[derive(Default)]
pub(crate) struct Rules {
    /// Whether all of a chat share it.
    pub(crate) is_shared: bool,
    /// Whether only its user sees it, where that can be.
    pub(crate) is_ephemeral: bool,
    pub(crate) access: Option<Access>,
    /// The names of the events that it takes, and what has a router send them here.
    pub(crate) events: Vec<(&'static str, Route)>,
}

/// Has a router send an event to the dialogs.
pub(crate) type Route = fn(Router) -> Router;

impl Rules {
    pub(crate) fn takes(&self, event: &str) -> bool {
        self.events.iter().any(|(name, _)| *name == event)
    }
}

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> Dialog<D, T> {
    /// Has all of a chat share it: whoever presses its buttons, there is one of it in a group (in each topic of a forum), with one
    /// state, and all presses are handled in one order. Who may press is for [`access`](Self::access) to say.
    ///
    /// It is begun by [`Dialogs::start`](crate::Dialogs::start) as any other, and is shown below what was said. What somebody
    /// writes is in the order of its writer, so a shared dialog takes presses and events, and has no inputs.
    pub fn shared(mut self) -> Self {
        self.rules.is_shared = true;
        self
    }

    /// Has only its user see it in a supergroup: its windows are ephemeral messages there. In a private chat, and in a group that
    /// has not become a supergroup, they are ordinary ones.
    ///
    /// Telegram lets a bot tell somebody something alone for 15 seconds after they pressed a button or said it a word alone, and
    /// at any time if it is an administrator; what is there is edited at any time. A window for which it is too late is shown to
    /// nobody: who pressed reads a note, and the next press shows it. Started for who presses a button of a
    /// [shared](Self::shared) dialog, be it by a button of it or by [`Dialogs::of`](crate::Dialogs::of), it goes by that press.
    /// Windows with an album cannot be such.
    ///
    /// ```
    /// use ostankino_dialogs::{Dialog, DialogData, DialogSet, windows};
    /// use serde::{Deserialize, Serialize};
    /// # windows! { pub Table { All } }
    /// # windows! { pub Mine { Cards } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "game", windows = Table)]
    /// # struct Game {}
    ///
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "hand", windows = Mine)]
    /// struct Hand {}
    ///
    /// fn dialogs() -> DialogSet {
    ///     let game = Dialog::<Game>::new().shared().window(Table::All, |w| {
    ///         w.text(|_| "На столе: 7♠");
    ///         w.start("hand", |_| "Моя рука", |_| Hand {});
    ///     });
    ///     let hand = Dialog::<Hand>::new().ephemeral().window(Mine::Cards, |w| {
    ///         w.text(|_| "Ваши карты: В♥ 9♦");
    ///         w.cancel(|_| "Спрятать");
    ///     });
    ///     DialogSet::new().with(game).with(hand)
    /// }
    /// # dialogs();
    /// ```
    pub fn ephemeral(mut self) -> Self {
        self.rules.is_ephemeral = true;
        self
    }

    /// Who may press its buttons. By itself that is who began it, of a [shared](Self::shared) one everybody.
    pub fn access(mut self, access: Access) -> Self {
        self.needs.extend(&access.needs);
        self.rules.access = Some(access);
        self
    }

    /// What those read who [may not](Self::access) press: a note over the chat, of up to 200 characters, of the texts in their
    /// language. Without it the library says that the menu is not for them.
    ///
    /// ```
    /// use ostankino_dialogs::{Access, Dialog, DialogData, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Score { Board } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "game", windows = Score)]
    /// # struct Game {}
    ///
    /// fn game() -> Dialog<Game> {
    ///     let game = Dialog::<Game>::new().shared().access(Access::admins());
    ///     game.refusal(|_| "Счёт ведут администраторы")
    /// }
    /// # let _ = game();
    /// ```
    pub fn refusal<P: Into<Plain>>(
        mut self,
        text: impl Fn(&T) -> P + Send + Sync + 'static,
    ) -> Self {
        T::needs(&mut self.needs);
        self.refusal = Some(Box::new(move |texts| text(texts).into()));
        self
    }

    /// What becomes of the dialog, while it is open, when that event happens: one that a reply has happen
    /// ([`Reply::event`](ostankino::Reply::event), [`Dialogs::of`](crate::Dialogs::of)), or a timer. The action takes
    /// it as [`Fired<E>`](ostankino::Fired), beside [`Data`](crate::Data). It is handled in the order of the presses, in a session
    /// of its own.
    ///
    /// If the dialog is not the upper one, its window changes below the others; what leads out of it ends those. If it is not
    /// open, nothing becomes of the event. Events of that name come to no other route.
    ///
    /// ```
    /// use ostankino::{Event, Fired, Reply};
    /// use ostankino_dialogs::{Data, Dialog, DialogData, Dialogs, Turn, windows};
    /// use ostankino::event::Whose;
    /// use serde::{Deserialize, Serialize};
    /// # windows! { pub Cart { Waiting, Ready } }
    /// # #[derive(Clone, Serialize, Deserialize)] struct Order { id: i64 }
    /// # impl DialogData for Order { const NAME: &'static str = "order"; type Window = Cart; type Result = (); }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Cooked {
    ///     order: i64,
    /// }
    ///
    /// impl Event for Cooked {
    ///     const NAME: &'static str = "cooked";
    /// }
    ///
    /// async fn cooked(Fired(event): Fired<Cooked>, Data(order): Data<Order>) -> Turn<Order> {
    ///     match event.order == order.id {
    ///         true => Turn::to(Cart::Ready),
    ///         false => Turn::stay(),
    ///     }
    /// }
    ///
    /// let order = Dialog::<Order>::new()
    ///     .window(Cart::Waiting, |w| w.text(|_| "Готовим…"))
    ///     .window(Cart::Ready, |w| w.text(|_| "Готово!"))
    ///     .on::<Cooked, _>(cooked);
    ///
    /// /// The cook presses a button of another chat.
    /// async fn done() -> Reply {
    ///     Dialogs::of(Whose::user(42)).send(&Cooked { order: 7 })
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// If it takes that event already.
    #[track_caller]
    pub fn on<E: Event, Args: 'static>(mut self, action: impl Action<D, Args>) -> Self {
        let act = act(action, &mut self.needs);
        let before = self.events.insert(E::NAME, act);
        let (dialog, event) = (D::NAME, E::NAME);
        assert!(
            before.is_none(),
            "`{dialog}` takes the event `{event}` twice"
        );
        let route: Route = |router| router.event::<E, _>(happened);
        self.rules.events.push((E::NAME, route));
        self
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("is_shared", &self.is_shared)
            .finish_non_exhaustive()
    }
}
