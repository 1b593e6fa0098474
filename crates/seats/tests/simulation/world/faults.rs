//! What befalls hosts.

use std::time::Duration;

use super::World;
use crate::{host::millis, network::Event};

impl World {
    pub(crate) fn kill(&mut self, host: usize) {
        self.hosts[host].killed = Some(self.now);
    }

    pub(crate) fn stop(&mut self, host: usize) {
        self.hosts[host].process.stop();
        self.hosts[host].is_stopping = true;
        self.arm(host);
    }

    pub(crate) fn freeze(&mut self, host: usize, length: Duration) {
        self.hosts[host].frozen_until = self.now + millis(length);
    }

    pub(crate) fn set_well(&mut self, host: usize, is_well: bool) {
        let now = self.clock(host);
        self.hosts[host].process.found_servers(is_well, now);
    }

    /// The server knows at once, the client a little later.
    pub(crate) fn cut(&mut self, host: usize, length: Duration) {
        let until = self.now + millis(length);
        self.hosts[host].cut_until = until;
        let noticed = self.now + self.rng.u64(0..250).min(millis(length));
        self.agenda.add(noticed, host, Event::NoticesCut);
        let slow = self.rng.u64(0..400);
        self.agenda.add(until + slow, host, Event::Heals);
        self.hosts[host].cut_until = until + slow;
    }

    pub(crate) fn cut_everybody(&mut self, length: Duration) {
        for host in self.living() {
            self.cut(host, length);
        }
    }

    pub(crate) fn wipe(&mut self) {
        self.store.wipe();
    }

    pub(crate) fn isolate(&mut self, host: usize, length: Duration) {
        self.hosts[host].minority_until = self.now + millis(length);
    }

    pub(crate) fn hide(&mut self, host: usize, length: Duration) {
        self.hosts[host].unseen_until = self.now + millis(length);
    }
}
