//! Brings the drawn faults about, one after the other, as the run goes on.

use std::{collections::BTreeMap, time::Duration};

use telegram_emulator::Fault as TelegramFault;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    diary::Diary,
    fleet::{LONG_SILENCE, Member, Server},
    point::Point,
    progress::Progress,
    referee::{Referee, Seat},
    scene::{Play, Stage},
    schedule::Fault,
    stores::Stores,
    trap::{Action, Only, Traps},
    workload::{PATIENCE, WINDOW},
};

/// How long a trap waits for somebody.
const TRAP_PATIENCE: Duration = Duration::from_secs(5);

/// How long updates that came often may take to be done before the next fault happens all the same.
const FRAGILE_PATIENCE: Duration = Duration::from_secs(20);

/// How long a fault that is over by itself can be felt.
const FELT: Duration = Duration::from_secs(4);

/// Longer than every time-out of the processes, and than they need to call themselves unwell.
const ABYSS: Duration = Duration::from_secs(9);

/// How long after they were sent updates are in the hands of their owner, who sleeps over the first.
const STOLEN_AFTER: Duration = Duration::from_millis(300);

/// How long Telegram may take to answer a poll.
const ANSWERED: Duration = Duration::from_millis(50);

/// Longer than people wait, and than everything that expires.
const MINUTE: Duration = Duration::from_secs(60);

/// What happened, by name and how often; what did not find anybody is there as missed.
pub(crate) type Happened = BTreeMap<String, u32>;

/// See the [module](self).
pub(crate) struct Faults<'a> {
    pub(crate) stores: &'a Stores,
    pub(crate) members: &'a [Member],
    pub(crate) traps: &'a Traps,
    pub(crate) progress: &'a Progress,
    pub(crate) referee: &'a Referee,
    pub(crate) stage: Stage,
    pub(crate) diary: &'a Diary,
}

