//! What can be broken on purpose, outside of the code under test, to see that the checks see it.

use std::str::FromStr;

use tokio_postgres::Client;

/// A part of the protocol that is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// The inbox forgets every update: work is done twice.
    InboxOff,
    /// The inbox forgets what is still to be brought about: dialogues fall behind the database.
    NaiveOrder,
    /// The updates of a user are put into several lanes: they overtake each other.
    MixedLanes,
    /// What left no trace is not recorded: it is done again after the next one of its user.
    NoTraces,
    /// Writes of seats are compared with nothing: who lost one takes it back.
    NoFence,
    /// Each process has seats of its own: all of them own everything.
    TwoOwners,
    /// Consumers are not recreated: batches stay with who had them.
    ReusedConsumer,
    /// Who polls never hears that another one does.
    LatePoller,
    /// Claims of a mailing move the cursor apart from the rows: now and then it stays behind.
    CursorApart,
    /// What was in hand of who died is sent again, whether that was asked for or not.
    DeadAgain,
    /// Claims of a mailing lose rows of those whom they passed.
    RowsApart,
}

impl Switch {
    pub(crate) const ALL: [Self; 11] = [
        Self::InboxOff,
        Self::NaiveOrder,
        Self::MixedLanes,
        Self::NoTraces,
        Self::NoFence,
        Self::TwoOwners,
        Self::ReusedConsumer,
        Self::LatePoller,
        Self::CursorApart,
        Self::DeadAgain,
        Self::RowsApart,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InboxOff => "inbox-off",
            Self::NaiveOrder => "naive-order",
            Self::MixedLanes => "mixed-lanes",
            Self::NoTraces => "no-traces",
            Self::NoFence => "no-fence",
            Self::TwoOwners => "two-owners",
            Self::ReusedConsumer => "reused-consumer",
            Self::LatePoller => "late-poller",
            Self::CursorApart => "cursor-apart",
            Self::DeadAgain => "dead-again",
            Self::RowsApart => "rows-apart",
        }
    }

    /// The faults that it takes to see it, by a part of their name; `None`: it is seen without any.
    pub(crate) fn shown_by(self) -> Option<&'static str> {
        match self {
            Self::InboxOff | Self::NaiveOrder | Self::MixedLanes | Self::ReusedConsumer => Some(""),
            Self::NoTraces => Some("batch held"),
            Self::NoFence => Some("seat stolen"),
            Self::DeadAgain => Some("kill after-mail"),
            Self::TwoOwners | Self::LatePoller | Self::CursorApart | Self::RowsApart => None,
        }
    }

    /// Breaks what is to be broken in the database; the rest is up to the proxy of NATS.
    pub(crate) async fn apply(self, database: &Client) {
        let sql = match self {
            Self::InboxOff => {
                "CREATE FUNCTION chaos_forget_all() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN DELETE FROM inbox WHERE update_id = NEW.update_id; RETURN NULL; END'; \
                 CREATE TRIGGER chaos AFTER INSERT ON inbox \
                 FOR EACH ROW EXECUTE FUNCTION chaos_forget_all()"
            }
            Self::NaiveOrder => {
                "CREATE FUNCTION chaos_forget() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN NEW.effects := NULL; RETURN NEW; END'; \
                 CREATE TRIGGER chaos BEFORE INSERT OR UPDATE ON inbox \
                 FOR EACH ROW EXECUTE FUNCTION chaos_forget()"
            }
            // A commit leaves effects: each of these updates is answered.
            Self::NoTraces => {
                "CREATE FUNCTION chaos_untraced() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN IF NEW.effects IS NULL AND NOT NEW.is_dead THEN RETURN NULL; END IF; \
                  RETURN NEW; END'; \
                 CREATE TRIGGER chaos BEFORE INSERT ON inbox \
                 FOR EACH ROW EXECUTE FUNCTION chaos_untraced()"
            }
            Self::CursorApart => {
                "ALTER TABLE mailing_sends DROP CONSTRAINT mailing_sends_pkey; \
                 CREATE FUNCTION chaos_apart() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN IF NEW.cursor_id > OLD.cursor_id AND random() < 0.3 THEN \
                  NEW.cursor_id := OLD.cursor_id; NEW.is_through := FALSE; END IF; RETURN NEW; END'; \
                 CREATE TRIGGER chaos BEFORE UPDATE ON mailings \
                 FOR EACH ROW EXECUTE FUNCTION chaos_apart()"
            }
            Self::DeadAgain => {
                "CREATE FUNCTION chaos_again() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN NEW.resends := TRUE; RETURN NEW; END'; \
                 CREATE TRIGGER chaos BEFORE INSERT ON mailings \
                 FOR EACH ROW EXECUTE FUNCTION chaos_again()"
            }
            Self::RowsApart => {
                "CREATE FUNCTION chaos_rows() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN IF random() < 0.05 THEN RETURN NULL; END IF; RETURN NEW; END'; \
                 CREATE TRIGGER chaos BEFORE INSERT ON mailing_sends \
                 FOR EACH ROW EXECUTE FUNCTION chaos_rows()"
            }
            Self::MixedLanes
            | Self::NoFence
            | Self::TwoOwners
            | Self::ReusedConsumer
            | Self::LatePoller => return,
        };
        let applied = database.batch_execute(sql).await;
        applied.expect("the tables are there");
    }
}

impl FromStr for Switch {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let found = Self::ALL.into_iter().find(|switch| switch.name() == name);
        found.ok_or(())
    }
}
