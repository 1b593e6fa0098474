//! Topics of forums: a supergroup may have them, opened, renamed, closed and deleted by people and by bots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Draft, State};
use crate::protocol::objects::{Common, Content, User};

/// The thread of the topic that every forum has.
pub(crate) const GENERAL: i64 = 1;

/// The topics of a forum, by the number of their thread.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Topics(pub(crate) BTreeMap<i64, Topic>);

/// A topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Saved")]
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) icon_color: i64,
    pub(crate) icon_custom_emoji_id: Option<String>,
    pub(crate) is_closed: bool,
    /// Only the general one can be.
    pub(crate) is_hidden: bool,
    /// Who opened it.
    pub(crate) creator: Option<i64>,
}

/// As it was written, of old by its name alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Saved {
    Name(String),
    Topic {
        name: String,
        icon_color: i64,
        icon_custom_emoji_id: Option<String>,
        is_closed: bool,
        is_hidden: bool,
        creator: Option<i64>,
    },
}

impl From<Saved> for Topic {
    fn from(saved: Saved) -> Self {
        match saved {
            Saved::Name(name) => Self::named(&name),
            Saved::Topic {
                name,
                icon_color,
                icon_custom_emoji_id,
                is_closed,
                is_hidden,
                creator,
            } => Self {
                name,
                icon_color,
                icon_custom_emoji_id,
                is_closed,
                is_hidden,
                creator,
            },
        }
    }
}

impl Topic {
    /// One with the usual icon.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            icon_color: 0x6f_b9_f0,
            icon_custom_emoji_id: None,
            is_closed: false,
            is_hidden: false,
            creator: None,
        }
    }

    /// The fields of a `ForumTopic` that a `ForumTopicCreated` has too.
    pub(crate) fn shown(&self) -> Value {
        let mut shown = json!({"name": self.name, "icon_color": self.icon_color});
        if let Some(id) = &self.icon_custom_emoji_id {
            shown["icon_custom_emoji_id"] = json!(id);
        }
        shown
    }
}

impl State {
    /// The topics of a group, which is a forum from then on.
    fn topics(&mut self, group_id: i64) -> &mut Topics {
        self.group_mut(group_id).topics.get_or_insert_default()
    }

    /// A topic of a forum; the general one is always there.
    pub(crate) fn topic(&self, group_id: i64, thread: i64) -> Option<Topic> {
        let topics = self.groups().get(&group_id)?.topics.as_ref()?;
        let general = || (thread == GENERAL).then(|| Topic::named("General"));
        topics.0.get(&thread).cloned().or_else(general)
    }

    /// Opens a topic in a group, which is a forum from then on; its number is that of a message, as on the real server, told
    /// if somebody opened it. Returns its number, and that of the update.
    pub(crate) fn open_topic(
        &mut self,
        group_id: i64,
        mut topic: Topic,
        actor: Option<Common<User>>,
    ) -> (i64, i64) {
        topic.creator = actor.as_ref().map(|actor| actor.id);
        self.topics(group_id);
        if self
            .groups()
            .get(&group_id)
            .is_some_and(|group| group.counts_from_one())
        {
            self.count_past(group_id, GENERAL);
        }
        let Some(actor) = actor else {
            let thread = self.next_message_id(group_id);
            self.topics(group_id).0.insert(thread, topic);
            return (thread, 0);
        };
        let draft = Draft {
            content: Content::of_part("forum_topic_created", topic.shown()),
            ..Draft::default()
        };
        let mut message = self.post(group_id, actor, draft, None);
        let thread = message.message_id;
        self.topics(group_id).0.insert(thread, topic);
        if let Some(stored) = self.message_mut(group_id, thread) {
            stored.message.message_thread_id = Some(thread);
            stored.message.is_topic_message = true;
            message = stored.message.clone();
        }
        (thread, self.tell_of_anothers(&message))
    }

    /// Somebody changes a topic, which is told by a service message. The error is Telegram's.
    pub(crate) fn change_topic(
        &mut self,
        (group_id, thread): (i64, i64),
        actor: &User,
        change: impl FnOnce(&mut Topic),
    ) -> Result<i64, &'static str> {
        let old = self.topic(group_id, thread).ok_or("TOPIC_ID_INVALID")?;
        let mut new = old.clone();
        change(&mut new);
        if old == new {
            return Err("TOPIC_NOT_MODIFIED");
        }
        self.topics(group_id).0.insert(thread, new.clone());
        let mut edited = json!({});
        if new.name != old.name {
            edited["name"] = json!(new.name);
        }
        if new.icon_custom_emoji_id != old.icon_custom_emoji_id {
            edited["icon_custom_emoji_id"] = json!(new.icon_custom_emoji_id.unwrap_or_default());
        }
        let is_edited = edited.as_object().is_some_and(|edited| !edited.is_empty());
        let mut notes = vec![];
        if is_edited {
            notes.push(("forum_topic_edited", edited));
        }
        if new.is_hidden != old.is_hidden {
            let field = match new.is_hidden {
                true => "general_forum_topic_hidden",
                false => "general_forum_topic_unhidden",
            };
            notes.push((field, json!({})));
        } else if new.is_closed != old.is_closed {
            let field = if new.is_closed {
                "forum_topic_closed"
            } else {
                "forum_topic_reopened"
            };
            notes.push((field, json!({})));
        }
        let mut update_id = 0;
        for (field, what) in notes {
            let draft = Draft {
                content: Content::of_part(field, what),
                message_thread_id: Some(thread).filter(|thread| *thread != GENERAL),
                ..Draft::default()
            };
            let message = self.post(group_id, actor.clone(), draft, None);
            update_id = self.tell_of_anothers(&message);
        }
        Ok(update_id)
    }

    /// Deletes a topic with all that was said in it; says whether there was one.
    pub(crate) fn delete_topic(&mut self, group_id: i64, thread: i64) -> bool {
        if self.topics(group_id).0.remove(&thread).is_none() {
            return false;
        }
        for id in self.in_thread(group_id, thread) {
            self.delete(group_id, id);
        }
        true
    }

    /// The numbers of the messages in a topic.
    pub(crate) fn in_thread(&self, group_id: i64, thread: i64) -> Vec<i64> {
        let log = self.logs.get(&group_id).into_iter();
        let messages = log.flat_map(|log| log.messages.values());
        messages
            .map(|stored| &stored.message)
            .filter(|message| message.message_thread_id.unwrap_or(GENERAL) == thread)
            .map(|message| message.message_id)
            .collect()
    }

    /// Whether the chat is a forum.
    pub(crate) fn is_forum(&self, chat_id: i64) -> bool {
        self.groups
            .get(&chat_id)
            .is_some_and(|group| group.topics.is_some())
    }

    /// Whether a message may go into this thread: of a forum's topic, or of the answers to a message of another group.
    pub(crate) fn has_thread(&self, chat_id: i64, thread: i64) -> bool {
        match self.groups.get(&chat_id) {
            None => false,
            Some(group) => match &group.topics {
                Some(topics) => topics.0.contains_key(&thread),
                None => self.message(chat_id, thread).is_some(),
            },
        }
    }

    /// Whether a topic, the general one if none is named, is closed to somebody who does not manage topics.
    pub(crate) fn is_closed_to(&self, user_id: i64, chat_id: i64, thread: Option<i64>) -> bool {
        let topic = self.topic(chat_id, thread.unwrap_or(GENERAL));
        if topic.is_none_or(|topic| !topic.is_closed) {
            return false;
        }
        let member = self.member(chat_id, user_id).unwrap_or_default();
        member["status"] != "creator" && member["can_manage_topics"] != true
    }
}
