//! sendMessageDraft: a message that is shown while it is made.

use serde_json::json;

use super::{
    Outcome, arguments,
    texts::{self, Fields},
};
use crate::{
    protocol::{Answer, Params, Refusal, text::utf16_len},
    world::{Streamed, World},
};

const MAX_TEXT: usize = 4096;

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let draft_id = params.integer("draft_id").filter(|id| *id != 0);
    let draft_id = draft_id.ok_or_else(|| Refusal::bad_request("invalid draft_id specified"))?;
    world.change(|state| {
        let fields = Fields {
            text: "text",
            mode: "parse_mode",
            entities: "entities",
        };
        let formatted = texts::formatted(state, params, &fields)?;
        if utf16_len(&formatted.text) > MAX_TEXT {
            return Err(Refusal::bad_request("message is too long"));
        }
        let chat_id = arguments::writable_chat_id(state, params)?;
        if chat_id < 0 {
            return Err(Refusal::bad_request(
                "method is available for private chats only",
            ));
        }
        let streamed = Streamed {
            draft_id,
            shown: json!({"text": formatted.text, "entities": formatted.entities}),
            message_thread_id: params.integer("message_thread_id").filter(|id| *id > 0),
            can_stop: params.flag("can_stop"),
            keep_on_stop: params.flag("keep_on_stop"),
        };
        state.stream(chat_id, streamed);
        Ok(Answer::of(&true))
    })
}
