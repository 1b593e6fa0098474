//! The requests to the bucket: one read of everything, writes by compare-and-swap, and a look at one
//! entry by the server that decides on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_nats::{
    HeaderMap,
    jetstream::{kv, message::PublishMessage, stream::LastRawMessageErrorKind},
};
use bytes::Bytes;
use ostankino_seats::{Entry, Holding, Instance, Member, Seat, View, Written};

use super::{
    entry::{self, Held, Key, Scribe},
    requests::Hold,
};
use crate::{
    Error, Result,
    nats::{ANOTHER_REVISION, Nats, jetstream_code, stream_of},
};

/// The entries of one bot.
#[derive(Debug)]
pub(super) struct Store {
    nats: Nats,
    bucket: kv::Store,
    bot: i64,
    /// Those of all keys.
    patterns: Vec<Vec<String>>,
    scribe: Scribe,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Sight {
    pub(super) view: View,
    /// Seats that were given back, and the revision of that.
    pub(super) released: BTreeMap<Seat, u64>,
    /// Holders that are no members and may live: see [`Held::is_outsider`].
    pub(super) outsiders: BTreeSet<Instance>,
}

/// What became of a look at all entries.
#[derive(Debug)]
pub(super) enum Look {
    Seen(Box<Sight>),
    /// Nobody has the bucket.
    Lost,
    Failed(Error),
    /// There was no answer in time, or no connection.
    Unanswered,
}

/// What is written over which revision of an entry, 0 where there must be none.
struct Write {
    key: Key,
    over: u64,
    value: Bytes,
    /// It is not there any more for who reads the bucket.
    is_removal: bool,
}

impl Store {
    pub(super) fn new(nats: &Nats, bucket: kv::Store, bot: i64, partitions: u16) -> Self {
        let mut patterns = Key::patterns(bot, partitions);
        for pattern in patterns.iter_mut().flatten() {
            *pattern = format!("$KV.{}.{pattern}", bucket.name);
        }
        Self {
            patterns,
            nats: nats.clone(),
            bucket,
            bot,
            scribe: Scribe::new(super::bucket::host()),
        }
    }

    /// Reads all entries. They may be behind.
    pub(super) async fn look(self: Arc<Self>) -> Look {
        let stream = stream_of(&self.bucket.name);
        let mut found = Vec::new();
        for patterns in &self.patterns {
            match self.nats.last_of_each(&stream, patterns).await {
                Ok(Some(part)) => found.extend(part),
                Ok(None) => return Look::Lost,
                Err(error) => return Look::Failed(error),
            }
        }
        let prefix = self.subject("");
        let mut sight = Sight::default();
        for stored in found {
            let key = stored.subject.strip_prefix(&*prefix).and_then(Key::parse);
            let revision = stored.sequence;
            match key {
                Some(Key::Member(instance)) => {
                    let member = entry::member(&stored.headers, &stored.payload);
                    let entry = member.map(|value| (instance, Entry { revision, value }));
                    sight.view.members.extend(entry);
                }
                Some(Key::Seat(seat)) => {
                    let held = entry::seat(&stored.headers, &stored.payload);
                    sight.add(seat, revision, held);
                }
                None => {}
            }
        }
        Look::Seen(Box::new(sight))
    }

    pub(super) async fn put_member(
        self: Arc<Self>,
        instance: Instance,
        over: u64,
        member: Member,
    ) -> Written<Member> {
        let key = Key::Member(instance);
        let write = Write {
            key,
            over,
            value: self.scribe.member(member),
            is_removal: false,
        };
        match self.put(write).await {
            Written::Refused(_) => self.last(key).await.map_or(Written::Unknown, |found| {
                let entry = found.and_then(|(revision, headers, value)| {
                    let value = entry::member(&headers, &value)?;
                    Some(Entry { revision, value })
                });
                Written::Refused(entry)
            }),
            Written::Done(revision) => Written::Done(revision),
            Written::Unknown => Written::Unknown,
        }
    }

    pub(super) async fn put_seat(self: Arc<Self>, hold: Hold) -> Written<Holding> {
        let Hold {
            seat,
            over,
            holding,
            since,
            ..
        } = hold;
        let key = Key::Seat(seat);
        let write = Write {
            key,
            over,
            value: self.scribe.seat(holding, since),
            // So that a process of a version without members takes it, too.
            is_removal: holding.released,
        };
        match self.put(write).await {
            Written::Refused(_) => self.last(key).await.map_or(Written::Unknown, |found| {
                Written::Refused(found.map(|(revision, headers, value)| {
                    let value = entry::seat(&headers, &value).holding;
                    Entry { revision, value }
                }))
            }),
            Written::Done(revision) => Written::Done(revision),
            Written::Unknown => Written::Unknown,
        }
    }

    /// Removes a member's entry of that revision; says whether that is certain.
    pub(super) async fn remove_member(self: Arc<Self>, instance: Instance, over: u64) -> bool {
        let write = Write {
            key: Key::Member(instance),
            over,
            value: Bytes::new(),
            is_removal: true,
        };
        matches!(self.put(write).await, Written::Done(_))
    }

    /// Whether a member has no entry, for certain.
    pub(super) async fn is_absent(self: Arc<Self>, instance: Instance) -> bool {
        let found = self.last(Key::Member(instance)).await;
        found.is_ok_and(|found| {
            found.is_none_or(|(_, headers, value)| entry::member(&headers, &value).is_none())
        })
    }

    /// Recreates the bucket if the server has it no more, or if it never stored anything.
    pub(super) async fn restore(self: Arc<Self>) -> Result<bool> {
        let stream = stream_of(&self.bucket.name);
        self.nats.restore_writable(&stream).await
    }

    async fn put(&self, write: Write) -> Written<()> {
        let mut message = PublishMessage::build()
            .expected_last_subject_sequence(write.over)
            .payload(write.value);
        if write.is_removal {
            message = message.header("KV-Operation", "DEL");
        }
        let subject = self.subject(&write.key.name(self.bot));
        let jetstream = self.nats.jetstream();
        let sent = async {
            match jetstream.send_publish(subject, message).await?.await {
                Ok(ack) => Ok(Written::Done(ack.sequence)),
                Err(error) if jetstream_code(&error) == Some(ANOTHER_REVISION) => {
                    Ok(Written::Refused(None))
                }
                Err(error) => Err(error),
            }
        };
        let written = self.nats.within(sent).await;
        written.unwrap_or(Written::Unknown)
    }

    /// What stands under a key: revision, headers and value. Read from who decides on it: another
    /// copy may be behind.
    async fn last(&self, key: Key) -> Result<Option<(u64, HeaderMap, Bytes)>> {
        let subject = self.subject(&key.name(self.bot));
        let reading = async {
            let stream = &self.bucket.stream;
            match stream.get_last_raw_message_by_subject(&subject).await {
                Ok(message) => Ok(Some((message.sequence, message.headers, message.payload))),
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.nats.within(reading).await
    }

    fn subject(&self, key: &str) -> String {
        format!("$KV.{}.{key}", self.bucket.name)
    }
}

impl Sight {
    fn add(&mut self, seat: Seat, revision: u64, held: Held) {
        let value = held.holding;
        self.view.seats.insert(seat, Entry { revision, value });
        if value.released {
            self.released.insert(seat, revision);
        } else if held.is_outsider {
            self.outsiders.insert(value.holder);
        }
    }
}
