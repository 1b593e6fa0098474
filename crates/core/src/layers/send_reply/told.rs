//! Tells what Telegram answered to whoever wants to know.

use serde_json::Value;

use super::{Made, ReplyStore};
use crate::{
    Call, chain,
    event::{Refused, data_of},
    request::UpdateKey,
    telegram::ApiError,
};

/// Has the event happen that a call is to become, if any. `number` is the call's in the reply to `cause`; `None` of a
/// call that was not made, as that before it in its chain did not succeed.
pub async fn tell_answer(
    store: Option<&dyn ReplyStore>,
    cause: UpdateKey,
    number: usize,
    call: &Call,
    made: Option<&Made>,
) {
    let then = call.attributes().and_then(|it| it.then.as_ref());
    let (Some(then), Some(store)) = (then, store) else {
        return;
    };
    let answer = match made {
        // What was harmless has no result.
        Some(Ok((result, _))) => Ok(serde_json::from_slice(result).unwrap_or(Value::Null)),
        Some(Err(trouble)) => Err(refused(&trouble.error)),
        None => Err(Refused {
            code: None,
            description: "the call before it did not succeed".to_owned(),
        }),
    };
    let data = data_of(&then.data, answer);
    store.happen(cause, number, then, data).await;
}

fn refused(error: &ApiError) -> Refused {
    match error {
        ApiError::Api {
            code, description, ..
        } => Refused {
            code: Some(*code),
            description: description.clone(),
        },
        other => Refused {
            code: None,
            description: chain(other),
        },
    }
}
