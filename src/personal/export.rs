//! All that is kept of a person, as JSON.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Map, Value, json};

use super::{
    stores::Stores,
    tables::{TABLES, Table},
};
use crate::{
    Result,
    db::{Cached, failed},
};

/// The rows, by table; tables without any are left out.
pub(super) async fn rows(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    user: i64,
) -> Result<Map<String, Value>> {
    #[derive(QueryableByName)]
    struct Rows {
        #[diesel(sql_type = Text)]
        rows: String,
    }
    let mut tables = Map::new();
    for Table { name, rows, .. } in TABLES {
        let find = sql_query(format!(
            "SELECT coalesce(json_agg(t), '[]')::text AS rows FROM {name} AS t WHERE {rows}"
        ))
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(user);
        let found: Rows = Cached(find).get_result(connection).await.map_err(failed)?;
        let rows: Vec<Value> = serde_json::from_str(&found.rows)?;
        if !rows.is_empty() {
            tables.insert((*name).to_owned(), rows.into());
        }
    }
    Ok(tables)
}

impl Stores {
    /// The dialogues, by key, and the dead letters.
    pub(super) async fn export(&self, user: i64) -> Result<Map<String, Value>> {
        let mut dialogues = Map::new();
        for (key, _) in self.dialogues(user).await? {
            let Some(store) = &self.dialogues else { break };
            if let Some(value) = self.nats.within(store.get(key.clone())).await? {
                dialogues.insert(key, json_or_text(&value));
            }
        }
        let letters = self.letters(user).await?;
        let letters = letters.iter().map(|letter| {
            let update = json_or_text(&letter.letter.update);
            json!({ "number": letter.number, "reason": letter.letter.reason, "update": update })
        });
        let letters: Vec<_> = letters.collect();
        let all = [
            ("dialogues", dialogues.into()),
            ("dead_letters", letters.into()),
        ];
        Ok(all
            .map(|(name, what): (_, Value)| (name.to_owned(), what))
            .into_iter()
            .collect())
    }
}

fn json_or_text(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into())
}
