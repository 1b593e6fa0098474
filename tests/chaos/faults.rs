//! Brings the drawn faults about, one after the other, as the run goes on.

use std::{collections::BTreeMap, time::Duration};

use telegram_emulator::Fault as TelegramFault;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    fleet::Member, progress::Progress, schedule::Fault, stores::Stores, trap::Traps,
    workload::PATIENCE,
};

/// How long a trap waits for somebody.
const TRAP_PATIENCE: Duration = Duration::from_secs(6);

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
}

impl Faults<'_> {
    /// Brings them about. Dropping the future leaves some undone, perhaps a server down.
    pub(crate) async fn happen(&self, schedule: Vec<(usize, Fault)>) -> Happened {
        let mut done = self.progress.done();
        let before = *done.borrow();
        let mut happened = Happened::new();
        for (at, fault) in schedule {
            let due = done.wait_for(|done| *done >= before + at);
            if timeout(PATIENCE, due).await.is_err() {
                break;
            }
            self.nothing_is_fragile().await;
            let was_met = self.happens(fault).await;
            let missed = if was_met { "" } else { " (nobody came by)" };
            *happened.entry(fault.name() + missed).or_default() += 1;
        }
        happened
    }

    /// So many faults hit one update by chance would make it a dead letter, as they should.
    async fn nothing_is_fragile(&self) {
        let until = Instant::now() + FRAGILE_PATIENCE;
        while self.progress.is_fragile() && Instant::now() < until {
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Says whether it hit somebody.
    async fn happens(&self, fault: Fault) -> bool {
        let (stores, members) = (self.stores, self.members);
        match fault {
            Fault::Trap(point, action, skip) => {
                let sprung = self.traps.set(point, action, skip);
                let met = matches!(timeout(TRAP_PATIENCE, sprung).await, Ok(Ok(())));
                self.traps.remove();
                return met;
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
            Fault::Stop(process, time) => {
                members[process].process.signal("STOP");
                sleep(time).await;
                members[process].process.signal("CONT");
            }
            Fault::Poller => members[self.progress.poller()].process.kill(),
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
