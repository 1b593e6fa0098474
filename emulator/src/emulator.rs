//! The emulator as tests hold it.

mod bots;
mod inline;
mod settings;
mod stickers;
mod time;

use std::{
    io,
    net::SocketAddr,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    Builder, Group, Person,
    data::Saver,
    server::{self, How, Server},
    world::{Call, Fault, Press, SentMessage, World, wait},
};

/// A running Telegram, as a bot of it sees the world. Dropping it stops the server; [`Person`]s and [`Group`]s of it live on, unheard.
pub struct Emulator {
    world: Arc<World>,
    address: SocketAddr,
    server: Arc<Mutex<Option<Server>>>,
    how: How,
    /// Writes the data file, if there is one, once more when dropped.
    saver: Arc<Option<Saver>>,
}

impl Emulator {
    /// Starts on a free port of 127.0.0.1, with a random token.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn start() -> Self {
        match Self::builder().start().await {
            Ok(emulator) => emulator,
            Err(error) => {
                panic!("cannot start telegram-emulator on a free port of 127.0.0.1: {error}")
            }
        }
    }

    /// Settings, to start with other than the default ones.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(world: Arc<World>, server: Server, how: How, saver: Option<Saver>) -> Self {
        Self {
            world,
            address: server.address,
            server: Arc::new(Mutex::new(Some(server))),
            how,
            saver: Arc::new(saver),
        }
    }

    // === Where it is, and whom it serves ===

    /// The base URL of the Bot API, as `http://127.0.0.1:PORT`; the page is at its `/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.world.bot.token
    }

    /// The bot's username, without `@`.
    #[must_use]
    pub fn username(&self) -> &str {
        self.world.bot.user.username.as_deref().unwrap_or("")
    }

    /// The bot's id.
    #[must_use]
    pub fn bot_id(&self) -> i64 {
        self.world.bot.user.id
    }

    // === People and groups ===

    /// A new person, who has not pressed Start yet.
    #[must_use]
    pub fn person(&self, first_name: &str) -> Person {
        let id = self
            .world
            .change(|state| state.add_person(first_name, None));
        Person::new(Arc::clone(&self.world), id.expect("ids are given out once"))
    }

    /// The person with this username, if there is one: after a restart with a data file, say.
    #[must_use]
    pub fn person_named(&self, username: &str) -> Option<Person> {
        let id = self.world.read(|state| state.person_named(username))?;
        Some(Person::new(Arc::clone(&self.world), id))
    }

    /// The group with this title, if there is one.
    #[must_use]
    pub fn group_named(&self, title: &str) -> Option<Group> {
        let id = self.world.read(|state| state.group_named(title))?;
        Some(Group::new(Arc::clone(&self.world), id))
    }

    /// A new supergroup with the bot in it.
    #[must_use]
    pub fn group(&self, title: &str) -> Group {
        let id = self.world.change(|state| state.add_group(title));
        Group::new(Arc::clone(&self.world), id)
    }

    /// A new channel with the bot as an administrator.
    #[must_use]
    pub fn channel(&self, title: &str) -> Group {
        let id = self.world.change(|state| state.add_channel(title));
        Group::new(Arc::clone(&self.world), id)
    }

    /// A new basic group with the bot in it, one that is no supergroup yet.
    #[must_use]
    pub fn basic_group(&self, title: &str) -> Group {
        let id = self.world.change(|state| state.add_basic_group(title));
        Group::new(Arc::clone(&self.world), id)
    }

    // === Raw updates ===

    /// Queues an update as it is, whatever kinds the bot asked for, and returns its id: the next one unless `update_id` is
    /// given in it. One below the bot's confirmed offset is never delivered, as on the real server.
    ///
    /// # Panics
    /// When it is no JSON object.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers build the update in place, with json!"
    )]
    pub fn push_update(&self, update: Value) -> i64 {
        let pushed = self.world.change(|state| state.push_update(&update));
        pushed.unwrap_or_else(|why| panic!("push_update: {why}"))
    }

    /// Queues these bytes, verbatim, as an element of `getUpdates`' result; they need not be JSON.
    pub fn push_bytes(&self, update_id: i64, element: impl Into<Bytes>) {
        let element = element.into();
        self.world
            .change(|state| state.queue_raw(update_id, element));
    }

    /// Unconfirmed updates that wait for the bot.
    #[must_use]
    pub fn pending_updates(&self) -> usize {
        self.world.read(|state| state.queue.pending())
    }

    /// The last positive offset the bot polled with: all updates below it are confirmed. `None` before the first.
    #[must_use]
    pub fn confirmed_offset(&self) -> Option<i64> {
        self.world.read(|state| state.queue.confirmed())
    }

    /// Whether a getUpdates waits for an update right now.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.world.read(|state| state.queue.is_polled())
    }

    // === Faults ===

    /// From now on this goes wrong.
    pub fn fault(&self, fault: Fault) {
        self.world.change(|state| state.faults.add(fault));
    }

    /// From now on nothing goes wrong.
    pub fn clear_faults(&self) {
        self.world.change(|state| state.faults.clear());
    }

    // === What the bot did ===

    /// Its calls, oldest first (the newest 20 000), those without an answer yet included.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.world
            .read(|state| state.calls.iter().cloned().collect())
    }

    /// Its calls of one method; the method's case is ignored.
    #[must_use]
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        let of = |call: &&Call| call.method.eq_ignore_ascii_case(method);
        self.world
            .read(|state| state.calls.iter().filter(of).cloned().collect())
    }

    /// The first call of a method that is over (answered, or cut) and was not taken by this yet; waits for it.
    ///
    /// # Panics
    /// Past the deadline; at once when calls are not kept.
    #[track_caller]
    pub fn next_call(&self, method: &str) -> impl Future<Output = Call> + Send {
        let at = Location::caller();
        async move {
            assert!(
                self.world.read(|state| state.calls.keeps()),
                "{at}: this emulator does not keep calls"
            );
            let what = || format!("a call of {method}");
            wait::expect(&self.world, at, what, || {
                self.world
                    .change_quietly(|state| state.calls.take(Some(method)))
            })
            .await
        }
    }

    /// The parameters of the first answer to a press; waits for it.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn press_answered(&self, press: &Press) -> impl Future<Output = Value> + Send {
        let at = Location::caller();
        async move {
            let what = || format!("an answer to the press of {:?}", press.data);
            wait::expect(&self.world, at, what, || {
                self.press_answers(press).into_iter().next()
            })
            .await
        }
    }

    /// The parameters of all answers to a press so far. Telegram takes more than one.
    #[must_use]
    pub fn press_answers(&self, press: &Press) -> Vec<Value> {
        self.world.read(|state| {
            state
                .pressed(&press.id)
                .map(|pressed| pressed.answers.clone())
                .unwrap_or_default()
        })
    }

    /// The bot's messages in a chat as they are now, edits and deletions applied.
    #[must_use]
    pub fn messages_in(&self, chat_id: i64) -> Vec<SentMessage> {
        self.world.read(|state| state.sent(chat_id))
    }

    /// The commands the bot has set for the default scope and this language (`""`: for all), an array.
    #[must_use]
    pub fn commands(&self, language: &str) -> Value {
        let key = (r#"{"type":"default"}"#.to_owned(), language.to_owned());
        self.world
            .read(|state| state.commands.get(&key).cloned())
            .unwrap_or_else(|| Value::Array(vec![]))
    }

    /// Waits until this holds; it is looked at now and after every change of the world.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn wait_until(
        &self,
        mut holds: impl FnMut(&Self) -> bool + Send,
    ) -> impl Future<Output = ()> + Send {
        let at = Location::caller();
        async move {
            let what = || "what the test waits for".to_owned();
            wait::expect(&self.world, at, what, || holds(self).then_some(())).await;
        }
    }

    /// As [`wait_until`](Self::wait_until), but with a deadline of one's own, and no panic: says whether it came to hold.
    pub async fn holds_within(
        &self,
        deadline: Duration,
        mut holds: impl FnMut(&Self) -> bool + Send,
    ) -> bool {
        wait::within(&self.world, deadline, || holds(self).then_some(()))
            .await
            .is_some()
    }

    // === Away and back ===

    /// Telegram is away: the listener and every connection are closed when this returns. The world stays.
    pub async fn stop(&self) {
        let server = self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(server) = server {
            server.stop().await;
        }
    }

    /// Telegram is back, on the same port, with the same world. Does nothing when it was not away.
    ///
    /// # Panics
    /// When the port was taken by someone else meanwhile.
    pub async fn restart(&self) {
        if self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
        {
            return;
        }
        // The first bot is the one that is meant where none is named.
        let views = self.world.views();
        let world = views.first().unwrap_or(&self.world);
        let server: io::Result<Server> = Server::start(
            self.address,
            &self.how,
            server::router(Arc::clone(world), &self.how),
            server::beside(Arc::clone(world)),
        )
        .await;
        match server {
            Ok(server) => {
                *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server)
            }
            Err(error) => panic!(
                "cannot start telegram-emulator on {} again: {error}",
                self.address
            ),
        }
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The token stays out.
        f.debug_struct("Emulator")
            .field("url", &self.url())
            .field("username", &self.username())
            .finish_non_exhaustive()
    }
}
