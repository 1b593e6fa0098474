//! Dialogs on real servers: quick clicks, crashes, deleted messages, groups, events, deploys.

mod clicks;
mod cost;
mod crashes;
mod ephemeral;
mod events;
mod groups;
mod kinds;
mod lists;
mod versions;

use ostankino::{App, DbSession, Reply, Result, Router, User};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use telegram_emulator::{Person, SentMessage};

use crate::support::{World, program::serve};

windows! { Step { Count, Note, Paid } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Order {
    count: i64,
    note: String,
}

impl DialogData for Order {
    const NAME: &'static str = "order";
    type Window = Step;
    type Result = ();
}

/// Stores the order, and goes on.
async fn pay(Data(order): Data<Order>, user: User, db: DbSession) -> Result<Turn<Order>> {
    use diesel::sql_types::BigInt;
    use diesel_async::RunQueryDsl;
    let paid = diesel::sql_query("INSERT INTO paid (user_id, count) VALUES ($1, $2)")
        .bind::<BigInt, _>(user.id)
        .bind::<BigInt, _>(order.count);
    paid.execute(&mut *db.conn().await?).await?;
    Ok(Turn::to(Step::Paid).toast("Оплачено"))
}

/// «/order» begins it, «/close» ends what is open.
fn order() -> Dialog<Order> {
    Dialog::<Order>::new()
        .window(Step::Count, |w| {
            w.text(|v| format!("Пирожков: {} ({})", v.data.count, v.data.note));
            w.counter("count", field!(count), 0..=1_000);
            w.to(Step::Note, |_| "Пожелания");
            w.button("pay", |_| "Оплатить", pay).once();
            w.cancel(|_| "Закрыть");
        })
        .window(Step::Note, |w| {
            w.text(|_| "Напишите пожелания");
            w.ask_text(1..=50, field!(note)).then(Step::Count);
            w.to(Step::Count, |_| "Назад");
        })
        .window(Step::Paid, |w| {
            w.text(|v| format!("Оплачено: {}", v.data.count));
            w.to(Step::Count, |_| "Ещё");
        })
}

async fn start(dialogs: Dialogs) -> Result<Reply> {
    dialogs.start(Order::default()).await
}

async fn close(dialogs: Dialogs) -> Result<Reply> {
    dialogs.close().await
}

fn bot() -> Router {
    Router::new()
        .command("order", start)
        .command("close", close)
        .dialogs(DialogSet::new().with(order()))
}

/// A world with the table of what was paid.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    let table = "CREATE TABLE paid (user_id BIGINT NOT NULL, count BIGINT NOT NULL)";
    let created = world.database().await.batch_execute(table).await;
    created.expect("the database is new");
    world
}

/// No test: the bot as a process, to be killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_with_dialogs() {
    serve(|config| App::builder(config).router(bot())).await;
}

/// The texts, or captions, of the messages with buttons, and of those without.
fn seen(messages: Vec<SentMessage>) -> (Vec<String>, Vec<String>) {
    let (with, without): (Vec<_>, Vec<_>) = messages.into_iter().partition(has_buttons);
    let text = |message: SentMessage| match message.text.is_empty() {
        true => message.caption,
        false => message.text,
    };
    (
        with.into_iter().map(text).collect(),
        without.into_iter().map(text).collect(),
    )
}

fn has_buttons(message: &SentMessage) -> bool {
    let markup = message.reply_markup.as_ref();
    let rows = markup.and_then(|it| it["inline_keyboard"].as_array());
    rows.is_some_and(|rows| !rows.is_empty())
}

/// What the button with that label carries.
pub(crate) fn data_of(message: &SentMessage, label: &str) -> String {
    let rows = message.reply_markup.as_ref().expect("buttons")["inline_keyboard"].clone();
    let rows = rows.as_array().expect("rows").clone();
    let mut buttons = rows
        .iter()
        .flat_map(|row| row.as_array().into_iter().flatten());
    let button = buttons.find(|it| it["text"] == label);
    let data = button.unwrap_or_else(|| panic!("no button {label} in {rows:?}"));
    data["callback_data"].as_str().expect("data").to_owned()
}

/// Waits until the private chat looks so: the texts of messages with buttons, and of those without.
async fn sees(world: &World, person: &Person, with: &[&str], without: &[&str]) {
    let looks = |_: &_| {
        let (has, lacks) = seen(person.messages());
        has == with && lacks == without
    };
    if !world.tg.holds_within(crate::support::DEADLINE, looks).await {
        panic!(
            "{:?}, not {with:?} and {without:?}",
            seen(person.messages())
        );
    }
}

/// Somebody presses what is there no more by the time that Telegram hears of it.
pub(crate) fn presses_late(world: &World, person: &Person, message_id: i64, data: &str) {
    let id = person.id();
    let from = json!({"id": id, "is_bot": false, "first_name": "Алиса"});
    world.tg.push_update(json!({"callback_query": {
        "id": "1", "from": from, "chat_instance": "1", "data": data,
        "message": {"message_id": message_id, "date": 0, "chat": {"id": id, "type": "private", "first_name": "Алиса"}},
    }}));
}
