//! What filters ask of an update, looked up once however many ask, and how they are asked.

use std::cell::OnceCell;

use super::{Expr, Filter, Kinds};
use crate::{
    Request,
    telegram::{Command, Content, Message, Update},
};

/// An update, as filters look at it.
pub(in crate::routing) struct Facts<'a> {
    request: &'a Request,
    kind: Kinds,
    command: OnceCell<Commanded<'a>>,
}

/// Whether the message begins with a command, and for whom.
#[derive(Clone, Copy)]
enum Commanded<'a> {
    Not,
    Ours(Command<'a>),
    /// Of another bot.
    Others,
}

/// What is known of the state of the dialogue.
#[derive(Clone, Copy, Debug)]
pub(in crate::routing) enum Known<'a> {
    /// Nobody asked yet.
    NotYet,
    /// Its name; `None` outside of any dialogue.
    Is(Option<&'a str>),
}

impl<'a> Facts<'a> {
    pub(in crate::routing) fn of(request: &'a Request) -> Self {
        Self {
            request,
            kind: Kinds::of(&[request.update.kind]),
            command: OnceCell::new(),
        }
    }

    pub(super) fn request(&self) -> &'a Request {
        self.request
    }

    pub(in crate::routing) fn update(&self) -> &'a Update {
        &self.request.update
    }

    /// The message that the update is; not that of a pressed button.
    pub(super) fn message(&self) -> Option<&'a Message> {
        match &self.update().content {
            Content::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The command that the message begins with, if it is for this bot.
    pub(super) fn command(&self) -> Option<Command<'a>> {
        match self.commanded() {
            Commanded::Ours(command) => Some(command),
            Commanded::Not | Commanded::Others => None,
        }
    }

    /// Whether the message begins with a command, of whichever bot.
    pub(super) fn is_command(&self) -> bool {
        !matches!(self.commanded(), Commanded::Not)
    }

    /// Whether the message is a command of another bot, and so nothing of ours.
    pub(in crate::routing) fn is_for_another_bot(&self) -> bool {
        matches!(self.commanded(), Commanded::Others)
    }

    /// Whether a bot speaks, for itself or for a business account.
    pub(super) fn is_from_bot(&self) -> bool {
        let (by_chat, for_somebody) = self.message().map_or((false, false), |message| {
            let for_somebody = message.sender_business_bot.is_some();
            (message.sender_chat.is_some(), for_somebody)
        });
        for_somebody || (!by_chat && self.update().user().is_some_and(|user| user.is_bot))
    }

    fn commanded(&self) -> Commanded<'a> {
        *self.command.get_or_init(|| match self.update().command() {
            None => Commanded::Not,
            Some(command) if self.is_ours(&command) => Commanded::Ours(command),
            Some(_) => Commanded::Others,
        })
    }

    fn is_ours(&self, command: &Command<'_>) -> bool {
        command.is_for(self.request.bot.username())
    }
}

impl Filter {
    /// Whether it takes the update; `None` if only the state of the dialogue tells, which is not
    /// known yet.
    pub(in crate::routing) fn takes(&self, facts: &Facts<'_>, state: Known<'_>) -> Option<bool> {
        if !facts.kind.meets(self.about.reach()) {
            return Some(false);
        }
        match &self.expr {
            Expr::Leaf(leaf) => leaf.holds(facts, state),
            Expr::Not(inside) => inside.takes(facts, state).map(|takes| !takes),
            Expr::All(parts) => decided(parts, false, facts, state),
            Expr::Any(parts) => decided(parts, true, facts, state),
        }
    }
}

/// What the first part that decides says, or else what is undecided, or else the opposite.
fn decided(parts: &[Filter], by: bool, facts: &Facts<'_>, state: Known<'_>) -> Option<bool> {
    let mut otherwise = Some(!by);
    for part in parts {
        match part.takes(facts, state) {
            Some(takes) if takes == by => return Some(by),
            Some(_) => {}
            None => otherwise = None,
        }
    }
    otherwise
}
