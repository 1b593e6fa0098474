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
}

impl Switch {
    pub(crate) const ALL: [Self; 3] = [Self::InboxOff, Self::NaiveOrder, Self::MixedLanes];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InboxOff => "inbox-off",
            Self::NaiveOrder => "naive-order",
            Self::MixedLanes => "mixed-lanes",
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
            Self::MixedLanes => return,
        };
        let applied = database.batch_execute(sql).await;
        applied.expect("the inbox is there");
    }
}

impl FromStr for Switch {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let found = Self::ALL.into_iter().find(|switch| switch.name() == name);
        found.ok_or(())
    }
}
