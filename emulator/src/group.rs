//! A group, in which people talk and the bot listens; or a channel, in which both post.

mod life;

use std::{panic::Location, sync::Arc};

use crate::{
    Person,
    world::{BotStatus, SentMessage, World, topics::Topic, wait},
};

/// A handle of a group or a channel; clones are the same.
#[derive(Clone)]
pub struct Group {
    world: Arc<World>,
    id: i64,
}

impl Group {
    pub(crate) fn new(world: Arc<World>, id: i64) -> Self {
        Self { world, id }
    }

    /// Its chat id, far below zero.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Puts a person into it.
    #[must_use]
    pub fn with(self, person: &Person) -> Self {
        self.adds(person);
        self
    }

    /// Puts a person into it.
    pub fn adds(&self, person: &Person) {
        self.world.change(|state| state.join(person.id(), self.id));
    }

    /// Gives it a username, without `@`, by which the bot can write to it.
    ///
    /// # Panics
    /// When somebody else has it.
    #[must_use]
    #[track_caller]
    pub fn with_username(self, username: &str) -> Self {
        let is_taken = self.world.read(|state| state.is_taken(username));
        assert!(!is_taken, "the username {username} is taken");
        self.world.change(|state| {
            state.group_mut(self.id).username = Some(username.to_owned());
        });
        self
    }

    /// Puts a person into it as an administrator; the first one owns the group.
    #[must_use]
    pub fn with_administrator(self, person: &Person) -> Self {
        self.world.change(|state| {
            state.join(person.id(), self.id);
            let admins = &mut state.group_mut(self.id).admins;
            if !admins.contains(&person.id()) {
                admins.push(person.id());
            }
        });
        self
    }

    /// Makes the bot an administrator, which may pin messages and delete those of others.
    #[must_use]
    pub fn with_bot_as_administrator(self) -> Self {
        let bot = self.world.bot.user.id;
        self.world.change(|state| {
            state
                .group_mut(self.id)
                .bots
                .insert(bot, BotStatus::Administrator);
        });
        self
    }

    /// Has the posts of a channel signed by those who write them.
    #[must_use]
    pub fn with_signatures(self) -> Self {
        self.world
            .change(|state| state.group_mut(self.id).has_signatures = true);
        self
    }

    /// Has the posts of a channel commented on in a group, to which they are forwarded.
    ///
    /// # Panics
    /// When this is no channel, or that no supergroup.
    #[must_use]
    #[track_caller]
    pub fn with_comments_in(self, group: &Self) -> Self {
        let linked = self
            .world
            .change(|state| state.link_comments(self.id, group.id));
        if let Err(why) = linked {
            panic!("{why}");
        }
        self
    }

    /// The chat of a channel's direct messages, opened if it is not yet: [`Person::says_in`] writes there, in a topic of the
    /// writer's, whose number is their id; administrators answer in it with [`Person::says_in_topic`].
    ///
    /// # Panics
    /// When this is no channel.
    #[must_use]
    #[track_caller]
    pub fn direct_messages(&self) -> Self {
        match self.world.change(|state| state.open_direct(self.id)) {
            Ok(chat) => Self::new(Arc::clone(&self.world), chat),
            Err(why) => panic!("{why}"),
        }
    }

    /// Makes an administrator hide behind the group: what they write is the group's.
    pub fn hides(&self, person: &Person) {
        self.world.change(|state| {
            let member = state.member(self.id, person.id());
            let mut fields = member
                .and_then(|member| member.as_object().cloned())
                .unwrap_or_default();
            fields.remove("user");
            fields.insert("is_anonymous".to_owned(), true.into());
            state
                .group_mut(self.id)
                .standings
                .insert(person.id(), fields);
        });
    }

    /// A member makes it a supergroup, which has another id; the bot is told so in both, and calls for the old one are refused.
    #[must_use]
    pub fn becomes_supergroup(&self, by: &Person) -> Self {
        let upgraded = self.world.change(|state| state.upgrade(by.id(), self.id));
        Self::new(Arc::clone(&self.world), upgraded)
    }

    /// The same, of which the bot hears nothing but the refusals of its calls.
    #[must_use]
    pub fn moves_unheard(&self) -> Self {
        let moved = self.world.change(|state| state.move_group(self.id));
        Self::new(Arc::clone(&self.world), moved)
    }

    /// Opens a topic without a word, which makes the group a forum; returns its `message_thread_id`. For one that the bot hears
    /// of, see [`Person::opens_topic`].
    pub fn opens_topic(&self, name: &str) -> i64 {
        let topic = Topic::named(name);
        self.world
            .change(|state| state.open_topic(self.id, topic, None).0)
    }

    /// Deletes a topic, with all that was said in it.
    pub fn deletes_topic(&self, thread: i64) {
        self.world
            .change(|state| state.delete_topic(self.id, thread));
    }

    /// The first message of the bot that was not taken by this yet, as it was sent; waits for it.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn next_message(&self) -> impl Future<Output = SentMessage> + Send + use<> {
        let (world, id, at) = (Arc::clone(&self.world), self.id, Location::caller());
        async move {
            let what = || format!("a message to the group {id}");
            wait::expect(&world, at, what, || {
                world.change_quietly(|state| state.take_sent(id))
            })
            .await
        }
    }

    /// The bot's messages as they are now, edits and deletions applied.
    #[must_use]
    pub fn messages(&self) -> Vec<SentMessage> {
        self.world.read(|state| state.sent(self.id))
    }
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
