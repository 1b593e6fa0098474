//! Pressed buttons: what was wanted, and what the bot answered.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{State, changes::Key};

/// How many presses are kept; answering an older one is too late.
const KEPT: usize = 20_000;

/// How long a press can be answered.
const PATIENCE: Duration = Duration::from_secs(150);

/// The newest presses by id.
#[derive(Debug, Default)]
pub(super) struct Presses {
    pub(super) by_id: HashMap<String, Pressed>,
    pub(super) order: VecDeque<String>,
}

impl State {
    /// A press by its id.
    pub(crate) fn pressed(&self, id: &str) -> Option<&Pressed> {
        let presses = std::iter::once(&self.presses).chain(self.other_presses());
        presses
            .into_iter()
            .find_map(|presses| presses.by_id.get(id))
    }

    /// Whether a press is too old to be answered.
    pub(crate) fn is_stale_press(&self, id: &str) -> bool {
        let pressed = self.presses.by_id.get(id);
        // Of those in files of before it is not known when.
        pressed.is_some_and(|pressed| {
            pressed.at_ms > 0 && self.now_ms() >= pressed.at_ms + PATIENCE.as_millis()
        })
    }

    /// The same, to change.
    pub(crate) fn pressed_mut(&mut self, id: &str) -> Option<&mut Pressed> {
        let pressed = self.presses.by_id.get_mut(id)?;
        self.changes.mark(Key::Press(id.to_owned()));
        Some(pressed)
    }

    /// A new press, not answered yet.
    pub(super) fn add_press(&mut self, id: &str, place: Option<(i64, i64)>, on: Option<i64>) {
        self.changes.mark(Key::Press(id.to_owned()));
        let at_ms = self.now_ms();
        let Presses { by_id, order } = &mut self.presses;
        let pressed = Pressed {
            at_ms,
            place,
            on,
            answers: vec![],
        };
        if by_id.insert(id.to_owned(), pressed).is_none() {
            order.push_back(id.to_owned());
        }
        if order.len() > KEPT
            && let Some(oldest) = order.pop_front()
        {
            by_id.remove(&oldest);
            self.changes.mark(Key::Press(oldest));
        }
    }

    pub(super) fn forget_presses(&mut self) {
        for id in std::mem::take(&mut self.presses).order {
            self.changes.mark(Key::Press(id));
        }
    }
}

/// The answers a callback query got; none yet at first. Telegram takes a second answer without a word, so they are kept all.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pressed {
    /// When, in milliseconds of Telegram's clock.
    #[serde(default)]
    pub(crate) at_ms: u128,
    /// In which chat, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<(i64, i64)>,
    /// The message, unless only one sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on: Option<i64>,
    pub(crate) answers: Vec<Value>,
}

/// Which button to press.
#[derive(Clone, Debug)]
pub(crate) enum Button {
    Text(String),
    Data(String),
}

impl Button {
    /// Whether this button of a keyboard is the wanted one. Only those with `callback_data` can be pressed.
    pub(super) fn is(&self, button: &Value) -> bool {
        let has =
            |field: &str, wanted: &str| button.get(field).and_then(Value::as_str) == Some(wanted);
        match self {
            Self::Text(text) => has("text", text) && button.get("callback_data").is_some(),
            Self::Data(data) => has("callback_data", data),
        }
    }
}

impl std::fmt::Display for Button {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "a button with the text {text:?}"),
            Self::Data(data) => write!(f, "a button with the callback_data {data:?}"),
        }
    }
}
