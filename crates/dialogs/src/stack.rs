//! What is kept of somebody's dialogs in a place: which are open, one upon another, and which message shows the upper one.

use std::collections::BTreeMap;

use ostankino::{DialogueState, Fsm, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use crate::{address::Entry, message::MessageId, picture::Kind};

/// How many dialogs may be open, one upon another.
pub(crate) const DEEPEST: usize = 32;

/// What widgets remember of what they show, by their ids: a page, a month.
pub(crate) type Memory = BTreeMap<String, Value>;

/// The dialogs of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stack {
    #[serde(rename = "n")]
    pub(crate) nonce: u32,
    /// How often its upper window was shown.
    #[serde(rename = "r", default)]
    pub(crate) revision: u32,
    /// How often since its user did something: by events. What they saw before is theirs to press still.
    #[serde(rename = "u", default, skip_serializing_if = "is_zero")]
    pub(crate) unasked: u32,
    /// How many windows were entered.
    #[serde(rename = "e", default)]
    pub(crate) entered: u32,
    /// Who began it.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<i64>,
    /// The message that shows it, if one does.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub(crate) live: Option<Live>,
    /// The lower ones first.
    #[serde(rename = "f")]
    pub(crate) frames: Vec<Frame>,
}

/// A dialog that is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Frame {
    #[serde(rename = "d")]
    pub(crate) dialog: String,
    #[serde(rename = "w")]
    pub(crate) window: String,
    /// Which of the windows entered it is.
    #[serde(rename = "k")]
    pub(crate) serial: u32,
    /// What it learned.
    #[serde(rename = "x")]
    pub(crate) data: Box<RawValue>,
    #[serde(rename = "v", default, skip_serializing_if = "Memory::is_empty")]
    pub(crate) memory: Memory,
}

/// The message that shows a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Live {
    /// Its id, once it is known: from the first press on.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<MessageId>,
    /// That of the message it came in place of.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<MessageId>,
    /// Who alone sees it, if it is ephemeral.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen_by: Option<i64>,
    /// The [number](Entry::number) of the entry of which it was sent; by that it is named until its id is known.
    #[serde(rename = "s")]
    pub(crate) sent: u32,
    #[serde(rename = "t")]
    pub(crate) kind: Kind,
    /// Of what it shows.
    #[serde(rename = "h")]
    pub(crate) hash: u64,
    /// Whether it has no buttons that could be taken away.
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_bare: bool,
    /// The album above it, if there is one.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(crate) album: Option<Album>,
}

/// The album above the message that shows a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Album {
    /// How many messages it has.
    #[serde(rename = "n")]
    pub(crate) messages: usize,
    /// The [number](Entry::number) of the entry of which it was sent: by that its messages are named.
    #[serde(rename = "s")]
    pub(crate) sent: u32,
    /// Of what it shows.
    #[serde(rename = "h")]
    pub(crate) hash: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.serial == other.serial
            && self.window == other.window
            && self.dialog == other.dialog
            && self.data.get() == other.data.get()
            && self.memory == other.memory
    }
}

impl Eq for Frame {}

impl Stack {
    /// One of that user's without dialogs.
    pub(crate) fn begin(owner: Option<i64>) -> Self {
        Self {
            nonce: fastrand::u32(..Entry::NONCES),
            revision: 0,
            unasked: 0,
            entered: 0,
            owner,
            live: None,
            frames: Vec::new(),
        }
    }

