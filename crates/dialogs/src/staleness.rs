//! What a press is, by what was pressed and not by time: of the picture that is shown, of one before, or of nothing that is open.

use crate::{address::Entry, stack::Stack};

/// What is to become of a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is of the window that is open; of its latest picture, or of one before.
    Open { is_latest: bool },
    /// The second click of a double click: its window was left by the first.
    Late,
    /// It is of a message that the dialog left behind.
    Old,
    /// Nothing is open that it could be of.
    Closed,
}

/// What a press of a button with that entry, under that message, is.
pub(crate) fn judge(entry: Entry, stack: Option<&Stack>, message: Option<i64>) -> Verdict {
    let Some(stack) = stack else {
        return Verdict::Closed;
    };
    let now = stack.entry();
    if entry.nonce != now.nonce {
        return Verdict::Closed;
    }
    if entry.serial == now.serial {
        let is_latest = entry.revision == now.revision;
        return Verdict::Open { is_latest };
    }
    let live = stack.live.as_ref();
    let is_of_live = live
        .is_some_and(|live| message.is_some() && (live.id == message || live.before == message));
    match is_of_live {
        true => Verdict::Late,
        false => Verdict::Old,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::{
        picture::Kind,
        stack::{Frame, Live, Memory},
    };

    fn stack() -> Stack {
        Stack {
            nonce: 7,
            revision: 5,
            entered: 3,
            owner: None,
            live: Some(Live {
                id: Some(901),
                before: Some(900),
                sent: 2,
                kind: Kind::Text,
                hash: 0,
                is_bare: false,
                album: None,
            }),
            frames: vec![Frame {
                dialog: "order".into(),
                window: "Dish".into(),
                serial: 3,
                data: RawValue::from_string("{}".into()).expect("JSON"),
                memory: Memory::new(),
            }],
        }
    }

    #[test]
    fn a_press_is_judged_by_what_was_pressed() {
        let stack = stack();
        for ((nonce, serial, revision), message, expected) in [
            ((7, 3, 5), 901, Verdict::Open { is_latest: true }),
            ((7, 3, 5), 850, Verdict::Open { is_latest: true }),
            ((7, 3, 4), 901, Verdict::Open { is_latest: false }),
            ((7, 2, 9), 901, Verdict::Late),
            ((7, 2, 9), 900, Verdict::Late),
            ((7, 2, 9), 850, Verdict::Old),
            ((8, 3, 5), 901, Verdict::Closed),
        ] {
            let entry = Entry {
                nonce,
                serial,
                revision,
            };
            let verdict = judge(entry, Some(&stack), Some(message));
            assert_eq!(verdict, expected, "{entry:?} {message}");
            assert_eq!(judge(entry, None, Some(message)), Verdict::Closed);
        }
    }
}
