//! Servers of a test's own, to stop, kill and start again.

use std::{
    env,
    net::TcpListener,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use futures_util::StreamExt;

use super::DEADLINE;

/// A PostgreSQL of the test's own. Its data survive a stop; it is killed when dropped.
pub(crate) struct Postgres(Server);

/// A nats-server of the test's own. Its data survive a stop; it is killed when dropped.
pub(crate) struct Nats(Server);

impl Postgres {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start() -> Self {
        let mut postgres = Self::prepare();
        postgres.restart().await;
        postgres
    }

    /// A server that has a port but does not run yet.
    pub(crate) fn prepare() -> Self {
        Self::prepare_with(&[])
    }

    /// A server whose messages are in Russian; see that they are.
    pub(crate) async fn that_speaks_russian() -> Self {
        // Any locale but C: the language is chosen by itself, so that no locale must be installed.
        let mut postgres = Self::prepare_with(&["lc_messages=C.UTF-8"]);
        postgres.restart().await;
        let refused = connect(&postgres.url())
            .await
            .batch_execute("SELECT 1 / 0")
            .await;
        let error = refused.expect_err("it cannot be divided");
        let words = error.as_db_error().expect("the server's words").message();
        assert_eq!(words, "деление на ноль", "its translations are installed");
        postgres
    }

    /// A server with settings, as `ssl=on`; `{folder}` in them is the server's.
    pub(crate) fn prepare_with(settings: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/throwaway-postgres");
        let settings: Vec<_> = settings.iter().map(ToString::to_string).collect();
        Self(Server::prepare(move |folder, port| {
            let mut command = Command::new(&script);
            command.arg(folder).arg(port.to_string());
            // Where the locale is another one than C.
            command.env("LANGUAGE", "ru");
            for setting in &settings {
                let folder = folder.to_str().expect("a path in UTF-8");
                command.args(["-c", &setting.replace("{folder}", folder)]);
            }
            command
        }))
    }

    /// Where it keeps its files, and a test puts those that it needs.
    pub(crate) fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Starts one that takes nobody without TLS, and waits until it takes connections.
    pub(crate) async fn restart_with_tls(&mut self) {
        self.0.spawn();
        // It says so itself, to whoever may read its folder.
        let state = self.0.folder.join("data/postmaster.pid");
        until("PostgreSQL takes connections", async || {
            std::fs::read_to_string(&state).is_ok_and(|state| state.contains("\nready"))
        })
        .await;
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://ostankino@127.0.0.1:{}/ostankino", self.0.port)
    }

    /// Starts it and waits until it answers queries.
    pub(crate) async fn restart(&mut self) {
        self.0.spawn();
        let url = self.url();
        until("PostgreSQL answers", async || {
            tokio_postgres::connect(&url, tokio_postgres::NoTls)
                .await
                .is_ok()
        })
        .await;
        drop(connect(&url).await);
    }

    /// Ends it at once, as a crash does.
    pub(crate) async fn kill(&mut self) {
        // The postmaster's "immediate shutdown": without it its children would live on for a while.
        self.0.end("QUIT").await;
    }
}

impl Postgres {
    /// Stops one of its processes, which is silent until that is dropped.
    pub(crate) fn stop_process(&self, id: i32) -> Stopped {
        signal("STOP", id);
        Stopped(id)
    }
}

/// A process that stands still.
pub(crate) struct Stopped(i32);

impl Stopped {
    pub(crate) fn id(&self) -> i32 {
        self.0
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}

fn signal(name: &str, process: impl std::fmt::Display) {
    // The shell's own: no program is needed.
    let kill = format!("kill -{name} {process}");
    let _ = Command::new("sh").args(["-c", &kill]).status();
}

impl Nats {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start() -> Self {
        let mut nats = Self::prepare(&["-js"]);
        nats.restart().await;
        nats
    }

    /// Three servers of one cluster, which take a moment to choose their leaders.
    pub(crate) async fn cluster() -> [Self; 3] {
        Self::cluster_by(|route| route).await
    }

    /// The same; `door` gives an address that leads to another one: by these the last server and the two
    /// others come to each other.
    pub(crate) async fn cluster_by(door: impl FnMut(String) -> String) -> [Self; 3] {
        // Held until all ports are chosen: one that is free again is soon another's.
        let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
        let routes = held.each_ref().map(|port| {
            let address = port.local_addr().expect("it is bound");
            format!("nats://{address}")
        });
        let doors = routes.clone().map(door);
        let mut servers = [0, 1, 2].map(|n| {
            let mut arguments = vec!["-js".to_owned(), "--cluster_name".into(), "c".into()];
            arguments.extend(["-n".into(), format!("n{n}")]);
            arguments.extend(["--cluster".into(), routes[n].clone()]);
            // Servers tell each other of the way to a third one.
            let known = doors[n].trim_start_matches("nats://");
            arguments.extend(["--cluster_advertise".into(), known.to_owned()]);
            // Clients are told of no other server than those that they know.
            arguments.push("--no_advertise".into());
            let others = (0..3).filter(|other| *other != n);
            let way = |other: usize| match n == 2 || other == 2 {
                true => doors[other].clone(),
                false => routes[other].clone(),
            };
            let ways: Vec<_> = others.map(way).collect();
            arguments.extend(["--routes".into(), ways.join(",")]);
            Self::with(arguments)
        });
        drop(held);
        let [first, second, last] = &mut servers;
        first.restart().await;
        second.restart().await;
        // Before the last one tells them of their doors.
        first.is_joined_by(second).await;
        last.restart().await;
        servers
    }

    /// Waits until what is asked of the one server is answered at the other.
    async fn is_joined_by(&self, other: &Self) {
        let clients = [self, other].map(|server| async {
            let client = async_nats::connect(server.url()).await;
            client.expect("it answers")
        });
        let [here, there] = clients;
        let (here, there) = (here.await, there.await);
        let mut questions = here.subscribe("joined").await.expect("subscribed");
        let answering = async {
            while let Some(question) = questions.next().await {
                let reply = question.reply.expect("a question");
                let _ = here.publish(reply, "yes".into()).await;
            }
        };
        let asking = until("the servers are joined", async || {
            there.request("joined", "".into()).await.is_ok()
        });
        tokio::select! {
            () = answering => unreachable!("it listens"),
            () = asking => {}
        }
    }

    /// A server with these arguments that has a port but does not run yet.
    pub(crate) fn prepare(arguments: &[&str]) -> Self {
        Self::with(arguments.iter().map(ToString::to_string).collect())
    }

    fn with(arguments: Vec<String>) -> Self {
        let program = env::var("OSTANKINO_TEST_NATS_SERVER").unwrap_or_else(|_| {
            panic!("OSTANKINO_TEST_NATS_SERVER is not set: run the tests by `make test`")
        });
        Self(Server::prepare(move |folder, port| {
            let mut command = Command::new(&program);
            let path = folder.to_str().expect("a path in UTF-8");
            let arguments = arguments
                .iter()
                .map(|argument| argument.replace("{folder}", path));
            command.args(arguments).arg("-sd").arg(folder);
            command.args(["-a", "127.0.0.1", "-p", &port.to_string()]);
            command
        }))
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.0.port)
    }

    /// One with this configuration, `{folder}` in which is its own, and files made by `prepare`; it
    /// listens already.
    pub(crate) async fn configured(configuration: &str, prepare: impl FnOnce(&Path)) -> Self {
        let mut nats = Self::prepare(&["-js", "-c", "{folder}/nats.conf"]);
        let folder = nats.folder().to_str().expect("a path in UTF-8");
        let text = configuration.replace("{folder}", folder);
        std::fs::write(nats.folder().join("nats.conf"), text).expect("written");
        prepare(nats.folder());
        nats.0.spawn();
        // It answers no stranger, but everybody is greeted.
        let address = ("127.0.0.1", nats.port());
        until("nats-server listens", async || {
            tokio::net::TcpStream::connect(address).await.is_ok()
        })
        .await;
        nats
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0.folder
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port
    }

    /// Lets it be silent, with its connections open.
    pub(crate) fn freeze(&self) {
        self.0.signal("STOP");
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.0.signal("CONT");
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn restart(&mut self) {
        self.0.spawn();
        let url = self.url();
        until("nats-server answers", async || {
            async_nats::connect(&url).await.is_ok()
        })
        .await;
    }

    /// Ends it at once, as a crash does.
    pub(crate) async fn kill(&mut self) {
        self.0.end("KILL").await;
    }

    /// Where it keeps a stream.
    pub(crate) fn files_of(&self, stream: &str) -> PathBuf {
        self.folder().join("jetstream/$G/streams").join(stream)
    }

    /// Removes its data while it does not run.
    pub(crate) fn wipe(&self) {
        std::fs::remove_dir_all(&self.0.folder).expect("it had data");
    }
}

/// A Redis of the test's own, which keeps nothing. It is killed when dropped.
pub(crate) struct Redis(Server);

impl Redis {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start() -> Self {
        let mut redis = Self::prepare(&[]);
        redis.restart().await;
        redis
    }

    /// A server with these settings that has a port but does not run yet; `{port}` and `{folder}` in them are its own.
    pub(crate) fn prepare(settings: &[&str]) -> Self {
        let program = env::var("OSTANKINO_TEST_REDIS_SERVER").unwrap_or_else(|_| {
            panic!("OSTANKINO_TEST_REDIS_SERVER is not set: run the tests by `make test`")
        });
        let settings: Vec<_> = settings.iter().map(ToString::to_string).collect();
        Self(Server::prepare(move |folder, port| {
            let (path, port) = (folder.to_str().expect("a path in UTF-8"), port.to_string());
            let mut command = Command::new(&program);
            command.args(["--bind", "127.0.0.1", "--port", &port, "--dir", path]);
            command.args(["--save", "", "--appendonly", "no"]);
            for setting in &settings {
                command.arg(setting.replace("{port}", &port).replace("{folder}", path));
            }
            command
        }))
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.0.port)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0.folder
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port
    }

    /// Starts it and waits until it listens.
    pub(crate) async fn restart(&mut self) {
        self.0.spawn();
        let address = ("127.0.0.1", self.0.port);
        until("Redis listens", async || {
            tokio::net::TcpStream::connect(address).await.is_ok()
        })
        .await;
    }

    /// Ends it at once, as a crash does.
    pub(crate) async fn kill(&mut self) {
        self.0.end("KILL").await;
    }

    /// Lets it be silent, with its connections open.
    pub(crate) fn freeze(&self) {
        self.0.signal("STOP");
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.0.signal("CONT");
    }
}

/// A pgbouncer of the test's own, before the server of that URL; it is killed when dropped.
pub(crate) struct Pgbouncer {
    server: Server,
    target: tokio_postgres::Config,
}

impl Pgbouncer {
    /// Starts one with that `pool_mode` and these other settings, and waits until it answers.
    pub(crate) async fn start(url: &str, mode: &str, settings: &str) -> Self {
        let program = env::var("OSTANKINO_TEST_PGBOUNCER").unwrap_or_else(|_| {
            panic!("OSTANKINO_TEST_PGBOUNCER is not set: run the tests by `make test`")
        });
        let server = Server::prepare(move |folder, _| {
            let mut command = Command::new(&program);
            // It does not run as root.
            let is_root = std::fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0);
            if is_root {
                command.args(["-u", "nobody"]);
            }
            command.arg(folder.join("pgbouncer.ini"));
            command
        });
        let target: tokio_postgres::Config = url.parse().expect("a URL");
        let text =
            |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        let (user, password) = (
            target.get_user().expect("a user"),
            text(target.get_password()),
        );
        let (port, own) = (target.get_ports()[0], server.port);
        let file = format!(
            "[databases]\n* = host=127.0.0.1 port={port} user={user} password={password}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {own}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = {mode}\n{settings}\n"
        );
        std::fs::write(server.folder.join("pgbouncer.ini"), file).expect("written");
        let mut pgbouncer = Self { server, target };
        pgbouncer.server.spawn();
        let url = pgbouncer.url();
        until("pgbouncer answers", async || {
            tokio_postgres::connect(&url, tokio_postgres::NoTls)
                .await
                .is_ok()
        })
        .await;
        pgbouncer
    }

    /// The same database as before, through it.
    pub(crate) fn url(&self) -> String {
        let (user, name) = (self.target.get_user(), self.target.get_dbname());
        let (user, name) = (user.expect("a user"), name.expect("a database"));
        format!(
            "postgres://{user}:any@127.0.0.1:{}/{name}",
            self.server.port
        )
    }
}

