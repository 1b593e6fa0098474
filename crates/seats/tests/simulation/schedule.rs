//! What befalls the processes, and when.

use std::time::Duration;

use fastrand::Rng;
use ostankino_seats::Timing;

use crate::world::World;

/// What befalls a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Kill,
    Stop,
    Join,
    /// It stands still, its connection is kept.
    Freeze,
    /// It loses its connection.
    Cut,
    /// It loses its connection while it stands still.
    FrozenCut,
    /// Everybody loses the connection: the store restarts.
    Restart,
    /// A server that it needs goes away, or comes back.
    Health,
    /// Its server of the store is in the minority.
    Minority,
    /// It reads and writes, but nobody sees it.
    Unseen,
    /// The store forgets everything, and no connection breaks.
    Wipe,
}

impl Fault {
    pub(crate) const ON_ONE_SERVER: [Self; 8] = [
        Self::Kill,
        Self::Stop,
        Self::Join,
        Self::Freeze,
        Self::Cut,
        Self::FrozenCut,
        Self::Restart,
        Self::Health,
    ];

    /// Nobody joins: a newcomer cannot know that there was something.
    pub(crate) const THAT_LOSES_THE_STORE: [Self; 6] = [
        Self::Kill,
        Self::Freeze,
        Self::Cut,
        Self::Restart,
        Self::Health,
        Self::Wipe,
    ];

    pub(crate) const ON_A_CLUSTER: [Self; 10] = [
        Self::Kill,
        Self::Stop,
        Self::Join,
        Self::Freeze,
        Self::Cut,
        Self::FrozenCut,
        Self::Restart,
        Self::Health,
        Self::Minority,
        Self::Unseen,
    ];
}

/// Faults with the time to wait before each.
pub(crate) struct Schedule {
    seed: u64,
    hosts: usize,
    faults: Vec<(Duration, Fault)>,
}

impl Schedule {
    /// One fault, when everything has settled.
    pub(crate) fn single(seed: u64, fault: Fault) -> Self {
        let mut rng = Rng::with_seed(seed);
        let after = Duration::from_millis(rng.u64(10_000..12_000));
        Self {
            seed,
            hosts: 3,
            faults: vec![(after, fault)],
        }
    }

    /// Many faults, some of them at once.
    pub(crate) fn random(seed: u64, kinds: &[Fault]) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x5eed);
        let hosts = rng.usize(2..8);
        let fault = |rng: &mut Rng| {
            let wait = match rng.u8(0..4) {
                0 => rng.u64(0..600),
                1 => rng.u64(0..3_000),
                _ => rng.u64(0..12_000),
            };
            let fault = *rng.choice(kinds.iter()).expect("some kinds");
            (Duration::from_millis(wait), fault)
        };
        let faults = (0..rng.usize(4..14)).map(|_| fault(&mut rng)).collect();
        Self {
            seed,
            hosts,
            faults,
        }
    }

    /// Runs it, and what follows until all has settled; gives the longest time that a seat was
    /// without an owner after the first fault. Fails where a promise is broken.
    pub(crate) fn run(self, timing: Timing) -> Duration {
        let mut rng = Rng::with_seed(self.seed ^ 0xfa17);
        let mut world = World::new(self.seed, timing, self.hosts);
        let first = self
            .faults
            .first()
            .map_or(Duration::ZERO, |(wait, _)| *wait);
        world.run_for(first.max(Duration::from_secs(5)));
        world.longest_gap = 0;
        world.is_calm = self.faults.len() == 1;
        for (n, (wait, fault)) in self.faults.iter().enumerate() {
            if n > 0 {
                world.run_for(*wait);
            }
            befall(&mut world, *fault, &mut rng);
        }
        world.run_for(Duration::from_secs(60));
        world.settle();
        self.must_have_settled(&world);
        Duration::from_millis(world.longest_gap)
    }

    fn must_have_settled(&self, world: &World) {
        let (seed, owners, shares) = (self.seed, world.owners(), world.shares());
        assert_eq!(owners.len(), 17, "seed {seed}: {owners:?}");
        let (least, most) = (shares.iter().min(), shares.iter().max());
        let differ = most.zip(least).map(|(most, least)| most - least);
        assert!(differ <= Some(1), "seed {seed}: {shares:?}");
    }
}

fn befall(world: &mut World, fault: Fault, rng: &mut Rng) {
    let sound = world.sound();
    // One is left to see the end.
    let victim = (sound.len() > 1).then(|| rng.choice(sound)).flatten();
    let some_time = |rng: &mut Rng| Duration::from_millis(rng.u64(100..25_000));
    match (fault, victim) {
        (Fault::Join, _) => world.join(),
        (Fault::Restart, _) => world.cut_everybody(Duration::from_millis(rng.u64(500..20_000))),
        (Fault::Wipe, _) => world.wipe(),
        (_, None) => {}
        (Fault::Kill, Some(host)) => world.kill(host),
        (Fault::Stop, Some(host)) => world.stop(host),
        (Fault::Freeze, Some(host)) => world.freeze(host, some_time(rng)),
        (Fault::Cut, Some(host)) => world.cut(host, some_time(rng)),
        (Fault::FrozenCut, Some(host)) => {
            world.freeze(host, some_time(rng));
            world.cut(host, some_time(rng));
        }
        // It ends well: the shares at the end count on it.
        (Fault::Health, Some(host)) => {
            world.set_well(host, false);
            world.run_for(some_time(rng));
            world.set_well(host, true);
        }
        (Fault::Minority, Some(host)) => world.isolate(host, some_time(rng)),
        (Fault::Unseen, Some(host)) => world.hide(host, some_time(rng)),
    }
}
