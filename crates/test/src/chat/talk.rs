//! A conversation: what was said, what the bot called, and what dialogues it holds.

use std::{collections::HashMap, fmt, sync::Arc};

use ostankino::{
    Call, DialogueState, Error,
    dialogue::{Change, DEFAULT_DESTINY, KeyBuilder, Record, Scope},
    telegram::{ApiError, Me},
};
use ostankino_core::testing::updates;
use serde_json::{Value, json, value::to_raw_value};

use super::{call, files::Files, keyboard, later::Later};

/// What Telegram says to a call, or the code and description of its refusal.
type Told = Result<Value, (u16, String)>;

/// How a call is taken.
pub(super) type Take = fn(&mut Talk, &Call) -> Result<Value, ApiError>;

/// See the [module](self).
pub(super) struct Talk {
    pub(super) me: Me,
    /// Of the bot so far, those that were refused, too.
    pub(super) calls: Vec<Call>,
    /// By key, as the last update left them.
    pub(super) dialogues: Arc<HashMap<String, Record>>,
    /// What the handler of the update failed with.
    pub(super) error: Option<String>,
    /// Of the bot, that are there; the newest last.
    pub(super) messages: Vec<Value>,
    /// Their names, by chat.
    pub(super) notes: HashMap<(i64, String), i64>,
    /// Where it talks, by id.
    pub(super) chats: HashMap<i64, Value>,
    /// That people sent, and handlers may fetch.
    pub(super) files: Files,
    /// What replies had done besides their calls.
    pub(super) later: Later,
    /// The chat of the update.
    pub(super) here: Option<i64>,
    /// What people's apps are in.
    pub(super) language: String,
    lines: Vec<String>,
    answers: HashMap<String, Told>,
    last_update: i64,
    last_message: i64,
}

impl Talk {
    pub(super) fn new(group: Option<&Value>) -> Self {
        let me = Me {
            id: 7,
            first_name: "Бот".into(),
            username: "chat_bot".into(),
        };
        let group = group.map(|group| (group["id"].as_i64().unwrap_or_default(), group.clone()));
        Self {
            me,
            calls: Vec::new(),
            dialogues: Arc::default(),
            error: None,
            messages: Vec::new(),
            notes: HashMap::new(),
            chats: group.into_iter().collect(),
            files: Files::new(),
            later: Later::default(),
            here: None,
            language: "ru".into(),
            lines: Vec::new(),
            answers: HashMap::new(),
            last_update: 0,
            last_message: 0,
        }
    }

    /// The bot as a user.
    pub(super) fn bot(&self) -> Value {
        let Me {
            id,
            first_name,
            username,
        } = &self.me;
        json!({"id": id, "is_bot": true, "first_name": first_name, "username": username})
    }

