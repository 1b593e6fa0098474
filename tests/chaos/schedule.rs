//! Which fault happens when: drawn from the seed before the run.

use std::time::Duration;

use fastrand::Rng;

use crate::{fleet::Server, options::Options, point::Point, trap::Action, workload::WINDOW};

/// What goes wrong. Processes are named by their number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Whoever comes by that point first, after so many others.
    Trap(Point, Action, u32),
    /// Whoever comes by the first point is killed, and whoever gets its update at the second.
    Replay(Point, Point),
    /// nats-server is killed, and started again after a while.
    Nats(Duration),
    /// PostgreSQL ends at once, and is started again after a while.
    Postgres(Duration),
    /// Telegram is away for a while.
    Telegram(Duration),
    /// All connections of a process to a server are closed.
    Cut(usize, Server),
    /// Nothing gets through between a process and a server for a while.
    Hold(usize, Server, Duration),
    /// A process stands still for a while, and goes on as if nothing had happened.
    Stop(usize),
    /// The process that polls is killed, wherever it is.
    Poller,
    /// All processes are killed.
    Everybody,
    /// A user is refused and the next update of the same commits while the batch of both is held; then
    /// their owner is killed.
    Held,
    /// The owner of a partition stands still with updates that wait behind a slow one.
    Stolen,
    /// A hole to PostgreSQL, longer than every time-out: the process hands its seats over without it.
    Abyss(usize),
    /// PostgreSQL comes and goes for a process.
    Flapping(usize),
    /// A process stands still for a minute, while other things happen.
    Minute(usize),
    /// One user says so much at once.
    Flood(usize),
    /// Telegram wants the bot to wait a second.
    FloodWait,
    /// Telegram is broken for some calls.
    BadGateway,
    /// Telegram closes connections instead of an answer, before or after the message is sent.
    Reset { takes_effect: bool },
}

impl Fault {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Trap(point, Action::Kill, _) => format!("kill {}", point.name()),
            Self::Trap(point, Action::Cut, _) => format!("cut {}", point.name()),
            Self::Trap(point, Action::Freeze, _) => format!("freeze {}", point.name()),
            Self::Trap(point, Action::Delay, _) => format!("delay {}", point.name()),
            Self::Replay(first, second) => {
                format!("kill {}, then {}", first.name(), second.name())
            }
            Self::Nats(_) => "nats restart".into(),
            Self::Postgres(_) => "postgres restart".into(),
            Self::Telegram(_) => "telegram restart".into(),
            Self::Cut(_, server) => format!("cut off {server:?}").to_lowercase(),
            Self::Hold(_, server, _) => format!("black hole {server:?}").to_lowercase(),
            Self::Stop(_) => "process stopped".into(),
            Self::Poller => "kill poller".into(),
            Self::Everybody => "kill everybody".into(),
            Self::Held => "kill, batch held".into(),
            Self::Stolen => "freeze, seat stolen".into(),
            Self::Abyss(_) => "abyss before postgres".into(),
            Self::Flapping(_) => "postgres flaps".into(),
            Self::Minute(_) => "process stopped for a minute".into(),
            Self::Flood(_) => "flood".into(),
            Self::FloodWait => "telegram 429".into(),
            Self::BadGateway => "telegram 502".into(),
            Self::Reset { .. } => "telegram reset".into(),
        }
    }
}

/// The faults with how many updates are to be done before: `options.kills` of them kills at a
/// point, as many others, and some kills at points of mailings besides.
pub(crate) fn draw(rng: &mut Rng, options: &Options) -> Vec<(usize, Fault)> {
    let mut faults = Vec::new();
    // A name that no fault has ends it, too.
    for _ in 0..1_000 {
        let mut some = some_of_each(rng, options);
        some.retain(|fault| fault.name().contains(&options.only));
        faults.extend(some);
        if faults.len() >= 2 * options.kills {
            break;
        }
    }
    faults.truncate(2 * options.kills);
    faults.extend(of_mailings(rng, options));
    if options.is_long {
        let of_all = [
            Fault::Flood(options.updates / 10),
            Fault::Minute(rng.usize(..options.processes)),
            Fault::Minute(rng.usize(..options.processes)),
        ];
        faults.extend(
            of_all
                .into_iter()
                .filter(|fault| fault.name().contains(&options.only)),
        );
    }
    rng.shuffle(&mut faults);
    // The last updates are handled in peace, so that every trap finds somebody, the poller too,
    // which is ahead of all others.
    let end = options.updates.saturating_sub(2 * WINDOW);
    let mut times: Vec<_> = faults.iter().map(|_| rng.usize(..end.max(1))).collect();
    times.sort_unstable();
    times.into_iter().zip(faults).collect()
}

