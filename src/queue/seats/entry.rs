//! How members and seats stand in the bucket: as JSON, by the names of their keys.

use std::time::SystemTime;

use async_nats::HeaderMap;
use bytes::Bytes;
use ostankino_seats::{Condition, Holding, Instance, Member, Seat};
use serde::{Deserialize, Serialize};

/// Stands for who cannot be known. No process draws it as its name.
const SOMEBODY: Instance = Instance(0);

/// What an entry of the bucket is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Seat(Seat),
    Member(Instance),
}

impl Key {
    /// The key in the bucket. The poller's is that of the versions before there were seats, whose
    /// processes hold it as well.
    pub(super) fn name(self, bot: i64) -> String {
        match self {
            Self::Seat(Seat::Poll) => format!("poller.{bot}"),
            Self::Seat(Seat::Partition(number)) => format!("seat.{bot}.{number}"),
            Self::Member(instance) => format!("member.{bot}.{instance}"),
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('.');
        let key = match (parts.next()?, parts.next()?, parts.next()) {
            ("poller", _, None) => Self::Seat(Seat::Poll),
            ("seat", _, Some(number)) => Self::Seat(Seat::Partition(number.parse().ok()?)),
            ("member", _, Some(name)) => Self::Member(instance(name)?),
            _ => return None,
        };
        parts.next().is_none().then_some(key)
    }

    /// Those of all keys of a bot, split so that each part names no more than a server reads at once:
    /// 1,024.
    pub(super) fn patterns(bot: i64, partitions: u16) -> Vec<Vec<String>> {
        let seats = format!("seat.{bot}.*");
        let others = vec![format!("poller.{bot}"), format!("member.{bot}.*")];
        if partitions > 512 {
            return vec![others, vec![seats]];
        }
        vec![[others, vec![seats]].concat()]
    }
}

/// A member's entry.
#[derive(Debug, Serialize, Deserialize)]
struct MemberRecord {
    /// The name of its host.
    host: String,
    /// Since when it takes part, in Unix seconds.
    since: u64,
    condition: ConditionRecord,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ConditionRecord {
    Well,
    Unwell,
    /// Also what later versions may know: nothing is given to it.
    #[serde(other)]
    Leaving,
}

/// A seat's entry. Versions before there were members wrote the poller's without `released`; they
/// read the first three fields, and take what cannot be read for somebody's.
#[derive(Debug, Default, Serialize, Deserialize)]
struct SeatRecord {
    instance: String,
    host: String,
    /// Since when it has the seat, in Unix seconds.
    since: u64,
    #[serde(default)]
    released: Option<bool>,
}

/// Who holds a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) holding: Holding,
    /// It is a process of a version without members, or cannot be known: that it is no member does
    /// not say that it is dead. Its entry vanishes when it is.
    pub(super) is_outsider: bool,
}

/// Writes and reads entries of this process.
#[derive(Clone, Debug)]
pub(super) struct Scribe {
    host: String,
    since: u64,
}

impl Scribe {
    pub(super) fn new(host: String) -> Self {
        let since = unix_seconds();
        Self { host, since }
    }

    pub(super) fn member(&self, member: Member) -> Bytes {
        let record = MemberRecord {
            host: self.host.clone(),
            since: self.since,
            condition: match member.condition {
                Condition::Well => ConditionRecord::Well,
                Condition::Unwell => ConditionRecord::Unwell,
                Condition::Leaving => ConditionRecord::Leaving,
            },
        };
        json(&record)
    }

