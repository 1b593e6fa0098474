//! What a bot of a test's own notes of what it handles: that nothing is lost, done twice or out of order shows there.

use diesel::{
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use ostankino::{DbSession, Result, Update, User};
use telegram_emulator::Person;

use super::World;

impl World {
    /// Makes the table of notes.
    pub(crate) async fn prepare_notes(&self) {
        let table = "CREATE TABLE notes (n BIGSERIAL PRIMARY KEY, update_id BIGINT, user_id BIGINT, text TEXT)";
        let made = self.database().await.batch_execute(table).await;
        made.expect("the table is made");
    }

    /// What was noted of somebody, in its order.
    pub(crate) async fn noted(&self, person: &Person) -> Vec<String> {
        let client = self.database().await;
        let sql = "SELECT text FROM notes WHERE user_id = $1 ORDER BY n";
        let rows = client.query(sql, &[&person.id()]).await.expect("rows");
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// Notes an update of that user, in the session of its handler.
pub(crate) async fn note(db: &DbSession, update: &Update, user: &User, text: &str) -> Result<()> {
    let note = sql_query("INSERT INTO notes (update_id, user_id, text) VALUES ($1, $2, $3)")
        .bind::<BigInt, _>(update.id)
        .bind::<BigInt, _>(user.id)
        .bind::<Text, _>(text);
    note.execute(&mut *db.conn().await?).await?;
    Ok(())
}
