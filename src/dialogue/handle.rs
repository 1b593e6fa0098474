//! Dialogues as arguments of handlers.

use std::{fmt, sync::Arc};

use serde_json::value::to_raw_value;

use super::{DEFAULT_DESTINY, DialogueContext, context::Slot, record::Record};
use crate::{
    DialogueState, Error, FromRequest, Request, Result, telegram::internal::json_location,
};

/// The dialogue of the sender in this chat. Changes are written after the session committed, and
/// forgotten if the handler fails.
#[derive(Clone)]
pub struct Fsm {
    context: DialogueContext,
    slot: Arc<Slot>,
}

impl Fsm {
    /// Another dialogue of the same user in the same chat.
    ///
    /// # Errors
    ///
    /// The name makes the key longer than 512 bytes.
    pub fn destiny(&self, name: &str) -> Result<Self> {
        Ok(Self {
            slot: self.context.further_slot(name)?,
            context: self.context.clone(),
        })
    }

    /// The name of the current state; `None` outside of any dialogue.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if NATS is.
    pub async fn state(&self) -> Result<Option<String>> {
        Ok(self.slot.record().await?.map(|record| record.state))
    }

    /// The data of the dialogue, if it is in the state `S`. Data that do not fit `S` any more
    /// count as no state, with a warning.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if NATS is.
    pub async fn data<S: DialogueState>(&self) -> Result<Option<S>> {
        let record = self.slot.record().await?;
        let Some(record) = record.filter(|record| record.state == S::NAME) else {
            return Ok(None);
        };
        Ok(serde_json::from_str(record.data.get())
            .inspect_err(|error| {
                tracing::warn!(
                    event = "state_unreadable",
                    error = json_location(error),
                    state = S::NAME,
                    "the data do not fit the state"
                )
            })
            .ok())
    }

    /// Moves the dialogue to `state`.
    ///
    /// # Errors
    ///
    /// `state` does not become JSON.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a state that was left behind is of no more use"
    )]
    pub fn set<S: DialogueState>(&self, state: S) -> Result<()> {
        let data = to_raw_value(&state)?;
        self.slot.change(Some(Record {
            state: S::NAME.to_owned(),
            data,
        }));
        Ok(())
    }

    /// Changes the data of the dialogue, if it is in the state `S`; says whether it was.
    ///
    /// # Errors
    ///
    /// As [`data`](Self::data) and [`set`](Self::set).
    pub async fn update<S: DialogueState>(&self, change: impl FnOnce(&mut S)) -> Result<bool> {
        let Some(mut state) = self.data::<S>().await? else {
            return Ok(false);
        };
        change(&mut state);
        self.set(state)?;
        Ok(true)
    }

    /// Ends the dialogue.
    pub fn clear(&self) {
        self.slot.change(None);
    }
}

impl FromRequest for Fsm {
    async fn from_request(request: &Request) -> Result<Self> {
        let context: DialogueContext = request.extension()?;
        Ok(Self {
            slot: context.slot(DEFAULT_DESTINY).await?,
            context,
        })
    }
}

impl fmt::Debug for Fsm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.context.fmt(f)
    }
}

/// The dialogue's data, where it is in the state `S`; anything else is a mismatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current<S>(pub S);

impl<S: DialogueState> FromRequest for Current<S> {
    async fn from_request(request: &Request) -> Result<Self> {
        let fsm = Fsm::from_request(request).await?;
        fsm.data()
            .await?
            .map(Self)
            .ok_or(Error::Mismatch("dialogue in the state asked for"))
    }
}
