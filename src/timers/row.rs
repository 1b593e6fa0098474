//! A row of the table `timers`.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz},
};
use jiff::Timestamp;
use ostankino_core::{event::CatchUp, internal::Whose};
use serde_json::Value;

use crate::db::from_pg;

/// A row that is still to be fired.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Row {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) firing: i64,
    #[diesel(sql_type = BigInt)]
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "operators are told it")
    )]
    pub(crate) bot_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) user_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    sender_chat: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) chat_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    chat_kind: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    thread_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    business: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) key: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) event: String,
    #[diesel(sql_type = Text)]
    pub(crate) data: String,
    #[diesel(sql_type = Timestamptz)]
    run_at: PgTimestamp,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) cron: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) zone: Option<String>,
    #[diesel(sql_type = SmallInt)]
    catch_up: i16,
}

/// What of a row is read.
pub(super) const COLUMNS: &str = "id, firing, bot_id, user_id, sender_chat, chat_id, chat_kind, thread_id, business, key, event, data, run_at, cron, zone, catch_up";

impl Row {
    /// When it is due.
    pub(crate) fn due(&self) -> Timestamp {
        from_pg(self.run_at)
    }

    /// What it holds.
    pub(super) fn json(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_str(&self.data)
    }

    pub(super) fn whose(&self) -> Whose {
        Whose {
            user: self.user_id,
            sender_chat: self.sender_chat,
            chat: self.chat_id,
            chat_kind: self.chat_kind.clone(),
            topic: self.thread_id,
            business: self.business.clone(),
        }
    }

    pub(super) fn catch_up(&self) -> CatchUp {
        match self.catch_up {
            0 => CatchUp::All,
            2 => CatchUp::None,
            _ => CatchUp::Last,
        }
    }
}

/// As the table has it.
pub(super) fn number(catch_up: CatchUp) -> i16 {
    match catch_up {
        CatchUp::All => 0,
        CatchUp::Last => 1,
        CatchUp::None => 2,
    }
}