    pub(crate) fn top(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The upper window is entered: what was pressed in the one before is of no more use. A stack that has used up its
    /// serials draws another nonce.
    pub(crate) fn enter(&mut self) {
        self.entered += 1;
        if self.entered >= Entry::SERIALS {
            self.entered = 1;
            self.nonce = (self.nonce + 1) % Entry::NONCES;
        }
        self.revision = 0;
        self.unasked = 0;
        let serial = self.entered;
        if let Some(top) = self.frames.last_mut() {
            top.serial = serial;
        }
    }

    /// The upper window is shown once more.
    pub(crate) fn revise(&mut self) {
        self.revision = (self.revision + 1) % Entry::REVISIONS;
        self.unasked += 1;
    }

    /// What the buttons of the upper window carry.
    pub(crate) fn entry(&self) -> Entry {
        Entry {
            nonce: self.nonce,
            serial: self.top().map_or(0, |frame| frame.serial),
            revision: self.revision,
        }
    }

    /// The name under which the message is noted that shows it since the entry of that number. Names are of a chat, where many people have
    /// stacks: two of these may have drawn one nonce.
    pub(crate) fn note_of(&self, sent: u32) -> String {
        let owner = self.owner.unwrap_or_default();
        format!("~{owner}.{}.{sent}", self.nonce)
    }

    /// The name under which an album is noted that was sent of the entry of that number.
    pub(crate) fn note_of_album(&self, sent: u32) -> String {
        format!("{}a", self.note_of(sent))
    }
}

/// What the upper window waits for besides presses. The router goes by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: what is written goes to other routes.
    #[default]
    Nothing,
    /// A text.
    Text,
    /// A photo.
    Photo,
    /// A file.
    Document,
    /// Somebody's contact.
    Contact,
    /// A place on the map.
    Location,
    /// Whatever can be said to others: a message of any kind but commands, or an album.
    Post,
    /// Several of them.
    Any,
}

macro_rules! states {
    ($($(#[$attribute:meta])* $State:ident = $name:literal, $asked:ident;)+) => {
        $(
            $(#[$attribute])*
            #[derive(Serialize, Deserialize)]
            #[serde(transparent)]
            pub(crate) struct $State(Stack);

            impl DialogueState for $State {
                const NAME: &'static str = $name;
            }
        )+

        /// The stack of the place.
        pub(crate) async fn load(fsm: &Fsm) -> Result<Option<Stack>> {
            Ok(match fsm.state().await?.as_deref() {
                $(Some($name) => fsm.data::<$State>().await?.map(|$State(stack)| stack),)+
                _ => None,
            })
        }

        /// Keeps the stack; one without dialogs ends.
        pub(crate) fn keep(fsm: &Fsm, stack: Stack, asked: Asked) -> Result<()> {
            if stack.frames.is_empty() {
                fsm.clear();
                return Ok(());
            }
            match asked {
                $(Asked::$asked => fsm.set($State(stack)),)+
            }
        }
    };
}

states! {
    /// A window without inputs is open.
    Open = "~", Nothing;
    AskText = "~text", Text;
    AskPhoto = "~photo", Photo;
    AskDocument = "~document", Document;
    AskContact = "~contact", Contact;
    AskLocation = "~location", Location;
    AskPost = "~post", Post;
    AskAny = "~any", Any;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(serial: u32) -> Frame {
        Frame {
            dialog: "order".into(),
            window: "Dish".into(),
            serial,
            data: RawValue::from_string("{}".into()).expect("JSON"),
            memory: Memory::new(),
        }
    }

    #[test]
    fn serials_that_are_used_up_begin_anew_with_another_nonce() {
        let mut stack = Stack::begin(Some(42));
        stack.frames = vec![frame(0)];
        stack.enter();
        let (before, entry) = (stack.nonce, stack.entry());
        assert_eq!(entry.serial, 1);
        stack.entered = Entry::SERIALS - 1;
        stack.enter();
        assert_eq!(stack.entry().serial, 1);
        assert_ne!(stack.nonce, before);
    }

    #[test]
    fn a_window_that_was_closed_is_never_taken_for_another() {
        let mut stack = Stack::begin(Some(42));
        stack.frames = vec![frame(0)];
        stack.enter();
        stack.frames.push(frame(0));
        stack.enter();
        let upper = stack.entry();
        stack.frames.pop();
        stack.enter();
        assert_ne!(stack.entry(), upper);
    }

    #[test]
    fn a_stack_of_another_version_is_read() {
        let json = r#"{"n":7,"f":[{"d":"order","w":"Dish","k":3,"x":{"dish":1}}],"new":true}"#;
        let stack: Stack = serde_json::from_str(json).expect("it is read");
        assert_eq!((stack.entry().serial, stack.live), (3, None));
        // Of one before there were ephemeral messages.
        let json = r#"{"n":7,"m":{"i":901,"p":900,"s":2,"t":"text","h":9},"f":[]}"#;
        let stack: Stack = serde_json::from_str(json).expect("it is read");
        let live = stack.live.expect("it is shown");
        let id = live.id.expect("it is known");
        assert!(!id.is_ephemeral() && live.seen_by.is_none());
    }
}
