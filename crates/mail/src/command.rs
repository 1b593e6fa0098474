//! What a bot adds to have the command: its route and its dialogs.

use std::sync::Arc;

use ostankino::{Reply, Result, Router, filter, jiff::tz::TimeZone};
use ostankino_dialogs::{DialogSet, Dialogs};

use crate::{
    counted::{self, Counted},
    desk::{self, Desk},
    new,
};

/// The command `/mail`, for those who may write to everybody.
///
/// See the [crate](crate) for an example.
#[derive(Clone, Debug)]
#[must_use = "nobody has the command until a router has its routes and its dialogs"]
pub struct MailCommand {
    admins: Arc<[i64]>,
    zone: Zone,
}

/// In which time zone administrators choose a time.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    pub(crate) name: Arc<str>,
    pub(crate) zone: TimeZone,
}

impl MailCommand {
    /// For these users, by their ids. To others there is no such command, and what they say goes to the bot's other routes.
    pub fn for_admins(ids: impl IntoIterator<Item = i64>) -> Self {
        Self {
            admins: ids.into_iter().collect(),
            zone: Zone {
                name: "UTC".into(),
                zone: TimeZone::UTC,
            },
        }
    }

    /// In which zone administrators choose when a mailing begins, such as `Europe/Moscow`: UTC unless it is said.
    ///
    /// # Panics
    ///
    /// If there is no such zone.
    #[track_caller]
    pub fn zone(mut self, name: &str) -> Self {
        let Ok(zone) = TimeZone::get(name) else {
            panic!("there is no time zone `{name}`: it is one like `Europe/Moscow`, or `UTC`");
        };
        self.zone = Zone {
            name: name.into(),
            zone,
        };
        self
    }

    /// The route of the command, in private chats, and that of a button by which messages are compared. The bot has [mailings](ostankino::AppBuilder::mailings).
    pub fn routes(&self) -> Router {
        let is_admin = filter::private() & filter::from(self.admins.clone());
        Router::new()
            .on(filter::command("mail") & is_admin, open)
            .press::<Counted, _>(counted::pressed)
    }

    /// The bot's dialogs, and those of the command. What of it was open to somebody who is no administrator any more is closed to them.
    ///
    /// # Panics
    ///
    /// If they are there already.
    #[track_caller]
    pub fn dialogs(&self, dialogs: DialogSet) -> DialogSet {
        dialogs
            .with(desk::dialog(&self.zone).access(self.access()))
            .with(new::dialog(&self.zone).access(self.access()))
    }

    fn access(&self) -> ostankino_dialogs::Access {
        ostankino_dialogs::Access::users(self.admins.iter().copied())
    }
}

async fn open(dialogs: Dialogs) -> Result<Reply> {
    dialogs.start_anew(Desk::default()).await
}
