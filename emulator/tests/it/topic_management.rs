//! Topics: opened, renamed, closed, hidden and deleted, by bots and by people.

use serde_json::{Value, json};

use crate::support::{Bot, start};

async fn all(bot: &Bot) -> Vec<Value> {
    let (mut all, mut offset) = (vec![], 0);
    loop {
        let next = bot
            .call("getUpdates", json!({"offset": offset}))
            .await
            .result()
            .as_array()
            .unwrap()
            .clone();
        let Some(last) = next.last() else { return all };
        offset = last["update_id"].as_i64().unwrap() + 1;
        all.extend(next);
    }
}

fn with(mut params: Value, field: &str, value: impl Into<Value>) -> Value {
    params[field] = value.into();
    params
}

#[tokio::test]
async fn the_bot_manages_topics() {
    let (tg, bot) = start().await;
    let olga = tg.person("Ольга");
    let group = tg.group("Дом").with_administrator(&olga);
    let chat = json!({"chat_id": group.id()});
    let create = with(chat.clone(), "name", "Ремонт");
    bot.call("createForumTopic", create.clone())
        .await
        .is_error(400, "Bad Request: the chat is not a forum");
    group.opens_topic("Тихая");
    bot.call("createForumTopic", create.clone())
        .await
        .is_error(400, "Bad Request: not enough rights to create a topic");
    group.bot_promoted_by(&olga, &["can_manage_topics", "can_delete_messages"]);
    bot.call("createForumTopic", chat.clone())
        .await
        .is_error(400, "Bad Request: title must be non-empty");
    let topic = bot.call("createForumTopic", create).await.result().clone();
    assert_eq!(
        (&topic["name"], &topic["icon_color"]),
        (&json!("Ремонт"), &json!(7_322_096))
    );
    let thread = with(
        chat.clone(),
        "message_thread_id",
        topic["message_thread_id"].clone(),
    );
    let said = bot
        .call("sendMessage", with(thread.clone(), "text", "в теме"))
        .await;
    assert_eq!(said.result()["is_topic_message"], true);

    bot.call("editForumTopic", with(thread.clone(), "name", "Стройка"))
        .await
        .result();
    bot.call("editForumTopic", with(thread.clone(), "name", "Стройка"))
        .await
        .is_error(400, "Bad Request: TOPIC_NOT_MODIFIED");
    bot.call("closeForumTopic", thread.clone()).await.result();
    bot.call("closeForumTopic", thread.clone())
        .await
        .is_error(400, "Bad Request: TOPIC_NOT_MODIFIED");
    // Who manages topics writes in a closed one, too.
    bot.call("sendMessage", with(thread.clone(), "text", "ещё"))
        .await
        .result();
    bot.call("reopenForumTopic", thread.clone()).await.result();
    bot.call("deleteForumTopic", thread.clone()).await.result();
    bot.call("deleteForumTopic", thread.clone())
        .await
        .is_error(400, "Bad Request: TOPIC_ID_INVALID");
    bot.call("sendMessage", with(thread, "text", "?"))
        .await
        .is_error(400, "Bad Request: message thread not found");
    let notes = bot
        .control(&tg, &format!("messages?chat={}", group.id()))
        .await;
    assert_eq!(notes, json!([]), "what was said in it went with it");
    // Of topics a bot is told even what it did itself.
    let told = all(&bot).await;
    let of = |field: &str| {
        let has = |update: &&Value| update["message"].get(field).is_some();
        told.iter().filter(has).count()
    };
    let counts = [
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
    ]
    .map(of);
    assert_eq!(counts, [1, 1, 1]);
}

#[tokio::test]
async fn people_manage_topics_and_the_bot_hears_it() {
    let (tg, bot) = start().await;
    let olga = tg.person("Ольга");
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with_administrator(&olga).with(&alice);
    let thread = olga.opens_topic(&group, "Ремонт");
    let told = all(&bot).await;
    let created = &told[0]["message"];
    assert_eq!(
        (
            &created["message_id"],
            &created["message_thread_id"],
            &created["is_topic_message"]
        ),
        (&json!(thread), &json!(thread), &json!(true))
    );
    assert_eq!(
        created["forum_topic_created"],
        json!({"name": "Ремонт", "icon_color": 7_322_096})
    );
    assert_ne!(thread, 1, "the general topic's");
    olga.renames_topic(&group, thread, "Стройка");
    olga.closes_topic(&group, thread, true);
    let told = all(&bot).await;
    assert_eq!(
        told[0]["message"]["forum_topic_edited"],
        json!({"name": "Стройка"})
    );
    assert_eq!(
        (
            &told[1]["message"]["forum_topic_closed"],
            &told[1]["message"]["message_thread_id"]
        ),
        (&json!({}), &json!(thread))
    );

    let text = json!({"chat_id": group.id(), "message_thread_id": thread, "text": "?"});
    bot.call("sendMessage", text.clone())
        .await
        .is_error(400, "Bad Request: TOPIC_CLOSED");
    let say = json!({"user": alice.id(), "chat": group.id(), "thread": thread, "text": "а?"});
    let url = format!("{}/control/say", tg.url());
    bot.post_json(url, say)
        .await
        .is_error(400, "Bad Request: the topic is closed");
    olga.says_in_topic(&group, thread, "мне можно");
    olga.closes_topic(&group, thread, false);
    bot.call("sendMessage", text).await.result();
}

