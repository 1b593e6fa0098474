//! People who talk to handlers in the test's own thread.

mod answer;
mod call;
pub mod content;
mod files;
mod kept;
mod keyboard;
mod later;
mod speaker;
mod stack;
mod talk;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ostankino::{
    Call, Clock, DialogueState, Error, IntoError, Reply, Request, Router, State, Update,
    apology::OnError,
    jiff,
    routing::Route,
    texts::{Bundle, Speech},
};
use ostankino_core::testing::updates;
use serde_json::{Value, json};
use tower::{Layer, Service};

pub use self::{answer::Answer, speaker::Speaker};
use self::{
    content::Content,
    stack::{Setup, Stack},
    talk::Talk,
};

/// Somebody's chat with a bot, or a group with it, for unit tests of handlers: no socket, no server, no wait.
///
/// An update passes the layers of the service that need no server, so an error is apologised for, a panic is caught,
/// and a reply is given its address; its calls are then looked at instead of sent. A dialogue ([`Fsm`](ostankino::Fsm),
/// [`Current`](ostankino::Current)) lasts from one update to the next as in the service: changes count once the
/// handler succeeded. It lives in this value and nowhere else: a double for tests, not a storage that a service could have.
///
/// ```
/// use ostankino::{DialogueState, Fsm, Reply, Result, Router, Text};
/// use ostankino_test::Chat;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, DialogueState)]
/// #[state(name = "form.name")]
/// struct AskName {}
///
/// async fn form(fsm: Fsm) -> Result<&'static str> {
///     fsm.set(AskName {})?;
///     Ok("Как вас зовут?")
/// }
///
/// async fn name(fsm: Fsm, name: Text) -> Reply {
///     fsm.clear();
///     Reply::text(format!("{name}, верно?")).button("Сохранить", "form:save")
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let router = Router::new()
///     .command("form", form)
///     .state::<AskName, _>(name)
///     .callback("form:save", || async { Reply::toast("Готово") });
/// let mut chat = Chat::new(router);
/// chat.says("/form").await.expect_text("Как вас зовут?");
/// chat.says("Анна").await.expect_text("Анна, верно?");
/// chat.presses("Сохранить").await.expect_toast("Готово").expect_silence();
/// # }
/// ```
///
/// What is not here: a database ([`DbSession::conn`](ostankino::DbSession::conn) fails), users' rows, and Telegram's own rules
/// (it takes every text and every keyboard). A `World` has them.
#[must_use = "nobody says anything yet"]
pub struct Chat {
    setup: Option<Setup>,
    stack: Option<Stack>,
    talk: Arc<Mutex<Talk>>,
    people: Vec<Value>,
    group: Option<Value>,
}

/// The id of the group of a [`Chat::in_group`].
const GROUP: i64 = -1_001_000_000_001;

impl Chat {
    /// The private chat of «Алиса» with a bot of these routes.
    pub fn new(router: Router) -> Self {
        Self::of(router, None)
    }

    /// A group with a bot of these routes; «Алиса» is the first of its members.
    pub fn in_group(router: Router) -> Self {
        let group = json!({"id": GROUP, "type": "supergroup", "title": "Группа"});
        Self::of(router, Some(group))
    }

    fn of(router: Router, group: Option<Value>) -> Self {
        let talk = Talk::new(group.as_ref());
        let mut chat = Self {
            setup: Some(Setup::new(router)),
            stack: None,
            talk: Arc::new(Mutex::new(talk)),
            people: Vec::new(),
            group,
        };
        chat.person("Алиса");
        chat
    }

