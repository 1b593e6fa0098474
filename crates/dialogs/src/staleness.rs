//! What a press is, by what was pressed and not by time: of the picture that is shown, of one before, or of nothing that is open.

use metrics::{Counter, counter};
use ostankino::telegram::internal::Handles;

use crate::{address::Entry, message::MessageId, stack::Stack};

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

impl Verdict {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Late => "late",
            Self::Old => "old",
            Self::Closed => "closed",
        }
    }
}

/// What a press of a button with that entry, under that message, is.
pub(crate) fn judge(entry: Entry, stack: &Stack, message: MessageId) -> Verdict {
    let now = stack.entry();
    if entry.nonce != now.nonce {
        return Verdict::Closed;
    }
    if entry.serial == now.serial {
        let is_latest = entry.revision == now.revision;
        return Verdict::Open { is_latest };
    }
    let live = stack.live.as_ref();
    let is_of_live = live.is_some_and(|live| [live.id, live.before].contains(&Some(message)));
    match is_of_live {
        true => Verdict::Late,
        false => Verdict::Old,
    }
}

/// Whether the user did nothing since that picture of the open window was shown: those after it came by events.
pub(crate) fn is_first(entry: Entry, stack: &Stack) -> bool {
    let later = stack.revision.checked_sub(entry.revision);
    later.is_some_and(|later| later <= stack.unasked)
}

/// Counts a press, by the dialog that is open.
pub(crate) fn count(judged: Option<&(Verdict, Stack)>) {
    let (outcome, top) = match judged {
        None => ("closed", None),
        Some((verdict, stack)) => (verdict.as_str(), stack.top()),
    };
    let dialog = top.map_or_else(|| "none".to_owned(), |top| top.dialog.clone());
    type Press = (String, &'static str);
    static PRESSES: Handles<Press, Counter> = Handles::new();
    let make = |(dialog, outcome): &Press| counter!("ostankino_dialog_presses_total", "dialog" => dialog.clone(), "outcome" => *outcome);
    PRESSES.count((dialog, outcome), make, |presses| presses.increment(1));
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::{
        picture::Kind,
        stack::{Frame, Live, Memory},
    };

    fn stack(id: i64, before: i64) -> Stack {
        Stack {
            nonce: 7,
            revision: 5,
            unasked: 1,
            entered: 3,
            owner: None,
            live: Some(Live {
                id: Some(MessageId(id)),
                before: Some(MessageId(before)),
                seen_by: None,
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
        let stack = stack(901, 900);
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
            let verdict = judge(entry, &stack, MessageId(message));
            assert_eq!(verdict, expected, "{entry:?} {message}");
        }
    }

    #[test]
    fn what_events_showed_meanwhile_makes_no_press_a_second_one() {
        let stack = stack(901, 900);
        for (revision, expected) in [(5, true), (4, true), (3, false), (6, false)] {
            let entry = Entry {
                revision,
                ..stack.entry()
            };
            assert_eq!(is_first(entry, &stack), expected, "{revision}");
        }
    }

    #[test]
    fn an_ephemeral_message_is_never_taken_for_another() {
        let entry = Entry {
            nonce: 7,
            serial: 2,
            revision: 1,
        };
        let stack = stack(-901, 900);
        for (message, expected) in [
            (-901, Verdict::Late),
            (900, Verdict::Late),
            (901, Verdict::Old),
            (-900, Verdict::Old),
        ] {
            let verdict = judge(entry, &stack, MessageId(message));
            assert_eq!(verdict, expected, "{message}");
        }
    }
}
