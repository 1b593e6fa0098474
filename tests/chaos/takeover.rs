//! How long people wait when a process ends, comes back or joins, by the settings that a service has
//! unless it is told otherwise: figures, no test.

use std::{
    env, fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use telegram_emulator::{Emulator, Person};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    ledger::Kind,
    process::Process,
    scene::partition_of_user,
    stores::Stores,
    support::{DEADLINE, PREFIX, servers::until},
};

/// That of the service.
const PARTITIONS: u16 = 16;

/// So long nothing moves once everybody has what it should.
const CALM: Duration = Duration::from_secs(3);

/// Between two updates of those who talk all the time.
const PACE: Duration = Duration::from_millis(10);

/// What befalls the processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Kill,
    Term,
    Alone,
    Join,
}

struct Rig {
    stores: Stores,
    logs: PathBuf,
    processes: Vec<(Arc<Process>, JoinHandle<i32>)>,
    started: usize,
    /// One of each partition.
    probes: Vec<Person>,
}

/// Measures each so often, and prints a table. True: there is nothing to fail.
pub(crate) fn measure(runs: usize) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        println!("chaos: {runs} of each, in ms   median   least    most");
        for event in [Event::Kill, Event::Term, Event::Join, Event::Alone] {
            let mut times = Vec::new();
            let mut rig = Rig::start(if event == Event::Alone { 1 } else { 3 }).await;
            for run in 0..runs {
                times.push(rig.measure(event, run).await);
            }
            let answers = rig.answers();
            times.sort_unstable();
            let [median, least, most] =
                [times[times.len() / 2], times[0], times[times.len() - 1]].map(|it| it.as_millis());
            println!(
                "  {:<28}{median:>9}{least:>8}{most:>8}   {answers}",
                event.name()
            );
            rig.end().await;
        }
    });
    true
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Kill => "one of three is killed",
            Self::Term => "one of three is stopped",
            Self::Alone => "one alone, killed and started",
            Self::Join => "a fourth joins",
        }
    }
}

impl Rig {
    async fn start(processes: usize) -> Self {
        let stores = Stores::start().await;
        let name = format!("ostankino-takeover-{:08x}", fastrand::u32(..));
        let logs = env::temp_dir().join(name);
        fs::create_dir(&logs).expect("a new folder");
        let probes = (0..PARTITIONS).map(|partition| {
            let mut ids =
                (6_000_000_000_i64..).filter(|id| partition_of_user(*id, PARTITIONS) == partition);
            let person = stores.tg.person(&format!("Probe {partition}"));
            person.with_id(ids.next().expect("one")).who_has_started()
        });
        let probes = probes.collect();
        let mut rig = Self {
            stores,
            logs,
            processes: Vec::new(),
            started: 0,
            probes,
        };
        for _ in 0..processes {
            rig.join();
            let (newest, _) = rig.processes.last().expect("just started");
            let newest = newest.clone();
            until("it runs", async || newest.is_running()).await;
        }
        sleep(CALM).await;
        rig
    }

    /// Starts one more process.
    fn join(&mut self) {
        let tg: &Emulator = &self.stores.tg;
        let variables = [
            ("TELEGRAM__TOKEN", tg.token().to_owned()),
            ("TELEGRAM__API_URL", tg.url()),
            ("DATABASE__URL", self.stores.postgres_url.clone()),
            ("DATABASE__POOL_SIZE", "4".to_owned()),
            ("NATS__URLS", self.stores.nats_url.clone()),
            ("NATS__PREFIX", PREFIX.to_owned()),
            ("NATS__STREAM_MAX_MB", "64".to_owned()),
            ("DELIVERY__PARTITIONS", PARTITIONS.to_string()),
            ("TELEMETRY__FORMAT", "json".to_owned()),
        ];
        let environment = variables.map(|(name, value)| (format!("OSTANKINO__{name}"), value));
        let process = Process::new(self.started, self.logs.clone());
        self.started += 1;
        let running = process.clone().keep_running(environment.into());
        self.processes.push((process, tokio::spawn(running)));
    }

    /// How long it takes until somebody of each partition is answered; of who joins, until it has its share.
    async fn measure(&mut self, event: Event, run: usize) -> Duration {
        let talking = self.talk();
        sleep(Duration::from_millis(500)).await;
        let begun = Instant::now();
        match event {
            Event::Kill | Event::Term => {
                let signal = if event == Event::Kill { "KILL" } else { "TERM" };
                let (victim, ended) = self.processes.remove(run % self.processes.len());
                victim.end(signal);
                self.all_are_answered().await;
                let taken = begun.elapsed();
                let _ = timeout(DEADLINE, ended).await;
                self.join();
                self.newest_has_its_share().await;
                talking.abort();
                sleep(CALM).await;
                taken
            }
            Event::Alone => {
                let (victim, ended) = self.processes.remove(0);
                victim.end("KILL");
                let _ = ended.await;
                let started = Instant::now();
                self.join();
                self.all_are_answered().await;
                talking.abort();
                let taken = started.elapsed();
                sleep(CALM).await;
                taken
            }
            Event::Join => {
                self.join();
                self.newest_has_its_share().await;
                let taken = begun.elapsed();
                let (fourth, ended) = self.processes.pop().expect("it joined");
                fourth.end("TERM");
                let _ = timeout(DEADLINE, ended).await;
                talking.abort();
                sleep(CALM).await;
                taken
            }
        }
    }

    /// Somebody talks all the time.
    fn talk(&self) -> JoinHandle<()> {
        let people: Vec<_> = (0..64)
            .map(|n| {
                self.stores
                    .tg
                    .person(&format!("Talker {n}"))
                    .who_has_started()
            })
            .collect();
        tokio::spawn(async move {
            for number in 0_usize.. {
                people[number % people.len()].says(&format!("/{} {number}", Kind::Say.name()));
                sleep(PACE).await;
            }
        })
    }

    async fn all_are_answered(&self) {
        let before: Vec<_> = self.probes.iter().map(|it| it.messages().len()).collect();
        for probe in &self.probes {
            probe.says(&format!("/{} probe", Kind::Say.name()));
        }
        let is_answered = |_: &Emulator| {
            let mut probes = self.probes.iter().zip(&before);
            probes.all(|(probe, before)| probe.messages().len() > *before)
        };
        assert!(
            self.stores.tg.holds_within(DEADLINE, is_answered).await,
            "somebody of each partition is answered"
        );
    }

    async fn newest_has_its_share(&self) {
        let (newest, _) = self.processes.last().expect("there is one");
        let share = usize::from(PARTITIONS) / self.processes.len();
        until("it has its share", async || newest.owned() >= share).await;
    }

    /// How many answers the probes got for how many questions.
    fn answers(&self) -> String {
        let answers: usize = self.probes.iter().map(|it| it.messages().len()).sum();
        let mut once: Vec<_> = self.probes.iter().flat_map(Person::messages).collect();
        once.sort_unstable_by(|one, other| one.text.cmp(&other.text));
        once.dedup_by(|one, other| one.text == other.text);
        format!("({answers} answers to {} updates)", once.len())
    }

    async fn end(self) {
        for (process, _) in &self.processes {
            process.end("TERM");
        }
        for (_, ended) in self.processes {
            let _ = timeout(DEADLINE, ended).await;
        }
        let _ = fs::remove_dir_all(&self.logs);
    }
}