    pub(super) fn tell(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(super) fn next_update(&mut self) -> i64 {
        self.last_update += 1;
        self.last_update
    }

    pub(super) fn next_message(&mut self) -> i64 {
        self.last_message += 1;
        self.last_message
    }

    // === Calls ===

    pub(super) fn answer(&mut self, method: &str, told: Told) {
        self.answers.insert(method.to_ascii_lowercase(), told);
    }

    /// A call of a reply: Telegram does it, unless the test has it say something else.
    pub(super) fn sent(&mut self, call: &Call) -> Result<Value, ApiError> {
        let told = self.told(call).unwrap_or_else(|| Ok(true.into()));
        self.made(call, told)
    }

    /// A call that a handler makes by itself: the test has to say what it is answered with.
    pub(super) fn called(&mut self, call: &Call) -> Result<Value, ApiError> {
        let file = || match call.is("getFile") {
            true => self.files.told(call.params().get("file_id")),
            false => None,
        };
        let told = self.told(call).or_else(|| file().map(Ok));
        let told = told.unwrap_or_else(|| {
            let method = call.method();
            let unknown = format!("this test has no answer for {method}: see Chat::bot_answers");
            match call {
                _ if call.is("getMe") => Ok(self.bot()),
                _ if call.is("sendChatAction") => Ok(true.into()),
                _ => Err((404, unknown)),
            }
        });
        self.made(call, told)
    }

    fn told(&self, call: &Call) -> Option<Told> {
        let told = self.answers.get(&call.method().to_ascii_lowercase());
        told.cloned()
    }

    fn made(&mut self, call: &Call, told: Told) -> Result<Value, ApiError> {
        self.calls.push(call.clone());
        let mut line = call::line(call, self.elsewhere(call));
        if let Err((code, why)) = &told {
            line.push_str(&format!(" — refused: {code} {why}"));
        }
        self.tell(line);
        match told {
            Ok(result) => {
                let before = self.messages.len();
                let is_said = self.happened(call);
                let is_told = !is_said || result != Value::Bool(true);
                // Whoever wants the message gets it, if the test has not said otherwise.
                Ok(match self.messages.get(before..).unwrap_or_default() {
                    _ if is_told => result,
                    [message] => message.clone(),
                    album => album.into(),
                })
            }
            Err((code, description)) => Err(ApiError::Api {
                code,
                description,
                retry_after: None,
                migrate_to_chat_id: None,
            }),
        }
    }

    /// The chat of a call by name, if it is another one than that where something was said.
    fn elsewhere(&self, call: &Call) -> Option<String> {
        if call::is_in(call, self.here) {
            return None;
        }
        let chat = call::chat(call).and_then(|id| self.chats.get(&id));
        let name = chat.and_then(|it| it["title"].as_str().or(it["first_name"].as_str()));
        Some(name.map_or_else(|| call.params()["chat_id"].to_string(), str::to_owned))
    }

    /// Keeps the messages that people see; says whether there is a new one.
    fn happened(&mut self, call: &Call) -> bool {
        let id = call::message(call);
        let chat = call::chat(call);
        let receiver = call::receiver(call);
        if call::is_message(call) {
            let chat = chat.unwrap_or_default();
            let unknown = || json!({"id": chat, "type": "private"});
            let chat = self.chats.get(&chat).cloned().unwrap_or_else(unknown);
            let album = call.params().get("media").and_then(Value::as_array);
            let album = album.filter(|_| call.is("sendMediaGroup"));
            for _ in 0..album.map_or(1, Vec::len) {
                let id = self.next_message();
                let mut message = updates::message(id, &self.bot(), &chat, &json!({}));
                if let Some(receiver) = receiver {
                    message["message_id"] = 0.into();
                    message["ephemeral_message_id"] = id.into();
                    message["receiver_user"] = json!({"id": receiver});
                }
                call::write(call, &mut message);
                self.messages.push(message);
            }
            return true;
        }
        if call.is("deleteMessage") || call.is("deleteEphemeralMessage") {
            self.messages.retain(|it| call::id_of(it) != id);
        } else if call::is_edit(call)
            && let Some(message) = self.messages.iter_mut().find(|it| call::id_of(it) == id)
        {
            call::write(call, message);
        }
        false
    }

    /// The messages of the bot in that chat that a person sees, the newest first.
    pub(super) fn seen(&self, chat: i64, person: i64) -> impl Iterator<Item = &Value> {
        let here = self.messages.iter().rev();
        here.filter(move |it| {
            let receiver = it["receiver_user"]["id"].as_i64();
            it["chat"]["id"].as_i64() == Some(chat) && receiver.is_none_or(|id| id == person)
        })
    }

    /// The buttons that are under those.
    pub(super) fn buttons(&self, chat: i64, person: i64) -> Vec<(Value, keyboard::Button)> {
        self.seen(chat, person)
            .flat_map(|message| {
                let buttons = keyboard::buttons(&message["reply_markup"]).into_iter();
                buttons.map(|button| (message.clone(), button))
            })
            .collect()
    }

    // === Dialogues ===

    pub(super) fn change_dialogues(&mut self, changes: Vec<Change>) {
        let held = Arc::make_mut(&mut self.dialogues);
        for Change { key, record } in changes {
            match record {
                Some(record) => held.insert(key, record),
                None => held.remove(&key),
            };
        }
    }

    pub(super) fn begin_dialogue<S: DialogueState>(&mut self, chat: i64, user: i64, state: &S) {
        let record = Record {
            state: S::NAME.to_owned(),
            data: to_raw_value(state).expect("a state becomes JSON"),
        };
        let change = Change {
            key: self.key(chat, user),
            record: Some(record),
        };
        self.change_dialogues(vec![change]);
    }

    pub(super) fn dialogue(&self, chat: i64, user: i64) -> Option<String> {
        let record = self.dialogues.get(&self.key(chat, user));
        record.map(|record| record.state.clone())
    }

    fn key(&self, chat: i64, user: i64) -> String {
        let scope = Scope {
            bot: self.me.id,
            user: Some(user),
            chat: Some(chat),
            ..Scope::default()
        };
        let key = KeyBuilder::new()
            .with_destiny(true)
            .build(&scope, DEFAULT_DESTINY);
        key.expect("a short key")
    }

    // === Errors ===

    /// The handler failed, unless that is its way to say something.
    pub(super) fn fail(&mut self, error: &Error) {
        if !matches!(error, Error::User(_)) {
            let chain = error.chain();
            self.tell(format!("! the handler failed: {chain}"));
            self.error = Some(chain);
        }
    }
}

impl fmt::Display for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines
            .iter()
            .try_for_each(|line| writeln!(f, "  {line}"))
    }
}