/// Where servers of tests keep what they have: in memory, where there is room.
fn place() -> PathBuf {
    env::var_os("OSTANKINO_TEST_FOLDER").map_or_else(env::temp_dir, PathBuf::from)
}

/// The command that starts a server with its data in a folder, on a port.
type MakeCommand = dyn Fn(&Path, u16) -> Command + Send + Sync;

struct Server {
    folder: PathBuf,
    port: u16,
    command: Box<MakeCommand>,
    child: Option<Child>,
}

impl Server {
    fn prepare(command: impl Fn(&Path, u16) -> Command + Send + Sync + 'static) -> Self {
        let folder = place().join(format!("ostankino-test-{:016x}", fastrand::u64(..)));
        std::fs::create_dir(&folder).expect("a new folder");
        Self {
            folder,
            port: free_port(),
            command: Box::new(command),
            child: None,
        }
    }

    fn spawn(&mut self) {
        let mut command = (self.command)(&self.folder, self.port);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.child = Some(command.spawn().expect("the program is installed"));
    }

    fn signal(&self, signal: &str) {
        if let Some(child) = &self.child {
            let _ = Command::new("sh")
                .args(["-c", &format!("kill -{signal} {}", child.id())])
                .status();
        }
    }

    async fn end(&mut self, signal: &str) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        self::signal(signal, child.id());
        let ended = tokio::task::spawn_blocking(move || child.wait());
        let ended = tokio::time::timeout(DEADLINE, ended)
            .await
            .expect("it ends");
        ended.expect("not cancelled").expect("it is our child");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            signal("QUIT", child.id());
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A connection to a database.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
    let (client, connection) = connected.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port()
}

/// Tries until it is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFnMut() -> bool) {
    ostankino_test::wait_within(DEADLINE, what, is_so).await;
}
