//! Ends jobs before they are done: a user stops the message in the making, an operator cancels it. And what is said of
//! jobs that came to nothing where a bot says nothing itself.

use async_nats::Subscriber;
use ostankino_core::{
    Html, Reply, Router, Update, apology,
    filter::stopped_message_generation,
    internal::event_named,
    job::{Ended, JobSpec, Why},
};
use serde::Deserialize;
use serde_json::Value;

use super::table::JobStore;
use crate::{Result, nats::Nats, telegram::GenerationStopped};

/// The word from process to process that a job is to end.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    nats: Nats,
    subject: String,
}

impl Words {
    pub(crate) fn new(nats: &Nats, subject: String) -> Self {
        Self {
            nats: nats.clone(),
            subject,
        }
    }

    /// Takes the words from now on.
    pub(super) async fn listen(&self) -> Result<Subscriber> {
        let subscribing = self.nats.client().subscribe(self.subject.clone());
        self.nats.within(subscribing).await
    }

    /// Tells whoever runs it.
    pub(crate) async fn cancel(&self, seq: i64) -> Result<()> {
        let word = seq.to_string().into();
        let sending = self.nats.client().publish(self.subject.clone(), word);
        self.nats.within(sending).await
    }
}

/// The routes that a bot with jobs has besides its own: a user stops a message in the making, and a job of which nobody
/// tells comes to nothing.
pub(crate) fn routes(router: Router, specs: &[JobSpec], store: &JobStore, words: &Words) -> Router {
    let (store, words) = (store.clone(), words.clone());
    let stop = move |stopped: GenerationStopped| {
        let (store, words) = (store.clone(), words.clone());
        async move {
            if let Some(seq) = store
                .cancel_draft(stopped.chat.id, stopped.draft_id)
                .await?
            {
                words.cancel(seq).await?;
            }
            Ok::<_, crate::Error>(())
        }
    };
    let has_own = router
        .update_kinds()
        .contains(&crate::UpdateKind::StoppedMessageGeneration);
    let router = match specs.is_empty() || has_own {
        true => router,
        false => router.on(stopped_message_generation(), stop),
    };
    specs.iter().fold(router, |router, spec| {
        let Ended { event, .. } = spec.failed(&Value::Null, &Why::Failed);
        match router.takes_event(&event) {
            true => router,
            false => router.on(event_named(event), sorry),
        }
    })
}

/// What the user hears of a job that came to nothing.
async fn sorry(update: Update) -> Result<Reply> {
    #[derive(Deserialize)]
    struct Payload {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        why: Why,
    }
    let Payload { data } = update.payload()?;
    Ok(match data.why {
        Why::Cancelled => Reply::none(),
        Why::Refused(words) => apology::tell(&update, Html::raw(words)),
        _ => apology::tell(&update, apology::APOLOGY),
    })
}