#[tokio::test]
async fn the_general_topic_is_closed_and_hidden() {
    let (tg, bot) = start().await;
    let olga = tg.person("Ольга");
    let group = tg.group("Дом").with_administrator(&olga);
    group.opens_topic("Ремонт");
    group.bot_promoted_by(&olga, &["can_manage_topics"]);
    let chat = json!({"chat_id": group.id()});
    bot.call("editGeneralForumTopic", with(chat.clone(), "name", "Всё"))
        .await
        .result();
    bot.call("closeGeneralForumTopic", chat.clone())
        .await
        .result();
    group.bot_promoted_by(&olga, &["can_pin_messages"]);
    let text = with(chat.clone(), "text", "?");
    bot.call("sendMessage", text.clone())
        .await
        .is_error(400, "Bad Request: TOPIC_CLOSED");
    bot.call("reopenGeneralForumTopic", chat.clone())
        .await
        .is_error(400, "Bad Request: not enough rights to edit the topic");
    group.bot_promoted_by(&olga, &["can_manage_topics"]);
    bot.call("hideGeneralForumTopic", chat.clone())
        .await
        .result();
    bot.call("reopenGeneralForumTopic", chat.clone())
        .await
        .result();
    bot.call("unhideGeneralForumTopic", chat.clone())
        .await
        .is_error(400, "Bad Request: TOPIC_NOT_MODIFIED");
    bot.call("sendMessage", text).await.result();
}

#[tokio::test]
async fn pinned_messages_of_a_topic_are_unpinned() {
    let (tg, bot) = start().await;
    let olga = tg.person("Ольга");
    let group = tg.group("Дом").with_administrator(&olga);
    let thread = group.opens_topic("Ремонт");
    group.bot_promoted_by(&olga, &["can_pin_messages"]);
    let pin = async |params: Value| {
        let id = bot
            .call("sendMessage", with(params, "text", "x"))
            .await
            .result()["message_id"]
            .clone();
        bot.call(
            "pinChatMessage",
            json!({"chat_id": group.id(), "message_id": id}),
        )
        .await
        .result();
        id
    };
    let chat = json!({"chat_id": group.id()});
    let inside = with(chat.clone(), "message_thread_id", thread);
    pin(inside.clone()).await;
    let outside = pin(chat.clone()).await;
    bot.call("unpinAllForumTopicMessages", inside)
        .await
        .result();
    let world = bot.control(&tg, "world").await;
    assert_eq!(world["pinned"][group.id().to_string()], json!([outside]));
    bot.call("unpinAllGeneralForumTopicMessages", chat)
        .await
        .result();
    assert_eq!(bot.control(&tg, "world").await["pinned"], json!({}));
}

#[tokio::test]
async fn the_control_api_manages_topics() {
    let (tg, bot) = start().await;
    let _olga = tg.person("Ольга").with_username("olga");
    let control = async |path: &str, params: Value| {
        bot.post_json(format!("{}/control/{path}", tg.url()), params)
            .await
    };
    control("groups", json!({"title": "Дом", "owner": "olga"}))
        .await
        .result();
    let opened = control(
        "topics",
        json!({"user": "olga", "group": "Дом", "name": "Ремонт"}),
    )
    .await
    .result()
    .clone();
    let change = |more: Value| {
        let mut params = json!({"user": "olga", "group": "Дом", "thread": opened["thread"]});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        params
    };
    control(
        "topics/change",
        change(json!({"name": "Стройка", "closed": true})),
    )
    .await
    .result();
    control(
        "say",
        json!({"user": "olga", "chat": "Дом", "thread": opened["thread"], "text": "раз"}),
    )
    .await
    .result();
    let groups = bot.control(&tg, "groups").await;
    assert_eq!(
        groups[0]["topics"][opened["thread"].to_string()]["is_closed"],
        true
    );
    control("topics/change", change(json!({"deleted": true})))
        .await
        .result();
    control("topics/change", change(json!({"deleted": true})))
        .await
        .is_error(400, "Bad Request: there is no such topic");
    let told = all(&bot).await;
    assert_eq!(told.len(), 4);
}
