//! What the limits of one process say to the others, and hear: pauses by NATS, calls by Redis.

use std::{pin::pin, sync::Arc, time::Duration};

use async_nats::Subscriber;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::mpsc,
    time::{Instant, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{Inner, held::Held, share::Share};
use crate::{config::Pace, nats::Nats};

/// How often the log is told by what this process goes.
const TELLING: Duration = Duration::from_millis(250);

/// How often interactive calls are counted, and others told of them: long before as many as are left to those that come at once
/// have come.
const COUNTING: Duration = Duration::from_millis(50);

/// The same where nothing came for a while, in a process of many bots.
const RESTING: Duration = Duration::from_millis(500);

/// After so many looks in vain.
const VAIN: u32 = 20;

/// The longest pause that is believed.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to be told.
#[derive(Debug)]
pub(super) enum Told {
    /// By NATS: a chat, or the bot, is to be left alone.
    Pause(Option<i64>, Duration),
    /// By Redis, once it takes long: the call of that name is under way.
    Begun(u64, Option<i64>),
    /// By Redis: it was answered.
    Answered(u64, Option<i64>),
}

/// A pause, as processes tell it each other.
#[derive(Debug, Serialize, Deserialize)]
struct Pause {
    /// The bot, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chat: Option<i64>,
    ms: u64,
}

/// By what a process goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By what all send, as Redis has it.
    Redis,
    /// By its share.
    Share(Share),
}

/// Tells other processes what this one learns, and hears from them.
pub(crate) struct LimitsDriver {
    pub(super) inner: Arc<Inner>,
    pub(super) told: mpsc::UnboundedReceiver<Told>,
    pub(super) held: Held,
    pub(super) subject: String,
}

impl LimitsDriver {
    /// Runs until `stop`, then tells what is left to tell.
    pub(crate) async fn run(mut self, nats: Nats, pace: Pace, stop: CancellationToken) {
        let mut heard = self.listen(&nats).await;
        let mut ticks = interval(TELLING);
        let resting = pace.of(COUNTING).min(RESTING);
        let (mut counting, mut in_vain) = (Instant::now(), 0_u32);
        let mut talk = 0;
        let mut way = Way::Share(Share::WHOLE);
        let mut stopped = pin!(stop.cancelled());
        loop {
            tokio::select! {
                biased;
                Some(told) = self.told.recv() => self.tell(told, &nats).await,
                () = &mut stopped => break,
                pause = next(&mut heard) => self.hear(&pause),
                () = sleep_until(counting) => {
                    let is_new = self.tell_of_talk(&mut talk).await;
                    in_vain = if is_new { 0 } else { in_vain.saturating_add(1) };
                    counting = Instant::now() + if in_vain > VAIN { resting } else { COUNTING };
                }
                _ = ticks.tick() => {
                    if heard.is_none() {
                        heard = self.listen(&nats).await;
                    }
                    if let Some(common) = &self.inner.common {
                        self.held.tell(common).await;
                    }
                    self.report(&mut way);
                }
            }
        }
    }

    /// The client subscribes again by itself after a loss.
    async fn listen(&self, nats: &Nats) -> Option<Subscriber> {
        let subscribing = nats.client().subscribe(self.subject.clone());
        nats.within(subscribing).await.ok()
    }

    async fn tell(&mut self, told: Told, nats: &Nats) {
        match told {
            // One that is sent late would be told as one that begins then.
            Told::Pause(chat, wait) if nats.is_connected() => {
                let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                let pause = serde_json::to_vec(&Pause { chat, ms }).expect("it is JSON");
                let telling = nats.client().publish(self.subject.clone(), pause.into());
                // Who does not hear of it learns it from Telegram.
                let _ = nats.within(telling).await;
            }
            Told::Pause(..) => {}
            Told::Begun(name, chat) => self.held.begin(name, chat),
            Told::Answered(name, chat) => {
                self.held.end(name);
                if let Some(common) = &self.inner.common {
                    common.answered(name, chat).await;
                }
            }
        }
    }

    fn hear(&self, pause: &[u8]) {
        let Ok(Pause { chat, ms }) = serde_json::from_slice(pause) else {
            return;
        };
        let wait = Duration::from_millis(ms).min(LONGEST);
        self.inner.pauses.add(chat, wait);
        tracing::debug!(
            event = "pause_heard",
            chat,
            ms,
            "another process was refused"
        );
    }

    /// Says whether there is anything new.
    async fn tell_of_talk(&self, told: &mut u64) -> bool {
        let total = self.inner.talk.total();
        self.inner.local(|local, now| local.note_talk(total, now));
        let new = total - *told;
        *told = total;
        if let Some(common) = &self.inner.common
            && new > 0
        {
            common.talk(new).await;
        }
        new > 0
    }

    fn report(&self, told: &mut Way) {
        let common = self.inner.common.as_ref();
        let way = match common.is_some_and(super::Common::is_there) {
            true => Way::Redis,
            false => Way::Share((self.inner.share)()),
        };
        if std::mem::replace(told, way) == way {
            return;
        }
        match way {
            Way::Redis => tracing::info!(
                event = "limits_shared",
                "outbound limits are shared by Redis"
            ),
            Way::Share(Share { of, .. }) => tracing::info!(
                event = "limits_by_share",
                containers = of,
                "of the outbound limits this container takes its share"
            ),
        }
    }
}

async fn next(heard: &mut Option<Subscriber>) -> bytes::Bytes {
    let Some(heard) = heard else {
        return std::future::pending().await;
    };
    match heard.next().await {
        Some(message) => message.payload,
        None => std::future::pending().await,
    }
}
