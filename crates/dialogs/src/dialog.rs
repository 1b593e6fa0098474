//! A dialog, as its author describes it.

mod any;
mod frame;

use std::{collections::HashMap, fmt, marker::PhantomData};

use futures_util::future::BoxFuture;
use ostankino::{Error, FromRequest, Needs, Request, Result, html::Plain};
use serde_json::Value;

pub(crate) use self::any::{AnyDialog, Became, LeadsOf, Next, Outcome, PressedAt, SamplesOf};
use crate::{
    Action, DialogData, Getter, Turn, Window, Windows,
    address::widget_of,
    call::{Act, act},
    data::{Ended, carrying},
    keys::Scope,
    rules::Rules,
    shown::{Shown, WithGetter},
    stack::Asked,
};

/// A dialog: windows in one message, between which its buttons lead.
///
/// See the [crate](crate) for an example.
#[must_use = "a dialog is open to nobody until a router has it"]
pub struct Dialog<D: DialogData, T = ()> {
    windows: Vec<(D::Window, Box<dyn Shown<D>>)>,
    on_result: HashMap<&'static str, OnResult<D>>,
    pub(crate) events: HashMap<&'static str, Act<D>>,
    pub(crate) rules: Rules,
    pub(crate) needs: Needs,
    /// What those read who may not press.
    pub(crate) refusal: Option<Refusal<T>>,
    reopen: Option<fn() -> D>,
    revive: Option<fn() -> D>,
    launch: Launch,
    texts: PhantomData<fn() -> T>,
}

pub(crate) type Refusal<T> = Box<dyn Fn(&T) -> Plain + Send + Sync>;

/// What becomes of the dialogs that are open when another is started upon them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Launch {
    /// They wait for it. If it is among them, and begins from outside of dialogs ([`Dialogs::start`](crate::Dialogs::start)), it begins
    /// anew in its place, and those upon it end.
    #[default]
    Standard,
    /// They end.
    Root,
    /// If it is open itself, it comes back as it was, and those upon it end.
    Single,
}