    /// A value for all handlers, as [`AppBuilder::state`](ostankino::AppBuilder::state) has it.
    ///
    /// # Panics
    ///
    /// After the first update; so do the methods below that say what the bot is made of.
    #[track_caller]
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.setup().provided.insert(State(value));
        self
    }

    /// The texts of the bot, as [`AppBuilder::texts`](ostankino::AppBuilder::texts) has them.
    #[track_caller]
    pub fn texts(mut self, texts: impl Bundle) -> Self {
        self.setup().provided.insert(Speech::of(&texts));
        self.state(texts)
    }

    /// The apps of all people, those who are there and those who come, are in that language: `en`. Without it they are in Russian.
    pub fn in_language(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.lock().language);
        for person in &mut self.people {
            person["language_code"] = tag.into();
        }
        self
    }

    /// A layer around the routes, as [`AppBuilder::layer`](ostankino::AppBuilder::layer) has it: the one added first is the
    /// outermost.
    #[track_caller]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Send + 'static,
        L::Service: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Error: IntoError,
        <L::Service as Service<Request>>::Future: Send,
    {
        let wrap = move |route| Route::new(layer.layer(route));
        self.setup().layers.push(Box::new(wrap));
        self
    }

    /// It is that time for handlers, as [`Clock`] tells it, when the first update comes.
    #[track_caller]
    pub fn at(mut self, time: jiff::Timestamp) -> Self {
        let (clock, hands) = Clock::movable();
        let ahead = time.duration_since(clock.now());
        match ahead.is_negative() {
            true => hands.set_back(ahead.unsigned_abs()),
            false => hands.put_forward(ahead.unsigned_abs()),
        }
        self.setup().provided.insert(clock);
        self
    }

    /// What is said of failures, as [`AppBuilder::on_error`](ostankino::AppBuilder::on_error) has it.
    #[track_caller]
    pub fn on_error(
        mut self,
        decide: impl Fn(&Error, &Update) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        self.setup().provided.insert(OnError::new(decide));
        self
    }

    #[track_caller]
    fn setup(&mut self) -> &mut Setup {
        let setup = self.setup.as_mut();
        setup.expect("what the bot is made of is said before the first update")
    }

    /// Begins in the middle of a dialogue of the first person.
    ///
    /// # Panics
    ///
    /// If the state does not become JSON.
    #[track_caller]
    pub fn in_dialogue<S: DialogueState>(mut self, state: S) -> Self {
        drop(self.first().in_dialogue(state));
        self
    }

    /// The name of the state of the first person's dialogue; `None` outside of any.
    #[must_use]
    pub fn dialogue(&self) -> Option<String> {
        self.lock()
            .dialogue(self.chat_of(0), speaker::id(&self.people[0]))
    }

    // === What people do ===

    /// Somebody, by name: another member of the group, or in their own private chat with the bot. Who was not there before
    /// comes.
    pub fn by(&mut self, name: &str) -> Speaker<'_> {
        let index = self.person(name);
        Speaker::new(self, index)
    }

    fn first(&mut self) -> Speaker<'_> {
        Speaker::new(self, 0)
    }

    /// The first person writes this.
    pub async fn says(&mut self, text: &str) -> Answer<'_> {
        self.first().says(text).await
    }

    /// The first person presses a button: see [`Speaker::presses`].
    pub async fn presses(&mut self, button: &str) -> Answer<'_> {
        self.first().presses(button).await
    }

    /// The first person presses a button with these data, whether there is one or not: see [`Speaker::presses_data`].
    pub async fn presses_data(&mut self, data: &str) -> Answer<'_> {
        self.first().presses_data(data).await
    }

    /// The first person sends what is no text: `chat.sends(photo())`, see [`content`].
    pub async fn sends(&mut self, content: impl Into<Content>) -> Answer<'_> {
        self.first().sends(content).await
    }

    /// The first person blocks the bot.
    pub async fn blocks(&mut self) -> Answer<'_> {
        self.first().blocks().await
    }

    /// The first person unblocks the bot.
    pub async fn unblocks(&mut self) -> Answer<'_> {
        self.first().unblocks().await
    }

    /// Anything else happens: an update of that kind, by its name in the Bot API, with that payload.
    ///
    /// ```
    /// # use ostankino::{Call, Router, UpdateKind};
    /// # use ostankino_test::Chat;
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let nothing = || async { Call::new("answerInlineQuery").param("results", json!([])) };
    /// let mut chat = Chat::new(Router::new().on(UpdateKind::InlineQuery, nothing));
    /// let from = json!({"id": 5, "is_bot": false, "first_name": "Анна"});
    /// let query = json!({"id": "q", "from": from, "query": "чай", "offset": ""});
    /// let mut answer = chat.happens("inline_query", query).await;
    /// assert_eq!(answer.expect_call("answerInlineQuery").params()["inline_query_id"], "q");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the payload lacks what none of its kind lacks.
    pub async fn happens(&mut self, kind: &str, payload: Value) -> Answer<'_> {
        let line = format!("{kind} {payload}");
        self.handle(kind, &payload, line).await
    }

    // === What Telegram does ===

    /// Has Telegram answer calls of that method with `result`, from now on. What a handler calls through its
    /// [`Bot`](ostankino::Bot) fails without, but for `getMe` and `sendChatAction`; calls of replies need none.
    pub fn bot_answers(&mut self, method: &str, result: impl Into<Value>) {
        self.lock().answer(method, Ok(result.into()));
    }

    /// Has Telegram refuse calls of that method, from now on: with the code 403, say, and its description
    /// `Forbidden: bot was blocked by the user`.
    pub fn bot_refuses(&mut self, method: &str, code: u16, description: &str) {
        self.lock()
            .answer(method, Err((code, description.to_owned())));
    }

    /// Has Telegram keep these bytes as the file with that id, for [`Bot::download`](ostankino::Bot::download): that of a
    /// [`photo`](content::photo) is `photo`.
    ///
    /// # Panics
    ///
    /// If no file can be written to the folder for temporary ones.
    pub fn has_file(&mut self, file_id: &str, bytes: impl AsRef<[u8]>) {
        self.lock().files.add(file_id, bytes.as_ref());
    }

    // === What the bot did ===

    /// All calls of the bot so far, as they would have been sent.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Talk> {
        lock(&self.talk)
    }

    /// The index of the person of that name, who may be new.
    fn person(&mut self, name: &str) -> usize {
        let known = self.people.iter().position(|it| it["first_name"] == name);
        known.unwrap_or_else(|| {
            let index = self.people.len();
            let id = index + 101;
            let language = self.lock().language.clone();
            let person =
                json!({"id": id, "is_bot": false, "first_name": name, "language_code": language});
            self.people.push(person);
            index
        })
    }

    /// Where a person talks to the bot.
    fn chat_of(&self, person: usize) -> i64 {
        let own = speaker::id(&self.people[person]);
        self.group.as_ref().map_or(own, |_| GROUP)
    }

    async fn handle(&mut self, kind: &str, payload: &Value, line: String) -> Answer<'_> {
        let (number, before) = {
            let mut talk = self.lock();
            talk.tell(line);
            (talk.next_update(), talk.calls.len())
        };
        let update = updates::update(number, kind, payload);
        let here = update.chat_id();
        self.lock().here = here;
        self.build();
        let stack = self.stack.as_mut().expect("it was just built");
        let error = stack.handle(update).await;
        let later = self.let_events_happen().await;
        Answer::new(self, before, here, error.or(later))
    }

    fn build(&mut self) {
        if let Some(setup) = self.setup.take() {
            self.stack = Some(setup.build(&self.talk));
        }
    }
}

/// The conversation so far: who said what.
impl fmt::Display for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().fmt(f)
    }
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn lock(talk: &Mutex<Talk>) -> MutexGuard<'_, Talk> {
    talk.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
