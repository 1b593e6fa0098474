//! Whether a process is alive: it answers questions under a subject of its own. If it lost its
//! connection, the server says at once that nobody could answer.

use std::time::Duration;

use async_nats::{Message, Request, RequestErrorKind, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;
use ostankino_seats::{Answer, Instance};

use crate::{Result, nats::Nats};

/// Asks and answers.
#[derive(Clone, Debug)]
pub(super) struct Questions {
    nats: Nats,
    prefix: String,
    /// How long to wait for an answer.
    patience: Duration,
}

impl Questions {
    pub(super) fn new(nats: &Nats, prefix: &str, patience: Duration) -> Self {
        Self {
            nats: nats.clone(),
            prefix: prefix.to_owned(),
            patience,
        }
    }

    /// Takes the questions to that instance from now on.
    pub(super) async fn listen(&self, instance: Instance) -> Result<Subscriber> {
        let subscribing = self.nats.client().subscribe(self.subject(instance));
        self.nats.within(subscribing).await
    }

    pub(super) async fn ask(self, member: Instance) -> Answer {
        let request = Request::new().timeout(Some(self.patience));
        let client = self.nats.client();
        match client.send_request(self.subject(member), request).await {
            Ok(_) => Answer::Alive,
            Err(error) if error.kind() == RequestErrorKind::NoResponders => Answer::NoResponders,
            Err(_) => Answer::Silence,
        }
    }

    /// Answers, or not: who asked asks again.
    pub(super) async fn answer(self, question: Message) {
        if let Some(reply) = question.reply {
            let answering = self.nats.client().publish(reply, Bytes::new());
            let _ = self.nats.within(answering).await;
        }
    }

    fn subject(&self, instance: Instance) -> String {
        format!("{}.alive.{instance}", self.prefix)
    }
}

/// The next question; never, where none are taken.
pub(super) async fn next(questions: Option<&mut Subscriber>) -> Message {
    let question = match questions {
        Some(questions) => questions.next().await,
        None => None,
    };
    match question {
        Some(question) => question,
        None => std::future::pending().await,
    }
}