    /// `since`: when it was taken, in Unix seconds.
    pub(super) fn seat(&self, holding: Holding, since: u64) -> Bytes {
        let record = SeatRecord {
            instance: holding.holder.to_string(),
            host: self.host.clone(),
            since,
            released: Some(holding.released),
        };
        json(&record)
    }
}

/// The time that operators are told.
pub(super) fn unix_seconds() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

fn json(record: &impl Serialize) -> Bytes {
    let json = serde_json::to_vec(record);
    json.expect("strings and numbers can be written").into()
}

/// Reads a member's entry; `None` if it was removed.
pub(super) fn member(headers: &HeaderMap, value: &[u8]) -> Option<Member> {
    if is_removed(headers) {
        return None;
    }
    let record = serde_json::from_slice::<MemberRecord>(value);
    let condition = record.map_or(ConditionRecord::Leaving, |record| record.condition);
    Some(Member {
        condition: match condition {
            ConditionRecord::Well => Condition::Well,
            ConditionRecord::Unwell => Condition::Unwell,
            ConditionRecord::Leaving => Condition::Leaving,
        },
    })
}

/// Reads a seat's entry. A removed one was given back in order.
pub(super) fn seat(headers: &HeaderMap, value: &[u8]) -> Held {
    let record: SeatRecord = serde_json::from_slice(value).unwrap_or_default();
    Held {
        holding: Holding {
            holder: instance(&record.instance).unwrap_or(SOMEBODY),
            released: is_removed(headers),
        },
        is_outsider: record.released.is_none(),
    }
}

fn is_removed(headers: &HeaderMap) -> bool {
    // DEL, PURGE, or the mark of the server that an entry expired.
    headers.get("KV-Operation").is_some() || headers.get("Nats-Marker-Reason").is_some()
}

fn instance(name: &str) -> Option<Instance> {
    let is_name = name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = is_name.then(|| u64::from_str_radix(name, 16).ok())?;
    number.map(Instance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("KV-Operation", "DEL");
        headers
    }

    #[test]
    fn keys_name_what_they_are_about() {
        for (key, name) in [
            (Key::Seat(Seat::Poll), "poller.77"),
            (Key::Seat(Seat::Partition(300)), "seat.77.300"),
            (
                Key::Member(Instance(0xc0_ffee)),
                "member.77.0000000000c0ffee",
            ),
        ] {
            assert_eq!(key.name(77), name);
            assert_eq!(Key::parse(name), Some(key));
        }
        for name in [
            "poller.77.1",
            "seat.77",
            "seat.77.x",
            "seat.77.1.2",
            "member.77.1",
            "other.77",
        ] {
            assert_eq!(Key::parse(name), None, "{name}");
        }
    }

    #[test]
    fn many_partitions_are_read_by_themselves() {
        let all = ["poller.77", "member.77.*", "seat.77.*"];
        assert_eq!(Key::patterns(77, 512), [all]);
        assert_eq!(Key::patterns(77, 1_024).concat(), all);
        assert_eq!(Key::patterns(77, 1_024)[1], ["seat.77.*"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let scribe = Scribe::new("box".into());
        for condition in [Condition::Well, Condition::Unwell, Condition::Leaving] {
            let value = scribe.member(Member { condition });
            assert_eq!(
                member(&HeaderMap::new(), &value),
                Some(Member { condition })
            );
            assert_eq!(member(&removed(), &value), None);
        }
        let mut holding = Holding {
            holder: Instance(7),
            released: false,
        };
        let read = seat(&HeaderMap::new(), &scribe.seat(holding, 1));
        assert_eq!((read.holding, read.is_outsider), (holding, false));
        holding.released = true;
        let read = seat(&removed(), &scribe.seat(holding, 1));
        assert_eq!((read.holding, read.is_outsider), (holding, false));
    }

    /// As the first version with members wrote them.
    #[test]
    fn entries_can_be_read_by_later_versions() {
        let value = br#"{"host":"box","since":1700000000,"condition":"unwell"}"#;
        let condition = Condition::Unwell;
        assert_eq!(member(&HeaderMap::new(), value), Some(Member { condition }));
        let value =
            br#"{"instance":"0000000000c0ffee","host":"box","since":1700000000,"released":false}"#;
        let holding = Holding {
            holder: Instance(0xc0_ffee),
            released: false,
        };
        let read = seat(&HeaderMap::new(), value);
        assert_eq!((read.holding, read.is_outsider), (holding, false));
    }

    #[test]
    fn what_a_later_version_writes_is_a_member_to_which_nothing_is_given() {
        let value = br#"{"host":"box","since":1,"condition":"dozing"}"#;
        let condition = Condition::Leaving;
        assert_eq!(member(&HeaderMap::new(), value), Some(Member { condition }));
        assert_eq!(member(&HeaderMap::new(), b"?"), Some(Member { condition }));
    }

    /// As 3ad3c5d wrote it.
    #[test]
    fn the_poller_of_a_version_without_members_is_an_outsider() {
        let value = br#"{"instance":"00c0ffee00c0ffee","host":"old","since":1700000000}"#;
        let read = seat(&HeaderMap::new(), value);
        assert!(read.is_outsider && !read.holding.released);
        let read = seat(&HeaderMap::new(), b"?");
        assert!(read.is_outsider && !read.holding.released);
        // It gives the lease back by removing it, without a word.
        assert!(seat(&removed(), b"").holding.released);
    }

    /// As 3ad3c5d reads it.
    #[test]
    fn a_version_without_members_can_read_who_polls() {
        #[derive(Deserialize)]
        struct Holder {
            instance: String,
            host: String,
            since: u64,
        }
        let holding = Holding {
            holder: Instance(7),
            released: false,
        };
        let value = Scribe::new("box".into()).seat(holding, 1_700_000_000);
        let read: Holder = serde_json::from_slice(&value).expect("it is read");
        assert_eq!((&*read.instance, &*read.host), ("0000000000000007", "box"));
        assert!(read.since == 1_700_000_000);
    }
}