/// Kills while a mailing goes out: one at each of its points, or more if there are many others.
fn of_mailings(rng: &mut Rng, options: &Options) -> Vec<Fault> {
    let mut points = Point::MAILING;
    rng.shuffle(&mut points);
    let count = options.kills.min(points.len()).max(options.kills / 3);
    let kills = points.into_iter().cycle().take(count);
    let mut kills: Vec<_> = kills
        .map(|point| Fault::Trap(point, Action::Kill, rng.u32(..8)))
        .collect();
    kills.retain(|fault| fault.name().contains(&options.only));
    kills
}

/// A kill at every point, and another fault after each of them.
fn some_of_each(rng: &mut Rng, options: &Options) -> Vec<Fault> {
    let mut points = Point::ALL;
    rng.shuffle(&mut points);
    let known = if options.is_long {
        OTHERS + LONG
    } else {
        OTHERS
    };
    let mut others: Vec<_> = (0..known).collect();
    rng.shuffle(&mut others);
    let both = points.into_iter().zip(others);
    both.flat_map(|(point, kind)| {
        let kill = Fault::Trap(point, Action::Kill, rng.u32(..8));
        [kill, other(kind, rng, options.processes)]
    })
    .collect()
}

/// Where a crash leaves effects that are still to be brought about …
const COMMITTED: [Point; 6] = [
    Point::CommitUnknown,
    Point::BeforeFsmWrite,
    Point::AfterFsmWrite,
    Point::BeforeSend,
    Point::AfterSend,
    Point::BeforeMark,
];

/// … and where whoever brings them about may die, too.
const REPLAYED: [Point; 7] = [
    Point::BeforeTransaction,
    Point::BeforeFsmWrite,
    Point::AfterFsmWrite,
    Point::BeforeSend,
    Point::AfterSend,
    Point::BeforeMark,
    Point::BeforeAck,
];

fn any(rng: &mut Rng, points: &[Point]) -> Point {
    points[rng.usize(..points.len())]
}

/// How many kinds `other` knows …
const OTHERS: u8 = 22;

/// … and how many that take long.
const LONG: u8 = 2;

fn other(kind: u8, rng: &mut Rng, processes: usize) -> Fault {
    let process = rng.usize(..processes);
    let servers = [Server::Postgres, Server::Nats, Server::Telegram];
    let server = servers[rng.usize(..servers.len())];
    let while_ms = |rng: &mut Rng, from, to| Duration::from_millis(rng.u64(from..to));
    match kind {
        0 => Fault::Nats(while_ms(rng, 100, 700)),
        1 => Fault::Postgres(while_ms(rng, 100, 700)),
        2 => Fault::Cut(process, server),
        3 => Fault::Hold(process, server, while_ms(rng, 500, 2_500)),
        4 => Fault::Stop(process),
        5 => Fault::Poller,
        6 => Fault::FloodWait,
        7 => Fault::BadGateway,
        8 => Fault::Reset {
            takes_effect: rng.bool(),
        },
        9 => Fault::Trap(Point::CommitUnknown, Action::Cut, rng.u32(..8)),
        10 => Fault::Trap(Point::AfterFsmWrite, Action::Cut, rng.u32(..8)),
        11 => Fault::Trap(any(rng, &Point::ALL), Action::Cut, rng.u32(..8)),
        12 | 13 => Fault::Trap(any(rng, &Point::ALL), Action::Freeze, rng.u32(..8)),
        14 | 15 => Fault::Replay(any(rng, &COMMITTED), any(rng, &REPLAYED)),
        16 => Fault::Everybody,
        17 => Fault::Trap(Point::CommitUnknown, Action::Delay, rng.u32(..8)),
        18 => Fault::Trap(any(rng, &Point::ALL), Action::Delay, rng.u32(..8)),
        19 => Fault::Telegram(while_ms(rng, 300, 1_500)),
        20 => Fault::Held,
        21 => Fault::Stolen,
        22 => Fault::Abyss(process),
        _ => Fault::Flapping(process),
    }
}
