//! Brings the drawn faults about, one after the other, as the run goes on.

use std::{collections::BTreeMap, time::Duration};

use telegram_emulator::Fault as TelegramFault;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    diary::Diary,
    fleet::{LONG_SILENCE, Member},
    point::Point,
    progress::Progress,
    schedule::Fault,
    stores::Stores,
    trap::{Action, Traps},
    workload::{PATIENCE, WINDOW},
};

/// How long a trap waits for somebody.
const TRAP_PATIENCE: Duration = Duration::from_secs(5);

/// How long updates that came often may take to be done before the next fault happens all the same.
const FRAGILE_PATIENCE: Duration = Duration::from_secs(20);

/// What happened, by name and how often; what did not find anybody is there as missed.
pub(crate) type Happened = BTreeMap<String, u32>;

/// See the [module](self).
pub(crate) struct Faults<'a> {
    pub(crate) stores: &'a Stores,
    pub(crate) members: &'a [Member],
    pub(crate) traps: &'a Traps,
    pub(crate) progress: &'a Progress,
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
            let due = done.wait_for(|done| *done >= before + at);
            if timeout(PATIENCE, due).await.is_err() {
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
    async fn trap(&self, point: Point, action: Action, skip: u32, only: Option<usize>) -> bool {
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
        match fault {
            Fault::Trap(point, action, skip) => {
                let met = self.trap(point, action, skip, None).await;
                if met && action == Action::Freeze {
                    sleep(LONG_SILENCE).await;
                }
                return met;
            }
            Fault::Replay(first, second) => {
                if !self.trap(first, Action::Kill, 0, None).await {
                    return false;
                }
                let heir = timeout(TRAP_PATIENCE, self.progress.next_heir()).await;
                let Ok(heir) = heir else { return false };
                return self.trap(second, Action::Kill, 0, Some(heir)).await;
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
                members[process].process.kill();
            }
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
}