/// What becomes of a dialog with the result of one upon it, unless that is none that it takes.
type OnResult<D> =
    Box<dyn Fn(&Request, Value) -> Result<BoxFuture<'static, Result<Turn<D>>>> + Send + Sync>;

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> Default for Dialog<D, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> Dialog<D, T> {
    /// One without windows.
    pub fn new() -> Self {
        Self {
            windows: Vec::new(),
            on_result: HashMap::new(),
            events: HashMap::new(),
            rules: Rules::default(),
            needs: Needs::default(),
            refusal: None,
            reopen: None,
            revive: None,
            launch: Launch::default(),
            texts: PhantomData,
        }
    }

    /// A window that needs nothing but the data of the dialog.
    ///
    /// # Panics
    ///
    /// If the dialog has that window already, or two widgets of it cannot be told apart.
    #[track_caller]
    pub fn window(self, name: D::Window, fill: impl FnOnce(&mut Window<D, (), T>)) -> Self {
        let nothing = async || Ok::<_, Error>(());
        self.with(name, nothing, fill)
    }

    /// A window with a getter, whose rows it shows. One that takes a [`Page`](crate::Page) goes with a
    /// [`pager`](Window::pager).
    ///
    /// # Panics
    ///
    /// As [`window`](Self::window), and if the getter takes a page, and there is no pager.
    #[track_caller]
    pub fn window_of<Args: 'static, G: Getter<Args>>(
        self,
        name: D::Window,
        getter: G,
        fill: impl FnOnce(&mut Window<D, G::Rows, T>),
    ) -> Self {
        self.with(name, getter, fill)
    }

    #[track_caller]
    fn with<Args: 'static, G: Getter<Args>>(
        mut self,
        name: D::Window,
        getter: G,
        fill: impl FnOnce(&mut Window<D, G::Rows, T>),
    ) -> Self {
        let place = format!("{}/{}", D::NAME, name.name());
        let is_there = self.windows.iter().any(|(other, _)| *other == name);
        assert!(!is_there, "the window {place} is there twice");
        let mut window = Window::new(Scope::new(D::NAME, name));
        fill(&mut window);
        assert!(
            window.text.is_some(),
            "the window {place} has no text: each says something"
        );
        let has_pager = window.pager.is_some();
        let shown = WithGetter {
            window,
            getter,
            args: PhantomData,
        };
        let (_, takes_page) = WithGetter::<D, G, Args, G::Rows, T>::needs_of_getter();
        assert!(
            has_pager || !takes_page,
            "the getter of {place} takes a `Page`, and the window has no pager: add `w.pager(…)`"
        );
        check_ids(&shown.ids(), D::NAME, name.name());
        shown.needs(&mut self.needs);
        self.windows.push((name, Box::new(shown)));
        self
    }

    /// What becomes of this dialog when one of `C` upon it ends with a result: the handler takes that as
    /// [`Done<C>`](crate::Done). Without it, and after a dialog that was cancelled, it is back in the window that started it.
    ///
    /// # Panics
    ///
    /// If it takes results of `C` already.
    #[track_caller]
    pub fn on_result<C: DialogData, Args: 'static>(mut self, action: impl Action<D, Args>) -> Self {
        let act = act(action, &mut self.needs);
        let take: OnResult<D> = Box::new(move |request, result| {
            let result: C::Result = serde_json::from_value(result)?;
            let of = C::NAME;
            Ok(act(carrying(request, Ended { of, result })))
        });
        let before = self.on_result.insert(C::NAME, take);
        let (this, of) = (D::NAME, C::NAME);
        assert!(
            before.is_none(),
            "the dialog `{this}` takes results of `{of}` twice"
        );
        self
    }

    /// Has the dialog begin again, with these data, where its window or its data are of another version of the bot. Otherwise it
    /// is closed then, and the user told so. Previews show windows with these data.
    pub fn reopen(mut self, data: fn() -> D) -> Self {
        self.reopen = Some(data);
        self
    }

    /// Has the dialog begin anew, with these data, by a press of a button of a message that it left behind once it was over: of last
    /// month's, say. The message that was pressed shows it from then on. Otherwise that loses its buttons, and the user reads
    /// that the dialog is closed.
    ///
    /// In a group that is so of [shared](Self::shared) dialogs and of [ephemeral](Self::ephemeral) messages: any other old button may be
    /// somebody else's. While the dialog is open elsewhere it goes on there.
    pub fn revive(mut self, data: fn() -> D) -> Self {
        self.revive = Some(data);
        self
    }

    /// What becomes of those below when it is started.
    pub fn launch(mut self, launch: Launch) -> Self {
        self.launch = launch;
        self
    }

    /// Every window has a name, and every name a window.
    #[track_caller]
    pub(crate) fn check(&self) {
        for name in D::Window::ALL {
            let is_there = self.windows.iter().any(|(other, _)| other == name);
            let (dialog, window) = (D::NAME, name.name());
            assert!(
                is_there,
                "the dialog `{dialog}` lacks its window `{window}`: each that `windows!` names has one"
            );
        }
        let is_everybodys = self.rules.is_shared && self.rules.is_ephemeral;
        let dialog = D::NAME;
        assert!(
            !is_everybodys,
            "the dialog `{dialog}` is shared and ephemeral: what all of a chat share, all of it see"
        );
        for (window, shown) in self.windows.iter().filter(|_| self.rules.is_shared) {
            let (dialog, window, takes) = (D::NAME, window.name(), shown.asked());
            assert!(
                takes == Asked::Nothing,
                "the window {dialog}/{window} has an input: what somebody writes in a chat is no part of a shared dialog"
            );
        }
    }

    /// Its windows in the order of their names.
    fn in_order(&self) -> impl Iterator<Item = (D::Window, &dyn Shown<D>)> {
        let all = D::Window::ALL.iter();
        all.filter_map(|name| self.window_named(name.name()))
    }

    fn window_named(&self, name: &str) -> Option<(D::Window, &dyn Shown<D>)> {
        let found = self
            .windows
            .iter()
            .find(|(window, _)| window.name() == name);
        found.map(|(name, window)| (*name, &**window))
    }
}

#[track_caller]
fn check_ids(ids: &[&'static str], dialog: &str, window: &str) {
    for (n, id) in ids.iter().enumerate() {
        let number = widget_of(dialog, window, id);
        let other = ids[..n]
            .iter()
            .find(|other| widget_of(dialog, window, other) == number);
        if let Some(other) = other {
            panic!(
                "the widgets `{other}` and `{id}` of {dialog}/{window} cannot be told apart: rename one of them"
            );
        }
    }
}

impl<D: DialogData, T> fmt::Debug for Dialog<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dialog({:?})", D::NAME)
    }
}
