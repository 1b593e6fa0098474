//! The servers that the bots use, and which processes of this machine they are: by the port they
//! listen on, since nobody else tells.

use std::{env, fs, io, path::Path, time::Duration};

use crate::process;

/// PostgreSQL and nats-server.
#[derive(Clone, Debug)]
pub(crate) struct Servers {
    pub(crate) database_url: String,
    pub(crate) nats_url: String,
    postgres: Option<u32>,
    nats: Option<u32>,
}

/// CPU time that the servers have used so far; `None` of one that is not on this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerCpu {
    pub(crate) postgres: Option<Duration>,
    pub(crate) nats: Option<Duration>,
}

impl Servers {
    /// Those that `make bench` prepares.
    pub(crate) fn from_env() -> Result<Self, String> {
        let variable =
            |name| env::var(name).map_err(|_| format!("{name} is not set: run `make bench`"));
        let database_url = variable("OSTANKINO__DATABASE__URL")?;
        let nats_url = variable("OSTANKINO__NATS__URLS")?;
        Ok(Self {
            postgres: port(&database_url).and_then(listener),
            nats: port(&nats_url).and_then(listener),
            database_url,
            nats_url,
        })
    }

    /// What they have used so far.
    pub(crate) fn cpu(&self) -> ServerCpu {
        ServerCpu {
            postgres: self.postgres.and_then(|pid| process::family_cpu(pid).ok()),
            nats: self.nats.and_then(|pid| process::cpu(pid).ok()),
        }
    }
}

impl ServerCpu {
    /// What was used since.
    pub(crate) fn since(self, before: Self) -> Self {
        let less = |now: Option<Duration>, before| Some(now?.saturating_sub(before?));
        Self {
            postgres: less(self.postgres, before.postgres),
            nats: less(self.nats, before.nats),
        }
    }
}

/// The port of a URL that names one of this machine's addresses.
fn port(url: &str) -> Option<u16> {
    let url = reqwest::Url::parse(url).ok()?;
    let is_local = ["127.0.0.1", "localhost", "[::1]"].contains(&url.host_str()?);
    url.port().filter(|_| is_local)
}

/// The process that listens on a port: whose files have the socket that /proc/net tells of.
fn listener(port: u16) -> Option<u32> {
    let sockets: Vec<_> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| {
            table
                .lines()
                .filter_map(|line| listening(line, port))
                .collect::<Vec<_>>()
        })
        .collect();
    let found: Vec<u32> = processes()
        .ok()?
        .filter(|pid| holds(*pid, &sockets))
        .collect();
    // The one that is no child of another: PostgreSQL's children may have its sockets, too.
    let is_child = |pid| process::parent(pid).is_ok_and(|parent| found.contains(&parent));
    found.iter().copied().find(|pid| !is_child(*pid))
}

/// `socket:[inode]`, if that line tells of one that listens on the port.
fn listening(line: &str, port: u16) -> Option<String> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let (_, local) = fields.get(1)?.rsplit_once(':')?;
    let is_it = u16::from_str_radix(local, 16) == Ok(port) && fields.get(3) == Some(&"0A");
    is_it.then(|| format!("socket:[{}]", fields[9]))
}

fn processes() -> io::Result<impl Iterator<Item = u32>> {
    let entries = fs::read_dir("/proc")?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()))
}

fn holds(pid: u32, sockets: &[String]) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    files.flatten().any(|file| {
        let target = fs::read_link(file.path());
        target.is_ok_and(|target| sockets.iter().any(|socket| target == Path::new(socket)))
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn who_listens_on_a_port_is_found() {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = socket.local_addr().expect("bound").port();
        assert_eq!(listener(port), Some(std::process::id()));
        drop(socket);
        assert_eq!(listener(port), None);
    }

    #[test]
    fn only_servers_of_this_machine_are_looked_for() {
        assert_eq!(port("postgres://a:b@127.0.0.1:25432/c"), Some(25432));
        assert_eq!(port("nats://localhost:4222"), Some(4222));
        assert_eq!(port("nats://nats.example:4222"), None);
    }
}
