//! Files that a bot sends and fetches: uploaded once by all containers, sent at least once after a commit, and nothing
//! committed that could not be sent.

mod crashes;
mod downloads;
mod ids;
mod large;
mod troubles;

use std::path::PathBuf;

use bytes::Bytes;
use diesel::{sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use ostankino::{
    Bot, Call, DbSession, DialogueState, Error, Fsm, Reply, Result, Router, Upload, User,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::World;

/// What is in the file that the bot sends.
const CAT: &[u8] = b"\0a cat\xff";

/// How often somebody asked.
#[derive(Default, Serialize, Deserialize)]
struct Asked(u32);

impl DialogueState for Asked {
    const NAME: &'static str = "asked";
}

/// «/plain» answers with a file, «/hit» with one after it wrote a row, «/walk» after it moved the dialogue,
/// «/from» with the file at `path`, after it wrote a row; «/call» sends one by itself.
fn bot(path: PathBuf) -> Router {
    Router::new()
        .command("plain", || async { cat() })
        .command("hit", |user: User, db: DbSession| async move {
            hit(&db, &user).await?;
            Ok::<_, Error>(cat())
        })
        .command("walk", |fsm: Fsm| async move {
            fsm.set(Asked(1))?;
            Ok::<_, Error>(cat())
        })
        .command("from", move |user: User, db: DbSession| {
            let upload = Upload::path(&path);
            async move {
                hit(&db, &user).await?;
                Ok::<_, Error>(document(upload))
            }
        })
        .command("call", |user: User, bot: Bot| async move {
            let call = Call::new("sendDocument").param("chat_id", user.id);
            let upload = Upload::bytes(CAT, "text/plain").named("cat.txt");
            bot.call::<Value>(call.file("document", upload)).await?;
            Ok::<_, Error>(())
        })
}

fn cat() -> Reply {
    document(Upload::bytes(CAT, "text/plain").named("cat.txt"))
}

fn document(upload: Upload) -> Reply {
    Reply::document(upload)
}

async fn hit(db: &DbSession, user: &User) -> Result<()> {
    let insert = sql_query("INSERT INTO hits VALUES ($1)").bind::<BigInt, _>(user.id);
    insert.execute(&mut *db.conn().await?).await?;
    Ok(())
}

async fn prepare(world: &World) {
    let table = "CREATE TABLE hits (user_id BIGINT)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
}

async fn world() -> World {
    let world = World::new().await;
    prepare(&world).await;
    world
}

/// How often the bot sent the bytes of a document.
fn uploads(world: &World) -> usize {
    let calls = world.tg.calls_of("sendDocument");
    let has_file = |params: &Value| params.get("file0").is_some_and(Value::is_object);
    calls.iter().filter(|call| has_file(&call.params)).count()
}

/// What is in the document of a message.
async fn content(world: &World, message: &Value) -> Bytes {
    let bot = Bot::new(&world.config().telegram);
    let id = message["document"]["file_id"].as_str();
    let download = bot.download(id.expect("a document")).await;
    let bytes = download.expect("it is there").bytes(1 << 20).await;
    bytes.expect("its bytes")
}

/// How many messages, which are chunks and names, the store of files holds.
async fn stored(world: &World) -> u64 {
    let name = format!("OBJ_{}_files", world.prefix);
    let stream = world.jetstream().await.get_stream(name).await;
    stream
        .expect("the store is there")
        .cached_info()
        .state
        .messages
}

/// A file of a test's own; removed when dropped.
struct OnDisk(PathBuf);

impl OnDisk {
    fn of(bytes: &[u8]) -> Self {
        let name = format!("ostankino-test-{:016x}.txt", fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).expect("written");
        Self(path)
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
