//! What becomes of the stack of a place by a press, a message, a start.

use ostankino::{Error, Fsm, Reply, Request, Result, html::Plain};

use crate::{
    DialogSet, Launch, Show,
    address::{Address, Class, Entry},
    dialog::{Became, Next, Outcome, PressedAt},
    elsewhere::{class_of, start_for_one, start_in_chat},
    message::MessageId,
    picture::Kind,
    said::{Said, answer, plain},
    show::{Cause, Way, end, settle_on, show, strip},
    stack::{Asked, DEEPEST, Frame, Stack, keep, load},
    staleness::{Verdict, count, is_first, judge},
    turn::{Started, Toast},
    widgets::own,
};

/// The stack of the update's place, and what is to be said.
pub(crate) struct Engine<'a> {
    pub(crate) dialogs: &'a DialogSet,
    pub(crate) request: &'a Request,
    pub(crate) fsm: Fsm,
    pub(crate) cause: Cause,
    pub(crate) class: Class,
    /// Who begins a stack, if one is begun.
    pub(crate) by: Option<i64>,
    /// A press of what a chat shares, which is left to be answered here.
    pub(crate) press: Option<String>,
    /// What was kept of the stack.
    kept: Option<Stack>,
    /// Whether the user may see another picture than the stack was shown with: it is shown once more.
    pub(crate) is_in_doubt: bool,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(
        dialogs: &'a DialogSet,
        request: &'a Request,
        fsm: Fsm,
        cause: Cause,
    ) -> Self {
        Self {
            dialogs,
            request,
            fsm,
            cause,
            class: class_of(&request.update),
            by: request.update.user_id(),
            press: None,
            kept: None,
            is_in_doubt: false,
        }
    }

    /// It came of that press, which nobody answered yet.
    pub(crate) fn after_press(self, press: Option<String>) -> Self {
        Self { press, ..self }
    }

    /// The stack of the place.
    pub(crate) async fn load(&mut self) -> Result<Option<Stack>> {
        let stack = load(&self.fsm).await?;
        self.kept.clone_from(&stack);
        Ok(stack)
    }

    /// On behalf of that user.
    pub(crate) fn by(self, by: Option<i64>) -> Self {
        Self { by, ..self }
    }

    /// Does what a button asks for. `data` is what it carries.
    pub(crate) async fn press(mut self, data: &str, message: MessageId) -> Result<Reply> {
        self.cause = Cause::Press(message);
        let address = Address::decode(data).filter(|it| it.class == self.class);
        let Some(address) = address else {
            return Ok(self.closed(message));
        };
        let stack = self.load().await?;
        let judged = stack.map(|stack| (judge(address.entry, &stack, message), stack));
        count(judged.as_ref());
        let (verdict, mut stack) = match judged {
            None => return self.revive(address.widget, None, message).await,
            Some((Verdict::Closed, stack)) => {
                return self.revive(address.widget, Some(stack), message).await;
            }
            Some(judged) => judged,
        };
        if let Some(refusal) = self.refusal(&stack).await? {
            return Ok(answer(plain(refusal)));
        }
        match verdict {
            Verdict::Open { is_latest } => self.is_in_doubt = !is_latest,
            Verdict::Old => {
                return Ok(answer(plain(own::texts(self.request).dialog_stale_toast()))
                    .and(strip(message)));
            }
            // The edit that was to follow the first click may have come to nothing: then the user would click for ever.
            Verdict::Late | Verdict::Closed => {
                self.is_in_doubt = true;
                return self.finish(stack, Said::default()).await;
            }
        }
        let copy = settle_on(message, self.user(), &mut stack);
        let outcome = match (
            stack.top(),
            stack.top().and_then(|top| self.dialogs.get(&top.dialog)),
        ) {
            (Some(frame), Some(dialog)) => {
                let press = PressedAt {
                    widget: address.widget,
                    key: address.key,
                    is_first: is_first(address.entry, &stack),
                };
                dialog.press(frame, press, self.request).await?
            }
            _ => Outcome::Lost(None),
        };
        let outcome = match outcome {
            // A widget that a version before had.
            Outcome::Nobody => self.lost_window(&stack)?,
            outcome => outcome,
        };
        Ok(self.settle(stack, outcome).await?.and(copy))
    }

    /// Takes a message; nothing if the open window takes none like it.
    pub(crate) async fn receive(mut self) -> Result<Option<Reply>> {
        let Some(stack) = self.load().await? else {
            return Ok(None);
        };
        let is_ephemeral = stack
            .live
            .as_ref()
            .is_some_and(|live| live.seen_by.is_some());
        if is_ephemeral && self.request.update.ephemeral_message_id().is_none() {
            // A word that all hear gives the bot no right to say something to one alone: what is there can be edited.
            self.cause = Cause::Event;
        }
        let Some(frame) = stack.top() else {
            return Ok(None);
        };
        if self.refusal(&stack).await?.is_some() {
            return Ok(None);
        }
        let dialog = self.dialogs.get(&frame.dialog);
        let outcome = match dialog {
            Some(dialog) => dialog.receive(frame, self.request).await?,
            None => Outcome::Lost(None),
        };
        match outcome {
            Outcome::Nobody => Ok(dialog.and_then(|dialog| self.wanted(dialog.kinds(frame)))),
            outcome => self.settle(stack, outcome).await.map(Some),
        }
    }

    /// What is said to who may do nothing with what is open.
    async fn refusal(&self, stack: &Stack) -> Result<Option<Plain>> {
        let dialog = stack.top().and_then(|top| self.dialogs.get(&top.dialog));
        let access = dialog.and_then(|dialog| Some((dialog, dialog.rules().access.as_ref()?)));
        match access {
            Some((dialog, access)) if !access.lets_in(self.request, stack.owner).await? => {
                dialog.refusal(self.request).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Starts a dialog upon what is open in the place. One that is open itself begins anew, where it is: whoever says «/order» time
    /// and again has one order.
    pub(crate) async fn start(mut self, started: Started) -> Result<Reply> {
        let open = self.load().await?;
        let mut stack = open.unwrap_or_else(|| Stack::begin(self.by));
        let dialog = self.dialogs.get(&started.dialog);
        let is_it = |frame: &Frame| frame.dialog == started.dialog;
        if dialog.is_some_and(|dialog| dialog.launch() == Launch::Standard)
            && let Some(open) = stack.frames.iter().position(is_it)
        {
            stack.frames.truncate(open);
        }
        self.open(&mut stack, started)?;
        self.finish(stack, Said::default()).await
    }

    /// Ends all dialogs of the place.
    pub(crate) async fn close(mut self) -> Result<Reply> {
        let Some(mut stack) = self.load().await? else {
            return Ok(Reply::none());
        };
        stack.frames.clear();
        self.finish(stack, Said::default()).await
    }

    /// Applies what came of a dialog, and of those to which that leads.
    pub(crate) async fn settle(&self, mut stack: Stack, outcome: Outcome) -> Result<Reply> {
        let mut said = Said::default();
        let mut outcome = Some(outcome);
        while let Some(came) = outcome.take() {
            let became = match came {
                Outcome::Nobody => break,
                Outcome::Lost(reopened) => {
                    said.is_lost = true;
                    self.reopen(&mut stack, reopened);
                    break;
                }
                Outcome::Became(became) => became,
            };
            let Became {
                frame,
                is_entered,
                next,
                toast,
                reply,
                show,
            } = *became;
            let of = frame.dialog.clone();
            if let Some(top) = stack.frames.last_mut() {
                *top = frame;
            }
            said.add(toast, reply, show);
            if is_entered {
                stack.enter();
            }
            match next {
                Next::Nothing => {}
                // It is another stack's.
                Next::Start(started)
                    if self.class == Class::Own && self.dialogs.is_shared(&started.dialog) =>
                {
                    let start = start_in_chat(&self.request.update, started)?;
                    said.add(None, start, said.show);
                }
                Next::Start(started)
                    if self.class == Class::Shared && self.is_ephemeral(&started.dialog) =>
                {
                    let start = start_for_one(&self.request.update, started)?;
                    said.add(None, start, said.show);
                }
                Next::Start(started) => self.open(&mut stack, started)?,
                Next::Close => stack.frames.clear(),
                Next::Done(result) => {
                    stack.frames.pop();
                    stack.enter();
                    if let Some(below) = stack.top() {
                        outcome = Some(match self.dialogs.get(&below.dialog) {
                            Some(dialog) => dialog.result(below, &of, result, self.request).await?,
                            None => Outcome::Lost(None),
                        });
                    }
                }
            }
        }
        self.finish(stack, said).await
    }

    /// Puts a dialog upon the others.
    pub(crate) fn open(&self, stack: &mut Stack, started: Started) -> Result<()> {
        let name = &*started.dialog;
        let unknown = || {
            Error::message(format!(
                "no dialog is named `{name}`: it has to be added to the `DialogSet`"
            ))
        };
        let dialog = self.dialogs.get(name).ok_or_else(unknown)?;
        let is_it = |frame: &Frame| frame.dialog == name;
        match (dialog.launch(), stack.frames.iter().position(is_it)) {
            (Launch::Single, Some(open)) => stack.frames.truncate(open + 1),
            (Launch::Root, _) => {
                stack.frames.clear();
                stack.frames.push(dialog.open(started.data));
            }
            (Launch::Standard | Launch::Single, _) => stack.frames.push(dialog.open(started.data)),
        }
        if stack.frames.len() > DEEPEST {
            let problem = format!(
                "`{name}` would be the dialog number {} upon others: the most is {DEEPEST}",
                stack.frames.len()
            );
            return Err(Error::message(problem));
        }
        stack.enter();
        Ok(())
    }

    /// What becomes of the upper dialog if its window is of another version.
    fn lost_window(&self, stack: &Stack) -> Result<Outcome> {
        let dialog = stack.top().and_then(|top| self.dialogs.get(&top.dialog));
        let reopened = dialog.map(|dialog| dialog.is_lost()).transpose()?;
        Ok(Outcome::Lost(reopened.flatten()))
    }

    /// The upper dialog begins again, or ends.
    fn reopen(&self, stack: &mut Stack, reopened: Option<Box<serde_json::value::RawValue>>) {
        let top = stack.frames.pop();
        let dialog = top.and_then(|top| self.dialogs.get(&top.dialog));
        if let (Some(dialog), Some(data)) = (dialog, reopened) {
            stack.frames.push(dialog.open(data));
        }
        stack.enter();
    }

    /// Shows the upper window, and keeps the stack.
    pub(crate) async fn finish(&self, mut stack: Stack, mut said: Said) -> Result<Reply> {
        let mut shown = Reply::none();
        let mut asked = Asked::Nothing;
        // Each time around one dialog less, or it is shown.
        while let Some(mut frame) = stack.top().cloned() {
            let Some(dialog) = self.dialogs.get(&frame.dialog) else {
                said.is_lost = true;
                stack.frames.pop();
                stack.enter();
                continue;
            };
            let drawn = dialog.draw(&mut frame, self.request).await?;
            let Some(draw) = drawn else {
                said.is_lost = true;
                let reopened = dialog.is_lost()?;
                self.reopen(&mut stack, reopened);
                continue;
            };
            asked = dialog.asked(&frame);
            let names = (frame.dialog.clone(), frame.window.clone());
            let at = |entry| crate::At {
                entry,
                class: self.class,
                ..crate::At::nowhere(&names.0, &names.1)
            };
            let hash = draw(at(Entry::default()))?.hash(stack.entry());
            let live = stack.live.as_ref();
            let is_same = live.is_some_and(|live| live.hash == hash);
            let is_anew = matches!(said.show, Show::Send | Show::DeleteAndSend)
                || self.cause == Cause::Message;
            // What one alone sees is replaced by what they alone see.
            let stays = live.filter(|_| !is_anew).and_then(|live| live.seen_by);
            let seen_by = self.seen_by(dialog, said.show).or(stays);
            let is_seen = live.is_some_and(|live| live.seen_by.is_none());
            let is_to_hide = said.show == Show::Ephemeral && seen_by.is_some() && is_seen;
            let picture = match (is_same, said.show) {
                (_, Show::Silent) => None,
                // What Telegram takes for the same changes nothing.
                (true, Show::Auto | Show::Edit | Show::Ephemeral) if !is_to_hide => self
                    .is_in_doubt
                    .then(|| draw(at(stack.entry())))
                    .transpose()?,
                _ => {
                    stack.revise();
                    Some(draw(at(stack.entry()))?)
                }
            };
            drop(draw);
            if let Some(top) = stack.frames.last_mut() {
                top.memory = frame.memory;
            }
            if let Some(picture) = picture {
                if seen_by.is_some() && picture.kind() == Kind::Album {
                    return Err(Error::message(format!(
                        "the window {}/{} shows an album: one alone can be shown a single photo",
                        names.0, names.1
                    )));
                }
                let way = Way {
                    cause: self.cause,
                    how: said.show,
                    seen_by,
                    press: self.press.as_deref(),
                    instead: self.instead(said.toast.as_ref()),
                };
                shown = show(&picture, hash, &mut stack, way);
            }
            break;
        }
        if stack.frames.is_empty() {
            shown = end(&stack);
            if said.is_lost {
                let closed = own::texts(self.request).dialog_closed_toast();
                said.toast.get_or_insert(Toast::of(closed));
            }
        }
        let is_ephemeral = stack
            .live
            .as_ref()
            .is_some_and(|live| live.seen_by.is_some());
        self.keep(stack, asked)?;
        Ok(self.say(said, shown, is_ephemeral))
    }

    /// Writes the stack if it is another than before.
    fn keep(&self, mut stack: Stack, asked: Asked) -> Result<()> {
        if self.cause != Cause::Event {
            stack.unasked = 0;
        }
        match &self.kept {
            Some(kept) if *kept == stack => Ok(()),
            None if stack.frames.is_empty() => Ok(()),
            _ => keep(&self.fsm, stack, asked),
        }
    }
}
