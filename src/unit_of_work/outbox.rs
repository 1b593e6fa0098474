//! The outbox of an update: what is left to do once its effects in the database are committed. It is
//! stored with them, so that whoever meets the update again can do it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::{Call, Reply, Result, dialogue::Change, reply::Effect};

/// The dialogues to change, what is to be done besides, and the calls to make.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outbox<'a> {
    #[serde(rename = "f", default, skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) dialogues: Cow<'a, [Change]>,
    #[serde(rename = "c", default, skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) calls: Cow<'a, [Call]>,
    #[serde(rename = "e", default, skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) effects: Cow<'a, [Effect]>,
}

impl<'a> Outbox<'a> {
    pub(crate) fn new(dialogues: &'a [Change], reply: &'a Reply) -> Self {
        Self {
            dialogues: dialogues.into(),
            calls: reply.calls().into(),
            effects: reply.effects().into(),
        }
    }

    /// As JSON.
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }

    /// As JSON inside of other JSON.
    pub(crate) fn to_raw(&self) -> Result<Box<RawValue>> {
        Ok(to_raw_value(self)?)
    }

    pub(crate) fn decode(json: &[u8]) -> Result<Outbox<'static>> {
        Ok(serde_json::from_slice(json)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        let reply = Reply::text("Готово \u{0}").button("Ещё", "more");
        let data = RawValue::from_string(r#"{"n":1}"#.into()).expect("JSON");
        let change = Change::new("1.2.3", Some(("form.ask".into(), data)));
        let changes = [change, Change::new("1.2.4", None)];
        let effects = Outbox::new(&changes, &reply);
        let read = Outbox::decode(&effects.encode().expect("JSON")).expect("the same");
        assert_eq!(*read.calls, *reply.calls());
        let raw = effects.to_raw().expect("JSON");
        assert_eq!(read.to_raw().expect("JSON").get(), raw.get());
    }

    #[test]
    fn what_earlier_versions_stored_is_read_and_written_as_it_was() {
        // Before batches; since calls have files.
        let stored = concat!(
            r#"{"f":[{"k":"1.2.3","r":{"s":"form.ask","d":{"n":1}}},{"k":"1.2.4","r":null}],"#,
            r#""c":[{"m":"sendMessage","p":{"text":"Готово"}}]}"#
        );
        let read = Outbox::decode(stored.as_bytes()).expect("it is read");
        assert_eq!((read.dialogues.len(), read.calls.len()), (2, 1));
        assert!(read.calls[0].is("sendMessage"));
        assert_eq!(read.encode().expect("JSON"), stored.as_bytes());
        let with_files = concat!(
            r#"{"c":[{"m":"sendPhoto","p":{"caption":"Кот","photo":"attach://file0"},"#,
            r#""f":[{"h":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","#,
            r#""s":3,"n":"cat.jpg","t":"image/jpeg"}]}]}"#
        );
        let read = Outbox::decode(with_files.as_bytes()).expect("it is read");
        assert_eq!(read.calls[0].files()[0].name(), "cat.jpg");
        assert_eq!(read.encode().expect("JSON"), with_files.as_bytes());
        let with_attributes = concat!(
            r#"{"c":[{"m":"sendMessage","p":{"text":"Готово"},"a":{"n":"status","e":true,"o":true,"c":true,"#,
            r#""t":{"n":"posted","d":{"article":7}}}}]}"#
        );
        let read = Outbox::decode(with_attributes.as_bytes()).expect("it is read");
        assert!(
            read.calls[0]
                .attributes()
                .is_some_and(|it| it.must && it.chained)
        );
        assert_eq!(read.encode().expect("JSON"), with_attributes.as_bytes());
        let empty = Outbox::decode(b"{}").expect("it is read");
        assert!(empty.dialogues.is_empty() && empty.calls.is_empty());
    }
}
