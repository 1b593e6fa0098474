//! Some processes that share the seats of one bot, watched all the time.

use std::{
    collections::BTreeMap,
    env,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::jetstream::{self, kv};
use ostankino_seats::Seat;
use tokio::{
    runtime::Handle,
    sync::mpsc::UnboundedReceiver,
    task::JoinHandle,
    time::{interval, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::{Change, Seats, SeatsHandle, clock},
    DEADLINE,
    servers::until,
};
use crate::{
    Config,
    config::{DeliveryConfig, NatsConfig, TelegramConfig},
    nats::Nats,
};

/// The bot's number.
pub(crate) const BOT: i64 = 77;

pub(crate) const PARTITIONS: u16 = 8;

/// All seats: the partitions', and the poller's.
pub(crate) const ALL: usize = PARTITIONS as usize + 1;

/// Where they are, and who began what.
pub(crate) struct World {
    pub(crate) config: Config,
    watched: Arc<Mutex<Watched>>,
    watch: JoinHandle<()>,
}

/// A process that takes part.
pub(crate) struct Process {
    pub(crate) handle: SeatsHandle,
    told: Arc<Mutex<Told>>,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

/// What a process was told.
#[derive(Debug, Default)]
struct Told {
    changes: Vec<Change>,
    owned: BTreeMap<Seat, u64>,
    /// It does not say by itself that nothing is under way any more.
    is_busy: bool,
}

/// When which owner of a seat was seen to be allowed to begin: by the seat and its term.
#[derive(Default)]
struct Watched {
    handles: Vec<SeatsHandle>,
    spans: BTreeMap<(Seat, u64), (Duration, Duration)>,
}

impl World {
    /// On the server that all tests share.
    pub(crate) fn new() -> Self {
        let url = env::var("OSTANKINO__NATS__URLS");
        Self::on(&url.expect("the tests are run by `make test`"), 3_000)
    }

    pub(crate) fn on(url: &str, lease_ms: u64) -> Self {
        let config = Config {
            telegram: TelegramConfig {
                token: format!("{BOT}:AA").into(),
                ..TelegramConfig::default()
            },
            nats: NatsConfig {
                urls: url.into(),
                prefix: format!("seats_{:016x}", fastrand::u64(..)),
                ..NatsConfig::default()
            },
            delivery: DeliveryConfig {
                partitions: PARTITIONS,
                lease_ms,
                ..DeliveryConfig::default()
            },
            ..Config::default()
        };
        let watched = Arc::<Mutex<Watched>>::default();
        let watch = tokio::spawn(watch(watched.clone()));
        Self {
            config,
            watched,
            watch,
        }
    }

    /// Starts one more process.
    pub(crate) async fn join(&self) -> Process {
        self.join_on(&Handle::current()).await
    }

    /// Starts two processes, and waits until they share all seats.
    pub(crate) async fn join_two(&self) -> (Process, Process) {
        let (one, other) = (self.join().await, self.join().await);
        one.shares_with(&other, ALL).await;
        (one, other)
    }

    /// The same; and each has its half.
    pub(crate) async fn join_two_evenly(&self) -> (Process, Process) {
        let (one, other) = self.join_two().await;
        until("evenly", async || {
            one.begins().abs_diff(other.begins()) == 1
        })
        .await;
        (one, other)
    }

    /// Starts one more process, that stands still when that runtime does.
    pub(crate) async fn join_on(&self, runtime: &Handle) -> Process {
        let opening = runtime.spawn(open(self.config.clone()));
        let (seats, handle, mut changes) = opening.await.expect("it opens");
        let (told, stop) = (Arc::<Mutex<Told>>::default(), CancellationToken::new());
        lock(&self.watched).handles.push(handle.clone());
        let (listener, confirming) = (told.clone(), handle.clone());
        let listening = async move {
            while let Some(change) = changes.recv().await {
                let is_busy = lock(&listener).take(change);
                if let Change::Drain(seat) = change
                    && !is_busy
                {
                    confirming.drained(seat);
                }
            }
        };
        let (running, stopping) = (seats.run(stop.clone()), stop.clone());
        let running = runtime.spawn(async move {
            tokio::join!(running, listening);
            drop(stopping);
        });
        Process {
            handle,
            told,
            stop,
            running,
        }
    }

    /// The bucket, as somebody else sees it.
    pub(crate) async fn bucket(&self) -> kv::Store {
        let name = format!("{}_leases", self.config.nats.prefix);
        let bucket = self.jetstream().await.get_key_value(name).await;
        bucket.expect("it is there")
    }

    pub(crate) async fn jetstream(&self) -> jetstream::Context {
        let urls = self.config.nats.target().expect("a URL").servers;
        let client = async_nats::connect(&urls[..]).await;
        jetstream::new(client.expect("it answers"))
    }

    /// Fails if two processes were allowed to begin work of one seat at a time.
    pub(crate) fn check(&self) {
        let spans = &lock(&self.watched).spans;
        for (((one, term), (_, last)), ((other, next), (first, _))) in
            spans.iter().zip(spans.iter().skip(1))
        {
            assert!(
                one != other || last <= first,
                "{one:?}: the owner of term {term} began after that of term {next}"
            );
        }
        assert!(!spans.is_empty(), "nobody began anything");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl Process {
    /// It does not say by itself any more that nothing is under way.
    pub(crate) fn is_busy(&self) {
        lock(&self.told).is_busy = true;
    }

    /// What it was told so far.
    pub(crate) fn changes(&self) -> Vec<Change> {
        lock(&self.told).changes.clone()
    }

    /// The seats that it owns, with their terms.
    pub(crate) fn owned(&self) -> BTreeMap<Seat, u64> {
        lock(&self.told).owned.clone()
    }

    /// How many seats it owns of which it may begin something now.
    pub(crate) fn begins(&self) -> usize {
        let owned = self.owned();
        let mut seats: Vec<_> = owned.into_keys().collect();
        seats.retain(|seat| self.handle.may_begin(*seat));
        seats.len()
    }

    pub(crate) async fn begins_all_of(&self, count: usize) {
        let what = format!("it may begin {count} seats");
        until(&what, async || self.begins() == count).await;
    }

    /// Waits until the two may begin so many seats together.
    pub(crate) async fn shares_with(&self, other: &Self, count: usize) {
        until("all are shared", async || {
            self.begins() + other.begins() == count
        })
        .await;
    }

    /// Ends it in order.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("it ends");
    }

    /// Tells it to end in order.
    pub(crate) fn is_to_stop(&self) {
        self.stop.cancel();
    }

    /// Its connection breaks, and it is no more.
    pub(crate) async fn kill(self) {
        self.running.abort();
        let ended = self.running.await;
        assert!(ended.expect_err("it was killed").is_cancelled());
    }
}

impl Told {
    fn take(&mut self, change: Change) -> bool {
        self.changes.push(change);
        match change {
            Change::Own { seat, term, .. } => {
                let before = self.owned.insert(seat, term);
                assert_eq!(before, None, "it is told once");
            }
            Change::Drain(seat) | Change::Abandon(seat) => {
                self.owned.remove(&seat);
            }
        }
        self.is_busy
    }
}

async fn open(config: Config) -> (Seats, SeatsHandle, UnboundedReceiver<Change>) {
    let opening = async {
        loop {
            // A cluster takes a moment to choose its leaders, and is silent until then.
            let Ok(nats) = Nats::connect(&config.nats).await else {
                continue;
            };
            if let Ok(opened) = Seats::open(&nats, &config).await {
                return opened;
            }
        }
    };
    let opened = timeout(DEADLINE, opening).await;
    opened.expect("it is open in time")
}

/// Looks all the time who may begin.
async fn watch(watched: Arc<Mutex<Watched>>) {
    let mut ticks = interval(Duration::from_millis(1));
    loop {
        ticks.tick().await;
        let Watched { handles, spans } = &mut *lock(&watched);
        let seats = (0..PARTITIONS).map(Seat::Partition).chain([Seat::Poll]);
        for seat in seats {
            for handle in handles.iter() {
                let before = clock::now();
                let state = handle.0.lock();
                let Some(term) = state.process.term(seat) else {
                    continue;
                };
                if state.may_begin(seat) {
                    let span = spans.entry((seat, term)).or_insert((clock::now(), before));
                    span.1 = before;
                }
            }
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Those that came with a seat that was given back in order, of all that came.
pub(crate) fn released(changes: &[Change]) -> (usize, usize) {
    let taken = changes.iter().filter_map(|change| match change {
        Change::Own { was_released, .. } => Some(*was_released),
        Change::Drain(_) | Change::Abandon(_) => None,
    });
    let taken: Vec<_> = taken.collect();
    (taken.iter().filter(|is| **is).count(), taken.len())
}
