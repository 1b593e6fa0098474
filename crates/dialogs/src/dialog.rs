//! A dialog, as its author describes it, and as the engine knows it.

use std::{collections::HashMap, fmt, marker::PhantomData, sync::Arc};

use futures_util::future::BoxFuture;
use ostankino::{Error, FromRequest, IntoReply, Needs, Reply, Request, Result};
use serde::de::DeserializeOwned;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use crate::{
    Action, At, Counted, DialogData, Done, Getter, Received, Turn, Window, Windows,
    address::widget_of,
    data::Carried,
    rules::{Happens, Rules},
    shown::{Drawn, Pressed, Shown, WithGetter},
    stack::{Asked, Frame, Memory},
    turn::{Go, Show, Started, Toast},
};

/// A dialog: windows in one message, between which its buttons lead.
///
/// See the [crate](crate) for an example.
#[must_use = "a dialog is open to nobody until a router has it"]
pub struct Dialog<D: DialogData, T = ()> {
    windows: Vec<(D::Window, Box<dyn Shown<D>>)>,
    on_result: HashMap<&'static str, OnResult<D>>,
    pub(crate) events: HashMap<&'static str, Happens<D>>,
    pub(crate) rules: Rules,
    pub(crate) needs: Needs,
    reopen: Option<fn() -> D>,
    launch: Launch,
    texts: PhantomData<fn() -> T>,
}

/// What becomes of the dialogs that are open when another is started upon them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Launch {
    /// They wait for it.
    #[default]
    Standard,
    /// They end.
    Root,
    /// If it is open itself, it comes back as it was, and those upon it end.
    Single,
}

type OnResult<D> =
    Box<dyn for<'a> Fn(&'a Request, Value) -> BoxFuture<'a, Result<Turn<D>>> + Send + Sync>;

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
            reopen: None,
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
        self.with(name, nothing, |_| None, fill)
    }

    /// A window with a getter, whose rows it shows.
    ///
    /// # Panics
    ///
    /// As [`window`](Self::window), and if it has a pager: [`paged`](Self::paged) tells that how many items there are.
    #[track_caller]
    pub fn window_of<Args: 'static, G: Getter<Args>>(
        self,
        name: D::Window,
        getter: G,
        fill: impl FnOnce(&mut Window<D, G::Rows, T>),
    ) -> Self {
        self.with(name, getter, |_| None, fill)
    }

    /// A window with a list of which it shows a [page](crate::Page).
    ///
    /// # Panics
    ///
    /// As [`window`](Self::window).
    #[track_caller]
    pub fn paged<Args: 'static, G: Getter<Args, Rows: Counted>>(
        self,
        name: D::Window,
        getter: G,
        fill: impl FnOnce(&mut Window<D, G::Rows, T>),
    ) -> Self {
        self.with(name, getter, |rows| Some(rows.total()), fill)
    }

    #[track_caller]
    fn with<Args: 'static, G: Getter<Args>>(
        mut self,
        name: D::Window,
        getter: G,
        total: fn(&G::Rows) -> Option<u64>,
        fill: impl FnOnce(&mut Window<D, G::Rows, T>),
    ) -> Self {
        let mut window = Window::new();
        fill(&mut window);
        let place = format!("{}/{}", D::NAME, name.name());
        assert!(window.text.is_some(), "the window {place} says nothing");
        let is_there = self.windows.iter().any(|(other, _)| *other == name);
        assert!(!is_there, "the window {place} is there twice");
        let shown = WithGetter {
            window,
            getter,
            args: PhantomData,
            total,
        };
        check_ids(&shown.ids(), D::NAME, name.name());
        shown.needs(&mut self.needs);
        self.windows.push((name, Box::new(shown)));
        self
    }

    /// What becomes of this dialog when one upon it ends with a result: the handler takes that as
    /// [`Done<O>`](crate::Done). Without it, a dialog that ended leads back to the window that started it.
    pub fn on_result<C: DialogData, O, Args: 'static>(
        mut self,
        action: impl Action<D, Args>,
    ) -> Self
    where
        O: DeserializeOwned + Clone + Send + Sync + 'static,
    {
        action_needs(&action, &mut self.needs);
        let take: OnResult<D> = Box::new(move |request, result| {
            let action = action.clone();
            let mut request = request.clone();
            Box::pin(async move {
                if result.is_null() {
                    return Ok(Turn::stay());
                }
                let done: O = serde_json::from_value(result)?;
                request.extensions.insert(Carried(Arc::new(Done(done))));
                action.act(request).await
            })
        });
        self.on_result.insert(C::NAME, take);
        self
    }

    /// Has the dialog begin again, with these data, where its window or its data are of another version of the bot. Otherwise it
    /// is closed then, and the user told so.
    pub fn reopen(mut self, data: fn() -> D) -> Self {
        self.reopen = Some(data);
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
                "the dialog `{dialog}` lacks its window `{window}`"
            );
        }
        for (window, shown) in self.windows.iter().filter(|_| self.rules.is_shared) {
            let (dialog, window, takes) = (D::NAME, window.name(), shown.asked());
            assert!(
                takes == Asked::Nothing,
                "the window {dialog}/{window} has an input: what somebody writes in a chat is no part of a shared dialog"
            );
        }
    }

    fn window_named(&self, name: &str) -> Option<(D::Window, &dyn Shown<D>)> {
        let found = self
            .windows
            .iter()
            .find(|(window, _)| window.name() == name);
        found.map(|(name, window)| (*name, &**window))
    }
}

