//! Requests that come while one is under way share the next one. At rest each goes at once; under
//! load a statement serves hundreds. There are no timers and no task of its own.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as AsyncMutex, oneshot},
    time::timeout,
};

use crate::{Error, Result};

/// How long a request keeps the next one from being sent: a server that is silent on one connection
/// may answer on another.
const TURN: Duration = Duration::from_millis(500);

/// The most items of one request.
const MOST: usize = 512;

/// Collects items of one kind of request; whoever comes first sends those of all.
pub(crate) struct Coalescer<T, R> {
    waiting: Mutex<Vec<Waiting<T, R>>>,
    turn: AsyncMutex<()>,
    /// What is missing if a request has no result.
    service: &'static str,
}

type Answer<R> = Result<R, Arc<Error>>;
type Waiting<T, R> = (T, oneshot::Sender<Answer<R>>);

impl<T, R> Coalescer<T, R> {
    /// Requests to that server.
    pub(crate) fn new(service: &'static str) -> Self {
        Self {
            waiting: Mutex::default(),
            turn: AsyncMutex::default(),
            service,
        }
    }

    /// Has `send` answer an item, together with all others that wait: it gives an answer for each,
    /// in their order.
    ///
    /// # Errors
    ///
    /// That of the request that carried the item.
    pub(crate) async fn run<F>(&self, item: T, send: impl Fn(Vec<T>) -> F) -> Result<R>
    where
        F: Future<Output = Result<Vec<R>>>,
    {
        let (answer, mut answered) = oneshot::channel();
        self.lock().push((item, answer));
        loop {
            let turn = tokio::select! {
                biased;
                answer = &mut answered => return self.unpack(answer),
                turn = self.turn.lock() => turn,
            };
            let batch = self.take();
            if batch.is_empty() {
                // Somebody took this item along, and is not ready yet.
                drop(turn);
                return self.unpack(answered.await);
            }
            let (items, answers): (Vec<T>, Vec<_>) = batch.into_iter().unzip();
            // On the heap: all others only wait.
            let mut sending = Box::pin(send(items));
            let sent = match timeout(TURN, &mut sending).await {
                Ok(sent) => sent,
                Err(_) => {
                    drop(turn);
                    sending.await
                }
            };
            distribute(sent, answers);
        }
    }

    fn take(&self) -> Vec<Waiting<T, R>> {
        let mut waiting = self.lock();
        let taken = waiting.len().min(MOST);
        let rest = waiting.split_off(taken);
        std::mem::replace(&mut *waiting, rest)
    }

    fn unpack(&self, answer: Result<Answer<R>, oneshot::error::RecvError>) -> Result<R> {
        let cut_short = |_| Error::unavailable(self.service, "the request was cut short");
        answer.map_err(cut_short)?.map_err(share)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting<T, R>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who was cut short meanwhile does not wait any more.
fn distribute<R>(sent: Result<Vec<R>>, answers: Vec<oneshot::Sender<Answer<R>>>) {
    match sent {
        Ok(results) => {
            for (result, answer) in results.into_iter().zip(answers) {
                let _ = answer.send(Ok(result));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for answer in answers {
                let _ = answer.send(Err(error.clone()));
            }
        }
    }
}

/// One error for many: each is told of the same cause.
fn share(error: Arc<Error>) -> Error {
    let shared = Shared(error);
    match &*shared.0 {
        &Error::Unavailable { service, .. } => Error::unavailable(service, shared),
        _ => Error::context("a request that was shared with others failed", shared),
    }
}

/// One error of several who waited for the same.
#[derive(Clone, Debug)]
pub(crate) struct Shared(pub(crate) Arc<Error>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl<T, R> fmt::Debug for Coalescer<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coalescer")
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn what_comes_while_one_is_under_way_is_the_next() {
        let (coalescer, gate) = (Coalescer::new("x"), Semaphore::new(0));
        let sizes = Mutex::new(Vec::new());
        let send = |items: Vec<usize>| async {
            sizes.lock().expect("not poisoned").push(items.len());
            gate.acquire().await.expect("open").forget();
            Ok(items.into_iter().map(|item| item * 2).collect())
        };
        let first = coalescer.run(0, send);
        let others = join_all((1..=MOST + 7).map(|item| coalescer.run(item, send)));
        let opening = async { gate.add_permits(3) };
        let (first, others, ()) = tokio::join!(first, others, opening);
        assert_eq!(first.expect("answered"), 0);
        for (item, answer) in (1..).zip(others) {
            assert_eq!(answer.expect("answered"), 2 * item);
        }
        assert_eq!(*sizes.lock().expect("not poisoned"), [1, MOST, 7]);
    }

    #[tokio::test]
    async fn an_error_is_told_to_all_who_share_the_request() {
        let coalescer: Coalescer<u8, u8> = Coalescer::new("NATS");
        let send = |_| async { Err(Error::unavailable("NATS", "no answer")) };
        for answer in join_all((0..3).map(|item| coalescer.run(item, send))).await {
            let error = answer.expect_err("it failed");
            assert!(error.is_unavailable() && error.chain().contains("no answer"));
        }
    }

    #[tokio::test]
    async fn whoever_is_dropped_half_way_holds_up_nobody() {
        let coalescer = Coalescer::new("NATS");
        let hangs = |_: Vec<u8>| std::future::pending::<Result<Vec<u8>>>();
        {
            let mut dropped = pin!(coalescer.run(1, hangs));
            assert!(futures_util::poll!(&mut dropped).is_pending());
        }
        let answer = coalescer.run(2, |items| async { Ok(items) }).await;
        assert_eq!(answer.expect("answered"), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_without_an_answer_does_not_keep_the_next_one_waiting() {
        let coalescer = Coalescer::new("NATS");
        let send = |items: Vec<u8>| async {
            if items == [1] {
                std::future::pending::<()>().await;
            }
            Ok(items)
        };
        let mut hangs = pin!(coalescer.run(1, send));
        assert!(futures_util::poll!(&mut hangs).is_pending());
        let answered = tokio::select! {
            answer = coalescer.run(2, send) => answer,
            _ = hangs => panic!("it has no answer"),
        };
        assert_eq!(answered.expect("answered"), 2);
    }
}
