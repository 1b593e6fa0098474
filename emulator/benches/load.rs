//! How many sendMessage the emulator takes in a second on one core, with nobody looking and with a page open, and how much
//! memory a large world needs: `make bench-emulator`. The program runs on the first core, this on the others, where `taskset`
//! is to be had.
#![expect(clippy::print_stdout, reason = "figures are for whoever runs it")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const CONNECTIONS: usize = 8;
const PEOPLE: usize = 100_000;
const MESSAGES: usize = 1_000_000;
const SENDS: usize = 100_000;

fn main() {
    // Cargo passes --bench; a number is of how much of the large world.
    let share = std::env::args()
        .filter_map(|given| given.parse::<f64>().ok())
        .next()
        .unwrap_or(1.0);
    let emulator = Emulator::start();
    emulator.post_all("/control/users", 1000, |number| {
        format!("id={}&first_name=P{number}&started=1", number + 1)
    });
    let alone = emulator.sends(SENDS, 1000);
    println!("sendMessage, nobody looks: {alone:.0}/s");
    let page = emulator.follow();
    let watched = emulator.sends(SENDS, 1000);
    println!("sendMessage, a page is open: {watched:.0}/s");
    drop(page);
    drop(emulator);

    let (people, messages) = (
        (PEOPLE as f64 * share) as usize,
        (MESSAGES as f64 * share) as usize,
    );
    let emulator = Emulator::start();
    emulator.post_all("/control/users", people, |number| {
        format!(
            "id={}&first_name=Person&last_name={number}&started=1",
            number + 1
        )
    });
    let with_people = emulator.memory();
    emulator.sends(messages, people);
    println!(
        "{people} people: {with_people} MB; with {messages} messages: {} MB",
        emulator.memory()
    );
}

/// The program, in a process of its own.
struct Emulator {
    child: Child,
    address: String,
}

impl Emulator {
    fn start() -> Self {
        let program = env!("CARGO_BIN_EXE_telegram-emulator");
        let pinned = Command::new("taskset").arg("--version").output().is_ok();
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", "0", program]);
            command
        } else {
            Command::new(program)
        };
        let mut child = command
            .args([
                "--port=0",
                "--token=4000000000:bench",
                "--keep-messages=2000000",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the emulator starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it says where it is");
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address.expect("it says where it is").to_owned();
        Self { child, address }
    }

    /// Sends this many messages to so many people by turns; returns how many a second.
    fn sends(&self, count: usize, people: usize) -> f64 {
        let begun = Instant::now();
        self.post_all("/bot4000000000:bench/sendMessage", count, |number| {
            format!(
                "chat_id={}&text=Сообщение номер {number}",
                number % people + 1
            )
        });
        count as f64 / begun.elapsed().as_secs_f64()
    }

    /// Posts this many forms over some connections at once.
    fn post_all(&self, path: &str, count: usize, form: impl Fn(usize) -> String + Sync) {
        let form = &form;
        thread::scope(|scope| {
            for connection in 0..CONNECTIONS {
                scope.spawn(move || {
                    let mut stream = Connection::open(&self.address);
                    for number in (connection..count).step_by(CONNECTIONS) {
                        stream.post(path, &form(number));
                    }
                });
            }
        });
    }

    /// Follows all that happens, as a page does, until dropped.
    fn follow(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream
            .write_all(b"GET /control/events HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .expect("it reads");
        let mut reader = stream.try_clone().expect("a clone");
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while reader.read(&mut buffer).is_ok_and(|read| read > 0) {}
        });
        thread::sleep(Duration::from_millis(200));
        stream
    }

    /// In megabytes.
    fn memory(&self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or_default();
        let kilobytes = line
            .split_whitespace()
            .nth(1)
            .and_then(|number| number.parse::<u64>().ok());
        kilobytes.unwrap_or(0) / 1024
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept: no client's own work shall be measured.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            reader: BufReader::new(stream),
        }
    }

    fn post(&mut self, path: &str, form: &str) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
            form.len()
        );
        let stream = self.reader.get_mut();
        stream
            .write_all([head.as_bytes(), form.as_bytes()].concat().as_slice())
            .expect("it reads");
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            self.reader.read_line(&mut line).expect("it answers");
            assert!(!line.is_empty(), "the connection ended");
            if line == "\r\n" {
                break;
            }
            if let Some(given) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = given.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).expect("it answers");
        assert!(
            body.starts_with(br#"{"ok":true"#),
            "{}",
            String::from_utf8_lossy(&body)
        );
    }
}
