//! What a process has used, CPU time and memory, and what all of them have: from /proc.

use std::{fs, io, time::Duration};

/// A tick of the CPU times in /proc: 100 a second on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of a process so far, of all its threads.
pub(crate) fn cpu(pid: u32) -> io::Result<Duration> {
    Ok(Stat::of(pid)?.own)
}

/// The process that started it.
pub(crate) fn parent(pid: u32) -> io::Result<u32> {
    Ok(Stat::of(pid)?.parent)
}

/// This process's own.
pub(crate) fn own_cpu() -> io::Result<Duration> {
    cpu(std::process::id())
}

/// Of a process, its children, and those of its children that have ended.
pub(crate) fn family_cpu(pid: u32) -> io::Result<Duration> {
    let parent = Stat::of(pid)?;
    let mut sum = parent.own + parent.ended_children;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(child) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // One that ended meanwhile is among the parent's next time.
        match Stat::of(child) {
            Ok(stat) if stat.parent == pid => sum += stat.own,
            _ => {}
        }
    }
    Ok(sum)
}

/// The time that all cores together have worked so far, for whomever.
pub(crate) fn machine_cpu() -> io::Result<Duration> {
    busy(&fs::read_to_string("/proc/stat")?).ok_or_else(odd)
}

/// All times of the first line but `idle` and `iowait`; the guests' are in the user's: proc(5).
fn busy(stat: &str) -> Option<Duration> {
    let times = stat.lines().next()?.strip_prefix("cpu ")?;
    let times: Vec<u64> = times
        .split_whitespace()
        .map(|ticks| ticks.parse().ok())
        .collect::<Option<_>>()?;
    let worked = [0, 1, 2, 5, 6, 7].map(|at| times.get(at).copied().unwrap_or_default());
    Some(TICK.mul_f64(worked.iter().sum::<u64>() as f64))
}

/// The most memory that a process has held, in bytes.
pub(crate) fn peak_memory(pid: u32) -> io::Result<u64> {
    status(pid, "VmHWM:")
}

/// The memory that a process holds now, in bytes.
pub(crate) fn memory(pid: u32) -> io::Result<u64> {
    status(pid, "VmRSS:")
}

fn status(pid: u32, what: &str) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes.map(|kibibytes| kibibytes * 1024).ok_or_else(odd)
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    own: Duration,
    ended_children: Duration,
}

impl Stat {
    fn of(pid: u32) -> io::Result<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat"))?).ok_or_else(odd)
    }

    /// The fields behind the name, which may hold spaces and brackets: proc(5).
    fn parse(stat: &str) -> Option<Self> {
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse().ok().map(|ticks: u32| TICK * ticks);
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ticks(11)? + ticks(12)?,
            ended_children: ticks(13)? + ticks(14)?,
        })
    }
}

fn odd() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "/proc tells something else than expected",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_behind_any_name() {
        let line = "7 (a) (b 1) S 3 7 7 0 -1 4194560 1 2 3 4 150 50 20 10 20 0 1 0 5 6 7";
        let stat = Stat {
            parent: 3,
            own: Duration::from_secs(2),
            ended_children: Duration::from_millis(300),
        };
        assert_eq!(Stat::parse(line), Some(stat));
        assert_eq!(Stat::parse("7 (a) S 3"), None);
    }

    #[test]
    fn a_machine_that_waits_does_not_work() {
        let stat = "cpu  100 10 50 9999 777 3 2 35 40 5\ncpu0 1 1 1 1\n";
        assert_eq!(busy(stat), Some(Duration::from_secs(2)));
        assert_eq!(busy("intr 1 2"), None);
        assert!(machine_cpu().expect("it runs") > own_cpu().expect("it runs"));
    }

    #[test]
    fn this_process_has_used_something() {
        let pid = std::process::id();
        assert!(peak_memory(pid).expect("it runs") > 100_000);
        let own = own_cpu().expect("it runs");
        assert!(family_cpu(pid).expect("it runs") >= own);
    }
}
