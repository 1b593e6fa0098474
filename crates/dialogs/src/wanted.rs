//! What a window with several inputs says to a message that none of them takes.

use ostankino::{Reply, UpdateKind, html::Plain, texts::OwnTexts};

use crate::{Asked, engine::Engine, widgets::own};

impl Engine<'_> {
    /// What the window takes, for who sent something else; nothing of an input that takes what the library has no word for.
    pub(crate) fn wanted(&self, kinds: Vec<Asked>) -> Option<Reply> {
        let update = &self.request.update;
        let is_sent = update
            .message()
            .is_some_and(|message| message.content.is_some());
        if update.kind != UpdateKind::Message || !is_sent {
            return None;
        }
        let texts = own::texts(self.request);
        let mut words: Vec<String> = Vec::new();
        for kind in kinds {
            let Plain(word) = word(&texts, kind)?;
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let wanted = Reply::text(texts.dialog_takes(words.join(", ")));
        Some(match update.ephemeral_message_id() {
            Some(_) => wanted.ephemeral(),
            None => wanted,
        })
    }
}

fn word(texts: &OwnTexts, kind: Asked) -> Option<Plain> {
    Some(match kind {
        Asked::Text => texts.dialog_text_plain(),
        Asked::Photo => texts.dialog_photo_plain(),
        Asked::Document => texts.dialog_document_plain(),
        Asked::Contact => texts.dialog_contact_plain(),
        Asked::Location => texts.dialog_location_plain(),
        Asked::Nothing | Asked::Post | Asked::Any => return None,
    })
}