impl Faults<'_> {
    /// Brings them about. Dropping the future leaves some undone, perhaps a server down.
    pub(crate) async fn happen(&self, schedule: Vec<(usize, Fault)>) -> Happened {
        let mut done = self.progress.done();
        let before = *done.borrow();
        let mut happened = Happened::new();
        for (at, fault) in schedule {
            self.progress.allow(at + 2 * WINDOW);
            let is_due = tokio::select! {
                due = done.wait_for(|done| *done >= before + at) => due.is_ok(),
                () = self.progress.stalls(PATIENCE) => false,
            };
            if !is_due {
                break;
            }
            self.nothing_is_fragile().await;
            self.diary.note(&format!("{fault:?}"));
            let was_met = self.happens(fault).await;
            let missed = if was_met { "" } else { " (nobody came by)" };
            *happened.entry(fault.name() + missed).or_default() += 1;
            self.diary.note(&format!("over{missed}"));
        }
        self.progress.allow(usize::MAX);
        happened
    }

    /// So many faults hit one update by chance would make it a dead letter, as they should.
    async fn nothing_is_fragile(&self) {
        let until = Instant::now() + FRAGILE_PATIENCE;
        while self.progress.is_fragile() && Instant::now() < until {
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for somebody; says whether somebody came.
    async fn trap(&self, point: Point, action: Action, skip: u32, only: Only) -> bool {
        let sprung = self.traps.set(point, action, skip, only);
        let met = timeout(TRAP_PATIENCE, sprung).await;
        self.traps.remove();
        let Ok(Ok(process)) = met else { return false };
        self.diary
            .note(&format!("process {process} came by {}", point.name()));
        true
    }

    /// Says whether it hit somebody.
    async fn happens(&self, fault: Fault) -> bool {
        let (stores, members) = (self.stores, self.members);
        if let Some(time) = lasts(fault) {
            self.referee.happens(time);
            let befallen = |process: &usize| befalls(fault, *process);
            let befallen = (0..members.len()).filter(befallen);
            befallen.for_each(|process| self.referee.befalls(process, time));
        }
        match fault {
            Fault::Trap(point, action, skip) => {
                let met = self.trap(point, action, skip, Only::Anybody).await;
                if met && action == Action::Freeze {
                    sleep(LONG_SILENCE).await;
                }
                return met;
            }
            Fault::Replay(first, second) => {
                if !self.trap(first, Action::Kill, 0, Only::Anybody).await {
                    return false;
                }
                let heir = timeout(TRAP_PATIENCE, self.progress.next_heir()).await;
                let Ok(heir) = heir else { return false };
                let only = Only::Process(heir);
                return self.trap(second, Action::Kill, 0, only).await;
            }
            Fault::Telegram(down) => {
                stores.tg.stop().await;
                sleep(down).await;
                stores.tg.restart().await;
            }
            Fault::Nats(down) => {
                let mut nats = stores.nats.lock().await;
                nats.kill().await;
                sleep(down).await;
                nats.restart().await;
            }
            Fault::Postgres(down) => {
                let mut postgres = stores.postgres.lock().await;
                postgres.kill().await;
                sleep(down).await;
                postgres.restart().await;
            }
            Fault::Cut(process, server) => members[process].proxy(server).cut(),
            Fault::Hold(process, server, time) => {
                let proxy = members[process].proxy(server);
                proxy.hold(true);
                sleep(time).await;
                proxy.hold(false);
            }
            Fault::Stop(process) => members[process].process.freeze().await,
            Fault::Poller => {
                let process = self.progress.poller();
                self.diary.note(&format!("process {process} polls"));
                self.referee.befalls(process, FELT);
                members[process].process.kill();
            }
            Fault::Held => return self.kill_while_held().await,
            Fault::Stolen => return self.steal().await,
            Fault::Abyss(process) => {
                let proxy = members[process].proxy(Server::Postgres);
                proxy.hold(true);
                sleep(ABYSS).await;
                proxy.hold(false);
            }
            Fault::Flapping(process) => {
                let proxy = members[process].proxy(Server::Postgres);
                for _ in 0..8 {
                    proxy.hold(true);
                    sleep(Duration::from_millis(700)).await;
                    proxy.hold(false);
                    sleep(Duration::from_millis(300)).await;
                }
            }
            Fault::Minute(process) => {
                let process = members[process].process.clone();
                process.signal("STOP");
                tokio::spawn(async move {
                    sleep(MINUTE).await;
                    process.signal("CONT");
                });
            }
            Fault::Flood(many) => return self.stage.play(Play::Flood(many)).await.is_some(),
            Fault::Everybody => members.iter().for_each(|member| member.process.kill()),
            Fault::FloodWait => {
                let fault = TelegramFault::on("sendMessage").retry_after(1);
                stores.tg.fault(fault.times(2));
            }
            Fault::BadGateway => {
                stores.tg.fault(TelegramFault::on("*").status(502).times(3));
            }
            Fault::Reset { takes_effect } => {
                let fault = TelegramFault::on("sendMessage").reset().times(2);
                let late = fault.clone().takes_effect();
                stores.tg.fault(if takes_effect { late } else { fault });
            }
        }
        true
    }

    /// Kills the owner of a batch in which one is slow, once another was refused and went a step.
    async fn kill_while_held(&self) -> bool {
        let hold = |holds| {
            let telegrams = self.members.iter().map(|it| it.proxy(Server::Telegram));
            telegrams.for_each(|telegram| telegram.hold(holds));
        };
        // The answer that is under way is kept back, so that all of the scene is in the next one.
        hold(true);
        self.stage.play(Play::Flood(1)).await;
        sleep(ANSWERED).await;
        let played = self.stage.play(Play::Held).await;
        hold(false);
        let Some(played) = played else { return false };
        let only = Only::Update(played.update);
        self.trap(Point::AfterSend, Action::Kill, 0, only).await
    }

    /// Stops the owner of updates that wait behind a slow one.
    async fn steal(&self) -> bool {
        let Some(played) = self.stage.play(Play::Queued).await else {
            return false;
        };
        sleep(STOLEN_AFTER).await;
        let seat = Seat::Partition(played.partition);
        let Some(owner) = self.referee.holder(seat) else {
            return false;
        };
        self.diary.note(&format!("process {owner} stands still"));
        self.referee.befalls(owner, LONG_SILENCE);
        self.members[owner].process.freeze().await;
        true
    }
}

/// Whether a fault touches the seats of that process. Who steps into a trap is seen there.
fn befalls(fault: Fault, process: usize) -> bool {
    match fault {
        Fault::Nats(_) | Fault::Everybody => true,
        Fault::Cut(only, _)
        | Fault::Hold(only, ..)
        | Fault::Stop(only)
        | Fault::Abyss(only)
        | Fault::Flapping(only)
        | Fault::Minute(only) => only == process,
        _ => false,
    }
}

/// How long anybody may feel a fault; `None`: nobody feels it.
fn lasts(fault: Fault) -> Option<Duration> {
    match fault {
        Fault::Flood(_) => None,
        Fault::Minute(_) => Some(MINUTE + FELT),
        Fault::Abyss(_) | Fault::Flapping(_) => Some(ABYSS + FELT),
        Fault::Nats(down) | Fault::Postgres(down) | Fault::Telegram(down) => Some(down + FELT),
        Fault::Hold(_, _, time) => Some(time + FELT),
        _ => Some(LONG_SILENCE + FELT),
    }
}
