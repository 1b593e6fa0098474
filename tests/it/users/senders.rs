//! Who an update's sender is, of every kind that names one, and that a row of one's own may refer to
//! whoever a handler is given.

use diesel::{
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use ostankino::{
    DbSession, DialogueState, Error, Fsm, Result, Router, Update, UpdateKind, User,
    telegram::Membership, users,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{message, private_chat};
use crate::support::{APOLOGY, World, servers::until};

const ANONYMOUS: i64 = 1_087_968_824;
const CHANNEL_BOT: i64 = 136_817_688;

/// The kinds that name somebody, in the order of the Bot API.
const KINDS: [UpdateKind; 21] = [
    UpdateKind::Message,
    UpdateKind::EditedMessage,
    UpdateKind::BusinessConnection,
    UpdateKind::BusinessMessage,
    UpdateKind::EditedBusinessMessage,
    UpdateKind::GuestMessage,
    UpdateKind::MessageReaction,
    UpdateKind::InlineQuery,
    UpdateKind::ChosenInlineResult,
    UpdateKind::CallbackQuery,
    UpdateKind::ShippingQuery,
    UpdateKind::PreCheckoutQuery,
    UpdateKind::PurchasedPaidMedia,
    UpdateKind::PollAnswer,
    UpdateKind::MyChatMember,
    UpdateKind::ChatMember,
    UpdateKind::ChatJoinRequest,
    UpdateKind::ChatBoost,
    UpdateKind::RemovedChatBoost,
    UpdateKind::ManagedBot,
    UpdateKind::Subscription,
];

fn person(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": "Кто-то"})
}

fn bot(id: i64) -> Value {
    json!({"id": id, "is_bot": true, "first_name": "bot"})
}

fn group() -> Value {
    json!({"id": -1_001_234_567_890_i64, "type": "supergroup", "title": "Клуб"})
}

/// A payload of that kind as Telegram sends it, caused by the user with that id.
fn payload(kind: UpdateKind, id: i64) -> Value {
    let user = person(id);
    let mut said = message(&user, &private_chat(id), "привет")["message"].take();
    let changed = json!({
        "chat": group(), "from": user, "date": 1,
        "old_chat_member": {"status": "left", "user": bot(1)},
        "new_chat_member": {"status": "member", "user": bot(1)},
    });
    let source = json!({"source": "premium", "user": user});
    match kind {
        UpdateKind::EditedMessage => said["edit_date"] = json!(2),
        UpdateKind::BusinessMessage | UpdateKind::EditedBusinessMessage => {
            said["business_connection_id"] = json!("bc");
        }
        UpdateKind::GuestMessage => said["guest_query_id"] = json!("gq"),
        UpdateKind::BusinessConnection => {
            return json!({"id": "bc", "user": user, "user_chat_id": id, "date": 1, "is_enabled": true});
        }
        UpdateKind::MessageReaction => {
            return json!({"chat": group(), "message_id": 1, "user": user, "date": 1, "old_reaction": [], "new_reaction": []});
        }
        UpdateKind::InlineQuery => {
            return json!({"id": "1", "from": user, "query": "", "offset": ""});
        }
        UpdateKind::ChosenInlineResult => {
            return json!({"result_id": "1", "from": user, "query": ""});
        }
        UpdateKind::CallbackQuery => {
            return json!({"id": "1", "from": user, "chat_instance": "1", "data": "x"});
        }
        UpdateKind::ShippingQuery => {
            return json!({"id": "1", "from": user, "invoice_payload": "", "shipping_address": {}});
        }
        UpdateKind::PreCheckoutQuery => {
            return json!({"id": "1", "from": user, "currency": "XTR", "total_amount": 1, "invoice_payload": ""});
        }
        UpdateKind::PurchasedPaidMedia => return json!({"from": user, "paid_media_payload": ""}),
        UpdateKind::PollAnswer => return json!({"poll_id": "1", "user": user, "option_ids": [0]}),
        UpdateKind::MyChatMember | UpdateKind::ChatMember => return changed,
        UpdateKind::ChatJoinRequest => {
            return json!({"chat": group(), "from": user, "user_chat_id": id, "date": 1});
        }
        UpdateKind::ChatBoost => {
            return json!({"chat": group(), "boost": {"boost_id": "1", "add_date": 1, "expiration_date": 2, "source": source}});
        }
        UpdateKind::RemovedChatBoost => {
            return json!({"chat": group(), "boost_id": "1", "remove_date": 1, "source": source});
        }
        UpdateKind::ManagedBot => return json!({"user": user, "bot": bot(2)}),
        UpdateKind::Subscription => {
            return json!({"user": user, "invoice_payload": "", "state": "active"});
        }
        _ => {}
    }
    said
}

/// Writes who caused the update into a table that refers to the users; 0 for nobody.
async fn keep(update: Update, user: Option<User>, db: DbSession) -> Result<()> {
    let connection = &mut *db.conn().await?;
    let id = user.map_or(0, |user| user.id);
    let insert = sql_query("INSERT INTO seen VALUES ($1, nullif($2, 0))")
        .bind::<Text, _>(update.kind.as_str())
        .bind::<BigInt, _>(id);
    insert.execute(connection).await?;
    Ok(())
}

async fn world() -> World {
    let world = World::new().await;
    let table = "CREATE TABLE seen (kind TEXT, user_id BIGINT)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
    world
}

/// From now on the table refers to that of the users, which the bot has made.
async fn refer(world: &World) {
    let refers = "ALTER TABLE seen ADD FOREIGN KEY (user_id) REFERENCES users (id)";
    let altered = world.database().await.batch_execute(refers).await;
    altered.expect("both are there");
}

#[tokio::test]
async fn a_row_may_refer_to_the_user_of_every_kind_that_names_one() {
    let world = world().await;
    let routes = KINDS.into_iter().fold(Router::new(), |routes, kind| {
        routes.on(kind, |update: Update, user: User, db: DbSession| {
            keep(update, Some(user), db)
        })
    });
    let _app = world.run(routes).await;
    refer(&world).await;
    for (id, kind) in (100..).zip(KINDS) {
        world
            .tg
            .push_update(json!({kind.as_str(): payload(kind, id)}));
    }
    for (id, kind) in (100..).zip(KINDS) {
        let kind = kind.as_str();
        until(kind, async || {
            let row = format!("FROM seen WHERE kind = '{kind}' AND user_id = {id}");
            world.count(&row).await == 1
        })
        .await;
    }
    // Only a message in the private chat is taken for activity in it.
    assert_eq!(world.count("FROM users").await, 21);
    assert_eq!(world.count("FROM users WHERE is_active").await, 1);
}

#[tokio::test]
async fn who_is_nobody_is_no_user_and_has_no_row() {
    let world = world().await;
    let kinds = [
        UpdateKind::Message,
        UpdateKind::BusinessMessage,
        UpdateKind::ChannelPost,
        UpdateKind::MessageReaction,
        UpdateKind::PollAnswer,
        UpdateKind::MyChatMember,
    ];
    let routes = kinds
        .into_iter()
        .fold(Router::new(), |routes, kind| routes.on(kind, keep));
    let _app = world.run(routes).await;
    refer(&world).await;
    let channel = json!({"id": -1_009, "type": "channel", "title": "Канал"});
    let mut anonymous = message(&bot(ANONYMOUS), &group(), "/hello");
    anonymous["message"]["sender_chat"] = group();
    let mut as_channel = message(&bot(CHANNEL_BOT), &group(), "привет");
    as_channel["message"]["sender_chat"] = channel.clone();
    let mut forwarded = message(&person(777_000), &group(), "новость");
    forwarded["message"]["sender_chat"] = channel.clone();
    forwarded["message"]["is_automatic_forward"] = json!(true);
    let by_telegram = message(&person(777_000), &private_chat(777_000), "код");
    let by_bot = message(&bot(5), &group(), "привет");
    let mut for_business = message(&person(6), &private_chat(7), "открыты");
    for_business["message"]["sender_business_bot"] = bot(8);
    let post =
        json!({"message_id": 1, "date": 1, "chat": channel, "sender_chat": channel, "text": "x"});
    let mut reaction = payload(UpdateKind::MessageReaction, 9);
    reaction["user"].take();
    reaction["actor_chat"] = group();
    let mut vote = payload(UpdateKind::PollAnswer, CHANNEL_BOT);
    vote["voter_chat"] = channel.clone();
    let mut change = payload(UpdateKind::MyChatMember, 9);
    change["from"] = bot(ANONYMOUS);
    let updates = [
        anonymous,
        as_channel,
        forwarded,
        by_telegram,
        by_bot,
        json!({"business_message": for_business["message"]}),
        json!({"channel_post": post}),
        json!({"message_reaction": reaction}),
        json!({"poll_answer": vote}),
        json!({"my_chat_member": change}),
    ];
    let all = i64::try_from(updates.len()).expect("few");
    for update in updates {
        world.tg.push_update(update);
    }
    until("all are handled", async || {
        world.count("FROM seen").await == all
    })
    .await;
    assert_eq!(world.count("FROM seen WHERE user_id IS NOT NULL").await, 0);
    assert_eq!(world.count("FROM users").await, 0);
}

#[tokio::test]
async fn a_row_may_refer_to_who_was_added_and_to_anybody_who_is_recorded_first() {
    let world = world().await;
    let routes = Router::new()
        .chat_member(|update: Update, change: Membership, db: DbSession| {
            keep(update, change.member, db)
        })
        .text(|update: Update, db: DbSession| async move {
            let replied = update.message().and_then(|m| m.reply_to_message.clone());
            let user = replied.and_then(|replied| replied.from);
            let user = user.ok_or(Error::Mismatch("reply"))?;
            users::ensure(&mut *db.conn().await?, &user).await?;
            keep(update, Some(user), db).await
        });
    let _app = world.run(routes).await;
    refer(&world).await;
    let mut added = payload(UpdateKind::ChatMember, 11);
    added["new_chat_member"]["user"] = person(12);
    world.tg.push_update(json!({"chat_member": added}));
    let mut reply = message(&person(13), &group(), "это он");
    reply["message"]["reply_to_message"] =
        message(&person(14), &group(), "привет")["message"].take();
    world.tg.push_update(reply);
    for id in [12, 14] {
        until("it is written", async || {
            world
                .count(&format!("FROM seen WHERE user_id = {id}"))
                .await
                == 1
        })
        .await;
    }
    let known = "FROM users WHERE id IN (11, 12, 13, 14) AND NOT is_active";
    assert_eq!(world.count(known).await, 4);
}

#[tokio::test]
async fn who_is_only_named_is_neither_refreshed_nor_taken_for_active() {
    let world = world().await;
    let routes = Router::new()
        .text(|| async { "да" })
        .on(UpdateKind::EditedMessage, keep);
    let _app = world.run(routes).await;
    let alice = world.tg.person("Алиса");
    alice.says("привет");
    alice.next_message().await;
    let blocked = "UPDATE users SET is_active = false";
    let client = world.database().await;
    client.batch_execute(blocked).await.expect("it is set");
    let before = world.user(alice.id()).await.expect("a row");
    let edited = payload(UpdateKind::EditedMessage, alice.id());
    world.tg.push_update(json!({"edited_message": edited}));
    until("it is handled", async || {
        world.count("FROM seen").await == 1
    })
    .await;
    assert_eq!(world.user(alice.id()).await.expect("a row"), before);
}

#[tokio::test]
async fn what_the_bot_itself_said_for_a_business_is_not_handled() {
    let world = World::new().await;
    let answer = || async { "Мы открыты" };
    let routes = Router::new()
        .on(UpdateKind::BusinessMessage, answer)
        .on(UpdateKind::EditedBusinessMessage, answer);
    let _app = world.run(routes).await;
    let vera = world.tg.person("Вера").who_has_started();
    let said = |from: Value| {
        let mut said = message(&from, &private_chat(vera.id()), "вы открыты?")["message"].take();
        said["business_connection_id"] = json!("bc");
        said
    };
    let mut own = said(person(99));
    own["sender_business_bot"] = bot(world.tg.bot_id());
    let by_itself = said(bot(world.tg.bot_id()));
    for update in [
        json!({"business_message": own}),
        json!({"edited_business_message": own}),
        json!({"business_message": by_itself}),
        json!({"business_message": said(person(vera.id()))}),
    ] {
        world.tg.push_update(update);
    }
    let call = world.tg.next_call("sendMessage").await;
    assert_eq!(call.params["business_connection_id"], "bc");
    world.queue_is_empty().await;
    assert_eq!(world.tg.calls_of("sendMessage").len(), 1, "to her only");
    assert_eq!(world.count("FROM users").await, 1);
}

#[derive(Serialize, Deserialize)]
struct Asked {}

impl DialogueState for Asked {
    const NAME: &'static str = "asked";
}

#[tokio::test]
async fn channels_that_write_in_a_group_have_dialogues_of_their_own() {
    let world = World::new().await;
    let ask = |fsm: Fsm| async move { fsm.set(Asked {}).map(|()| "Что скажете?") };
    let routes = Router::new()
        .command("ask", ask)
        .state::<Asked, _>(|| async { "Записано" })
        .text(|| async { "Никто не спрашивал" });
    let _app = world.run(routes).await;
    let club = world.tg.group("Клуб");
    let chat = json!({"id": club.id(), "type": "supergroup", "title": "Клуб"});
    let says = |channel: i64, text: &str| {
        let mut update = message(&bot(CHANNEL_BOT), &chat, text);
        let sender = json!({"id": channel, "type": "channel", "title": "Канал"});
        update["message"]["sender_chat"] = sender;
        world.tg.push_update(update);
    };
    for (channel, text, answer) in [
        (-1_001, "/ask", "Что скажете?"),
        (-1_002, "мнение", "Никто не спрашивал"),
        (-1_001, "мнение", "Записано"),
    ] {
        says(channel, text);
        assert_eq!(club.next_message().await.text, answer, "{channel}");
    }
}

#[tokio::test]
async fn a_bot_is_not_apologised_to() {
    let world = World::new().await;
    let fails = || async { Err::<(), _>(Error::message("x")) };
    let app = world.run(Router::new().command("fail", fails)).await;
    let club = world.tg.group("Клуб");
    let chat = json!({"id": club.id(), "type": "supergroup", "title": "Клуб"});
    for from in [bot(5), person(6)] {
        let id = world.tg.push_update(message(&from, &chat, "/fail"));
        app.logs
            .wait_until("it is handled", |record| {
                record["event"] == "update_handled" && record["update_id"] == id
            })
            .await;
    }
    assert_eq!(club.next_message().await.text, APOLOGY);
    assert_eq!(world.tg.messages_in(club.id()).len(), 1);
}
