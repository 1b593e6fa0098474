//! A table of the bot's own: its migrations are embedded and run at the start, its queries share the transaction of
//! the update. `/note хлеб` writes, `/notes` reads, `/clear` deletes.
//!
//! ```sh
//! scripts/services up && eval "$(scripts/services env)"
//! OSTANKINO__TELEGRAM__TOKEN=123456:… cargo run --example table
//! ```

use std::process::ExitCode;

use diesel::{ExpressionMethods, QueryDsl, QueryResult};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::{
    App, CommandArgs, DbSession, Error, Html, Result, Router, User, db::storable, html,
};

/// In a package of your own the folder is `migrations`, and needs no name.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/migrations");

diesel::table! {
    /// What users note, as in the migration.
    notes (id) {
        /// By order of writing.
        id -> BigInt,
        /// Whose it is.
        user_id -> BigInt,
        /// As it was written.
        text -> Text,
    }
}

/// Queries are functions of a connection, apart from handlers.
async fn add(connection: &mut AsyncPgConnection, user: i64, text: &str) -> QueryResult<()> {
    let row = (notes::user_id.eq(user), notes::text.eq(storable(text)));
    let insert = diesel::insert_into(notes::table).values(row);
    insert.execute(connection).await.map(drop)
}

async fn latest(connection: &mut AsyncPgConnection, user: i64) -> QueryResult<Vec<String>> {
    let theirs = notes::table.filter(notes::user_id.eq(user));
    let newest = theirs.order(notes::id.desc()).limit(20);
    newest.select(notes::text).load(connection).await
}

async fn note(CommandArgs(text): CommandArgs, user: User, db: DbSession) -> Result<&'static str> {
    if text.is_empty() {
        return Err(Error::user("Напишите что: <code>/note хлеб</code>"));
    }
    add(&mut *db.conn().await?, user.id, &text).await?;
    Ok("Записано. Все: /notes")
}

async fn list(user: User, db: DbSession) -> Result<Html> {
    let texts = latest(&mut *db.conn().await?, user.id).await?;
    if texts.is_empty() {
        return Ok("Пока ничего.".into());
    }
    Ok(Html::join(
        texts.into_iter().map(|text| html!("• {text}")),
        "\n",
    ))
}

async fn clear(user: User, db: DbSession) -> Result<String> {
    let theirs = notes::table.filter(notes::user_id.eq(user.id));
    let count = diesel::delete(theirs)
        .execute(&mut *db.conn().await?)
        .await?;
    Ok(format!("Удалено: {count}"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let router = Router::new()
        .command("note", note)
        .command("notes", list)
        .command("clear", clear);
    ostankino::serve(|config| {
        App::builder(config)
            .migrations(MIGRATIONS)
            .router(router)
            .menu([
                ("note", "Записать"),
                ("notes", "Показать"),
                ("clear", "Удалить все"),
            ])
    })
    .await
}
