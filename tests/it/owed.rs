//! What outlives a reply: obligations, calls that wait for their chat, names of messages, answers that come back.

mod answers;
mod bursts;
mod commands;
mod crashes;
mod names;
mod obligations;
mod paused;

use ostankino::{
    App, Call, CommandArgs, Error, Event, Reply, Router, Text, User, event::Sent,
    extract::SuccessfulPayment, methods::RefundStarPaymentParams, reply::Invoice,
};
use serde::{Deserialize, Serialize};
use telegram_emulator::{Fault, Person};

use crate::support::{Service, World, program::serve, servers::until};

#[derive(Serialize, Deserialize)]
struct Posted {
    article: i64,
}

impl Event for Posted {
    const NAME: &'static str = "posted";
}

/// «/say a b» says each word, «/chain a b» each if that before it was said; «/order» names its message, which «/cooked text» edits;
/// «/buy» sells something that is given back at once; «/post» wants to know what became of it.
fn bot() -> Router {
    let words = |args: String| -> Vec<Reply> {
        let words = args.split(' ').map(|word| Reply::text(word.to_owned()));
        words.collect()
    };
    let say = move |CommandArgs(args): CommandArgs| async move {
        words(args).into_iter().fold(Reply::none(), Reply::and)
    };
    let chain = move |CommandArgs(args): CommandArgs| async move {
        words(args).into_iter().fold(Reply::none(), Reply::and_then)
    };
    let cooked = |CommandArgs(text): CommandArgs| async { Reply::edit_noted("order", text) };
    let either = || async {
        let photo = Reply::photo("https://example.org/cat.jpg");
        let other = Reply::text("вместо").and(Reply::text("фото"));
        photo.or(other).and_then(Reply::text("хвост"))
    };
    let buy = || async { Reply::invoice(Invoice::new("Чай", "Чашка", "tea").stars(10)) };
    let give_back = |user: User, payment: SuccessfulPayment| async move {
        let refund = RefundStarPaymentParams::builder()
            .user_id(u64::try_from(user.id)?)
            .telegram_payment_charge_id(payment.telegram_payment_charge_id)
            .build();
        let told = Reply::text("Деньги возвращены");
        Ok::<_, Error>(Reply::must(Call::of(&refund)).and_then(told))
    };
    let post = || async { Reply::text("Статья").then(&Posted { article: 7 }) };
    let posted = |Sent { event, answer }: Sent<Posted>| async move {
        match answer {
            Ok(message) => format!("{}: {}", event.article, message["message_id"]),
            Err(refused) => format!("{}: {:?}", event.article, refused.code),
        }
    };
    Router::new()
        .command("say", say)
        .command("chain", chain)
        .command("order", || async {
            Reply::text("Принят").note("order")
        })
        .command("cooked", cooked)
        .command("either", either)
        .command("buy", buy)
        .command("post", post)
        .pre_checkout(|| async { Reply::confirm() })
        .paid(give_back)
        .event::<Posted, _>(posted)
        .text(|Text(text): Text| async move { format!("· {text}") })
}

/// No test: the same bot as a process, to be killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_whose_replies_outlive_it() {
    serve(|config| App::builder(config).router(bot())).await;
}

async fn process(world: &World) -> Service {
    let program = world.this_program("owed::a_bot_whose_replies_outlive_it");
    program.start().await
}

/// Kills a process as the machine does, and waits until it is gone.
async fn kill(process: &Service) {
    process.signal("KILL");
    process.ends_with(-1).await;
}

/// Telegram refuses the next message, and asks to wait for so many seconds.
fn asks_to_wait(world: &World, seconds: u64) {
    let fault = Fault::on("sendMessage").retry_after(seconds);
    world.tg.fault(fault.times(1));
}

async fn owed(world: &World) -> i64 {
    world.count("FROM owed_calls").await
}

async fn so_many_are_owed(world: &World, count: i64) {
    until("so many calls are owed", async || {
        owed(world).await == count
    })
    .await;
}

/// As if what is owed had waited long enough.
async fn all_is_due(world: &World) {
    let due = "UPDATE owed_calls SET next_at = least(next_at, now())";
    let changed = world.database().await.execute(due, &[]).await;
    changed.expect("it runs");
}

/// As if whoever is dead had been so for long: what it had taken is free.
async fn the_dead_are_forgotten(world: &World) {
    let free = "UPDATE owed_calls SET taken_until = NULL";
    let changed = world.database().await.execute(free, &[]).await;
    changed.expect("it runs");
}

/// What a person has of the bot.
fn texts(world: &World, person: &Person) -> Vec<String> {
    let messages = world.tg.messages_in(person.id()).into_iter();
    messages.map(|it| it.text).collect()
}
