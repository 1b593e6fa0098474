//! A dialog as the engine knows it: of any data, which it reads and writes as JSON.

use futures_util::future::BoxFuture;
use ostankino::{FromRequest, Needs, Reply, Request, Result, html::Plain};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use super::{Dialog, Launch, frame::refused};
use crate::{
    At, DialogData, Lead, Received, Show, Turn, Windows,
    address::widget_of,
    data::carrying,
    picture::Picture,
    rules::Rules,
    shown::{Drawn, Pressed, Shown},
    stack::{Asked, Frame, Memory},
    turn::{Started, Toast},
    widgets::own,
};

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
    Done(Option<Value>),
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

    /// What who caused the update reads if they may not press.
    fn refusal<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Plain>>;

    /// Whether it begins anew by a press of a button that it left behind.
    fn revives(&self) -> bool;

    /// The data with which it does so.
    fn revived(&self) -> Option<Box<RawValue>>;

    /// The numbers of its widgets, with where they are.
    fn widgets(&self) -> Vec<(u32, String)>;

    /// What its window waits for, of each of its inputs.
    fn kinds(&self, frame: &Frame) -> Vec<Asked>;

    /// The data with which it begins again where it is of another version.
    fn is_lost(&self) -> Result<Option<Box<RawValue>>>;

    fn needs(&self) -> &Needs;

    /// Its windows in their order, and where each of them leads.
    fn leads(&self) -> Vec<LeadsOf>;

    /// The dialogs whose results it takes.
    fn takes(&self) -> Vec<&'static str>;

    /// Its windows in their order, with their samples by name.
    fn samples(&self) -> Vec<SamplesOf>;

    /// Opened with these data.
    fn open(&self, data: Box<RawValue>) -> Frame;

    /// What its window waits for.
    fn asked(&self, frame: &Frame) -> Asked;

    /// Whether one of its windows waits for posts.
    fn asks_for_posts(&self) -> bool;

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
        result: Option<Value>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>>;
}

/// A window, and where it leads: by which widget, and whereto.
pub(crate) struct LeadsOf {
    pub(crate) window: &'static str,
    pub(crate) leads: Vec<(&'static str, Lead<&'static str>)>,
}

/// A window, and its samples by name.
pub(crate) struct SamplesOf {
    pub(crate) window: &'static str,
    pub(crate) samples: Vec<(&'static str, Result<Picture>)>,
}

/// A press of a widget of the upper window.
#[derive(Clone, Copy)]
pub(crate) struct PressedAt<'a> {
    pub(crate) widget: u32,
    pub(crate) key: &'a str,
    pub(crate) is_first: bool,
}

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> AnyDialog for Dialog<D, T> {
    fn launch(&self) -> Launch {
        self.launch
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn refusal<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Plain>> {
        Box::pin(async move {
            match &self.refusal {
                Some(refusal) => Ok(refusal(&T::from_request(request).await?)),
                None => Ok(own::texts(request).dialog_not_for_you_toast()),
            }
        })
    }

    fn revives(&self) -> bool {
        self.revive.is_some()
    }

    fn revived(&self) -> Option<Box<RawValue>> {
        let data = self.revive?;
        to_raw_value(&data()).ok()
    }

    fn widgets(&self) -> Vec<(u32, String)> {
        let of = |(name, window): (D::Window, &dyn Shown<D>)| {
            let (dialog, window_name) = (D::NAME, name.name());
            let ids = window.ids().into_iter();
            let named = ids.map(|id| {
                let path = format!("{dialog}/{window_name}/{id}");
                (widget_of(dialog, window_name, id), path)
            });
            named.collect::<Vec<_>>()
        };
        self.in_order().flat_map(of).collect()
    }

    fn kinds(&self, frame: &Frame) -> Vec<Asked> {
        let window = self.window_named(&frame.window);
        window.map_or_else(Vec::new, |(_, window)| window.kinds())
    }

    fn is_lost(&self) -> Result<Option<Box<RawValue>>> {
        let data = self.reopen.map(|data| to_raw_value(&data()));
        Ok(data.transpose()?)
    }

    fn needs(&self) -> &Needs {
        &self.needs
    }

    fn leads(&self) -> Vec<LeadsOf> {
        let named = |(by, lead)| {
            let lead = match lead {
                Lead::Window(window) => Lead::Window(D::Window::name(window)),
                Lead::Dialog(name) => Lead::Dialog(name),
                Lead::Out => Lead::Out,
            };
            (by, lead)
        };
        let of = |(name, window): (D::Window, &dyn Shown<D>)| LeadsOf {
            window: name.name(),
            leads: window.leads().into_iter().map(named).collect(),
        };
        self.in_order().map(of).collect()
    }

    fn takes(&self) -> Vec<&'static str> {
        self.on_result.keys().copied().collect()
    }

    fn samples(&self) -> Vec<SamplesOf> {
        let of = |(name, window): (D::Window, &dyn Shown<D>)| {
            let at = At::nowhere(D::NAME, name.name());
            SamplesOf {
                window: name.name(),
                samples: window.samples(at, self.reopen.map(|data| data())),
            }
        };
        self.in_order().map(of).collect()
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

    fn asks_for_posts(&self) -> bool {
        let mut windows = self.windows.iter();
        windows.any(|(_, window)| window.asked() == Asked::Post)
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
                is_first: press.is_first,
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
                Some(Received::Taken(turn)) => *turn,
                Some(Received::Refused(why)) => refused(why, request),
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
            let turn = happens(carrying(request, data.clone())).await?;
            self.became(frame, name, data, frame.memory.clone(), turn)
        })
    }

    fn result<'a>(
        &'a self,
        frame: &'a Frame,
        of: &'a str,
        result: Option<Value>,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let Some((name, _, data)) = self.read(frame) else {
                return self.is_lost().map(Outcome::Lost);
            };
            let turn = match self.on_result.get(of).zip(result) {
                Some((take, result)) => take(&carrying(request, data.clone()), result)?.await?,
                None => Turn::stay(),
            };
            self.became(frame, name, data, frame.memory.clone(), turn)
        })
    }
}