fn action_needs<D: DialogData, Args, A: Action<D, Args>>(_: &A, needs: &mut Needs) {
    A::needs(needs);
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

/// What became of a dialog by a press or a message, whatever its data are.
pub(crate) struct Became {
    /// The dialog as it is now.
    pub(crate) frame: Frame,
    /// Whether its window was entered.
    pub(crate) is_entered: bool,
    pub(crate) next: Next,
    pub(crate) toast: Option<Toast>,
    pub(crate) reply: Reply,
    pub(crate) show: Show,
}

/// What becomes of those around it.
pub(crate) enum Next {
    Nothing,
    Start(Started),
    Done(Value),
    Close,
}

/// What came of something that was to be done in a dialog.
pub(crate) enum Outcome {
    Became(Box<Became>),
    /// The window or its data are of another version of the bot. It begins again with these data, if it does.
    Lost(Option<Box<RawValue>>),
    /// There is no such widget, or no input that takes it.
    Nobody,
}

/// A dialog of any data, as the engine knows it.
pub(crate) trait AnyDialog: Send + Sync {
    fn launch(&self) -> Launch;

    fn rules(&self) -> &Rules;

    /// The data with which it begins again where it is of another version.
    fn is_lost(&self) -> Result<Option<Box<RawValue>>>;

    fn needs(&self) -> &Needs;

    /// Opened with these data.
    fn open(&self, data: Box<RawValue>) -> Frame;

    /// What its window waits for.
    fn asked(&self, frame: &Frame) -> Asked;

    /// Draws its window; nothing if that is of another version.
    fn draw<'s: 'a, 'a>(
        &'s self,
        frame: &'a mut Frame,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Drawn<'s>>>>;

    fn press<'a>(
        &'a self,
        frame: &'a Frame,
        press: PressedAt<'a>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>>;

    fn receive<'a>(
        &'a self,
        frame: &'a Frame,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>>;

    /// An event of that name happens to it.
    fn happens<'a>(
        &'a self,
        frame: &'a Frame,
        event: &'a str,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>>;

    /// The dialog above it, of that name, ended.
    fn result<'a>(
        &'a self,
        frame: &'a Frame,
        of: &'a str,
        result: Value,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>>;
}

/// A press of a widget of the upper window.
#[derive(Clone, Copy)]
pub(crate) struct PressedAt<'a> {
    pub(crate) widget: u32,
    pub(crate) key: &'a str,
    pub(crate) is_latest: bool,
}

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> Dialog<D, T> {
    /// The window and the data of a frame; nothing if they are of another version.
    fn read(&self, frame: &Frame) -> Option<(D::Window, &dyn Shown<D>, D)> {
        let found = self.window_named(&frame.window);
        let data = serde_json::from_str(frame.data.get());
        match (found, data) {
            (Some((name, window)), Ok(data)) => Some((name, window, data)),
            (found, data) => {
                tracing::warn!(
                    event = "dialog_lost",
                    dialog = frame.dialog,
                    window = frame.window,
                    has_window = found.is_some(),
                    has_data = data.is_ok(),
                    "a dialog that is open is of another version of the bot"
                );
                None
            }
        }
    }

    fn became(
        &self,
        frame: &Frame,
        name: D::Window,
        data: D,
        memory: Memory,
        turn: Turn<D>,
    ) -> Result<Outcome> {
        if let Some(problem) = turn.problem {
            return Err(problem);
        }
        let data = turn.data.unwrap_or(data);
        let mut frame = Frame {
            data: to_raw_value(&data)?,
            memory,
            ..frame.clone()
        };
        let mut is_entered = false;
        let next = match turn.go {
            Go::Stay => Next::Nothing,
            Go::To(window) => {
                is_entered = true;
                if window != name {
                    frame.window = window.name().into();
                    frame.memory.clear();
                }
                Next::Nothing
            }
            Go::Start(started) => Next::Start(started),
            Go::Done(result) => Next::Done(result),
            Go::Close => Next::Close,
        };
        Ok(Outcome::Became(Box::new(Became {
            frame,
            is_entered,
            next,
            toast: turn.toast,
            reply: turn.reply,
            show: turn.show,
        })))
    }
}

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> AnyDialog for Dialog<D, T> {
    fn launch(&self) -> Launch {
        self.launch
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn is_lost(&self) -> Result<Option<Box<RawValue>>> {
        let data = self.reopen.map(|data| to_raw_value(&data()));
        Ok(data.transpose()?)
    }

    fn needs(&self) -> &Needs {
        &self.needs
    }

    fn open(&self, data: Box<RawValue>) -> Frame {
        Frame {
            dialog: D::NAME.into(),
            window: D::Window::ALL[0].name().into(),
            serial: 0,
            data,
            memory: Memory::new(),
        }
    }

    fn asked(&self, frame: &Frame) -> Asked {
        let window = self.window_named(&frame.window);
        window.map_or(Asked::Nothing, |(_, window)| window.asked())
    }

    fn draw<'s: 'a, 'a>(
        &'s self,
        frame: &'a mut Frame,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Option<Drawn<'s>>>> {
        Box::pin(async move {
            let Some((_, window, data)) = self.read(frame) else {
                return Ok(None);
            };
            window
                .draw(data, &mut frame.memory, request)
                .await
                .map(Some)
        })
    }

    fn press<'a>(
        &'a self,
        frame: &'a Frame,
        press: PressedAt<'a>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let Some((name, window, data)) = self.read(frame) else {
                return self.is_lost().map(Outcome::Lost);
            };
            let mut memory = frame.memory.clone();
            let pressed = Pressed {
                data: data.clone(),
                at: At::nowhere(&frame.dialog, &frame.window),
                widget: press.widget,
                key: press.key,
                is_latest: press.is_latest,
            };
            match window.press(pressed, &mut memory, request).await? {
                Some(turn) => self.became(frame, name, data, memory, turn),
                None => Ok(Outcome::Nobody),
            }
        })
    }

    fn receive<'a>(
        &'a self,
        frame: &'a Frame,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let Some((name, window, data)) = self.read(frame) else {
                return self.is_lost().map(Outcome::Lost);
            };
            let mut memory = frame.memory.clone();
            let received = window.receive(data.clone(), &mut memory, request).await?;
            let turn = match received {
                None => return Ok(Outcome::Nobody),
                Some(Received::Taken(turn)) => turn,
                Some(Received::Refused(why)) => {
                    Turn::stay().say(why.into_reply()?).show(Show::Silent)
                }
            };
            self.became(frame, name, data, memory, turn)
        })
    }

    fn happens<'a>(
        &'a self,
        frame: &'a Frame,
        event: &'a str,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let Some((name, _, data)) = self.read(frame) else {
                return self.is_lost().map(Outcome::Lost);
            };
            let Some(happens) = self.events.get(event) else {
                return Ok(Outcome::Nobody);
            };
            let mut request = request.clone();
            request.extensions.insert(Carried(Arc::new(data.clone())));
            let turn = happens(request).await?;
            self.became(frame, name, data, frame.memory.clone(), turn)
        })
    }

    fn result<'a>(
        &'a self,
        frame: &'a Frame,
        of: &'a str,
        result: Value,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let Some((name, _, data)) = self.read(frame) else {
                return self.is_lost().map(Outcome::Lost);
            };
            let turn = match self.on_result.get(of) {
                Some(take) => {
                    let mut request = request.clone();
                    request.extensions.insert(Carried(Arc::new(data.clone())));
                    take(&request, result).await?
                }
                None => Turn::stay(),
            };
            self.became(frame, name, data, frame.memory.clone(), turn)
        })
    }
}

impl<D: DialogData, T> fmt::Debug for Dialog<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dialog({:?})", D::NAME)
    }
}
