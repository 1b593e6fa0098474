//! How an emulator is set up before it starts.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use crate::{
    Emulator,
    data::Opened,
    protocol::LargestFile,
    server::{self, How, Server},
    world::{Identity, Latency, Settings, World},
};

/// The settings of an [`Emulator`]; see [`Emulator::builder`].
#[derive(Clone)]
#[must_use = "nothing runs until `start` is called"]
pub struct Builder {
    host: IpAddr,
    port: u16,
    token: Option<String>,
    /// Other bots: their tokens and usernames.
    others: Vec<(String, String)>,
    username: String,
    deadline: Duration,
    keep_calls: bool,
    settings: Settings,
    data: Option<PathBuf>,
    how: How,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            token: None,
            others: vec![],
            username: "emulated_bot".to_owned(),
            deadline: Duration::from_secs(10),
            keep_calls: true,
            settings: Settings::default(),
            data: None,
            how: How::default(),
        }
    }

    /// The address to listen on; 127.0.0.1 unless set.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// The port to listen on; any free one unless set.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The bot's token, `<bot id>:<secret>`; a random one unless set.
    pub fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The bot's username, without `@`; `emulated_bot` unless set.
    pub fn username(mut self, username: &str) -> Self {
        username.clone_into(&mut self.username);
        self
    }

    /// Another bot in the same world, with its token and username; [`Emulator::bot_named`] sees the world as that one does.
    pub fn other_bot(mut self, token: &str, username: &str) -> Self {
        self.others.push((token.to_owned(), username.to_owned()));
        self
    }

    /// How long everything that waits, waits before it panics; 10 s unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Whether calls are logged, as they are unless set. Without it `calls`, `next_call` and the like do not work, and
    /// measurements are not disturbed.
    pub fn keep_calls(mut self, keep: bool) -> Self {
        self.keep_calls = keep;
        self
    }

    /// Whether the bot may send only as much as Telegram allows, after which calls are refused with 429 and `retry_after`:
    /// 30 messages a second, one a second to a person (after a burst of three), 20 a minute to a group. Off unless set.
    pub fn flood_control(mut self, on: bool) -> Self {
        self.settings.flood_control = on;
        self
    }

    /// How long every call of the bot takes on its way, fixed or within a range; no time unless set.
    pub fn latency(mut self, latency: impl Into<Latency>) -> Self {
        self.settings.latency = latency.into();
        self
    }

    /// How many messages are kept, in all chats together; 200 000 unless set. The oldest go first.
    pub fn keep_messages(mut self, count: usize) -> Self {
        self.settings.kept_messages = count;
        self
    }

    /// Behaves as a Bot API server that runs with `--local`: getFile answers with paths of files below this folder (of any
    /// size), files of this machine are sent by `file://` addresses, and any file may have up to 2000 MB.
    pub fn local(mut self, folder: impl Into<PathBuf>) -> Self {
        self.settings.local = Some(folder.into());
        self.how.largest_file = LargestFile::LOCAL;
        self
    }

    /// How long a request may take to arrive, and a connection to send none, before it is closed; a minute unless set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.how.patience = patience;
        self
    }

    /// Lets pages under this name of the machine use the control API, as those under its addresses, `localhost` and names
    /// without a dot may. All other pages of the web are refused.
    pub fn allow_host(mut self, name: &str) -> Self {
        self.how.allowed_hosts.push(name.to_owned());
        self
    }

    /// The file that keeps the world (people, groups, messages, updates that wait, commands, the webhook), made when it does
    /// not exist; without one the world ends with the emulator. It is of one bot: set the [`token`](Self::token) too.
    pub fn data(mut self, file: impl Into<PathBuf>) -> Self {
        self.data = Some(file.into());
        self
    }

    /// Starts the server on the current tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be bound, the token is not of Telegram's form, or the data file cannot be used.
    pub async fn start(self) -> io::Result<Emulator> {
        let malformed = || {
            let text = "the token must be of the form <bot id>:<secret>, at most 80 characters, and not begin with 0";
            io::Error::new(io::ErrorKind::InvalidInput, text)
        };
        let bot = match &self.token {
            Some(token) => Identity::new(token, &self.username).ok_or_else(malformed)?,
            None => Identity::random(&self.username),
        };
        let world = Arc::new(World::new(
            bot,
            self.settings,
            self.deadline,
            self.keep_calls,
        ));
        for (token, username) in &self.others {
            let bot = Identity::new(token, username).ok_or_else(malformed)?;
            let refused = |why| io::Error::new(io::ErrorKind::InvalidInput, why);
            world.add_bot(bot).map_err(refused)?;
        }
        let saver = match &self.data {
            Some(path) => Some(Opened::open(path)?.keep(&world)?),
            None => None,
        };
        let address = SocketAddr::new(self.host, self.port);
        let server = Server::start(
            address,
            &self.how,
            server::router(Arc::clone(&world), &self.how),
            server::beside(Arc::clone(&world)),
        )
        .await?;
        Ok(Emulator::new(world, server, self.how, saver))
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            host,
            port,
            username,
            deadline,
            keep_calls,
            settings,
            data,
            how,
            token: _,
            others: _,
        } = self;
        let mut debug = f.debug_struct("Builder");
        debug
            .field("host", host)
            .field("port", port)
            .field("username", username);
        debug
            .field("deadline", deadline)
            .field("keep_calls", keep_calls)
            .field("settings", settings)
            .field("data", data)
            .field("how", how)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_never_shown() {
        let builder = Builder::new().token("1:secret").other_bot("2:secret", "b");
        assert!(!format!("{builder:?}").contains("secret"));
    }
}
