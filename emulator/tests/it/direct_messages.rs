//! Direct messages of a channel: a topic for each writer, in which bots and administrators answer.

use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn each_writer_has_a_topic_that_an_answer_must_name() {
    let (tg, bot) = start().await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса"));
    let channel = tg.channel("Новости").with_administrator(&olga);
    let direct = channel.direct_messages();
    assert_eq!(direct.id(), channel.direct_messages().id());
    alice.says_in(&direct, "Можно вопрос?");

    let told = &bot.only_update().await["message"];
    let topic = json!({"topic_id": alice.id(), "user": told["from"]});
    assert_eq!(told["direct_messages_topic"], topic);
    assert_eq!(told["chat"]["type"], "supergroup");
    assert_eq!(told["chat"]["is_direct_messages"], true);
    assert_eq!(told.get("message_thread_id"), None);

    let mut params = json!({"chat_id": direct.id(), "text": "Можно"});
    let refused = bot.call("sendMessage", params.clone()).await;
    refused.is_error(400, "Bad Request: direct messages topic not found");
    // Olga has written nothing.
    params["direct_messages_topic_id"] = json!(olga.id());
    let refused = bot.call("sendMessage", params.clone()).await;
    refused.is_error(400, "Bad Request: direct messages topic not found");
    params["direct_messages_topic_id"] = json!(alice.id());
    let answer = bot.call("sendMessage", params).await.result().clone();
    assert_eq!(answer["direct_messages_topic"], topic);
    assert_eq!(direct.next_message().await.text, "Можно");

    let full = bot.call("getChat", json!({"chat_id": direct.id()})).await;
    assert_eq!(full.result()["parent_chat"]["id"], channel.id());
}

#[tokio::test]
async fn an_administrator_answers_as_the_channel_and_writers_see_to_their_own_topic() {
    let (tg, bot) = start().await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса"));
    let channel = tg.channel("Новости").with_administrator(&olga);
    let url = format!("{}/control/groups/direct", tg.url());
    let opened = bot.post_json(url, json!({"group": "Новости"})).await;
    let direct = channel.direct_messages();
    assert_eq!(opened.result()["id"], direct.id());
    alice.says_in(&direct, "Можно вопрос?");
    olga.says_in_topic(&direct, alice.id(), "Можно");

    let told = bot.updates(0).await;
    let answer = &told[1]["message"];
    assert_eq!(answer["sender_chat"]["id"], channel.id());
    assert_eq!(answer["direct_messages_topic"]["topic_id"], alice.id());

    let say = async |user: i64, topic: Option<i64>| {
        let url = format!("{}/control/say", tg.url());
        let mut params = json!({"user": user, "chat": direct.id(), "text": "Ещё"});
        if let Some(topic) = topic {
            params["thread"] = json!(topic);
        }
        bot.post_json(url, params).await
    };
    say(alice.id(), None).await.result();
    say(olga.id(), Some(alice.id())).await.result();
    let refused = say(olga.id(), None).await;
    refused.is_error(400, "Bad Request: whose topic is it?");
    for (user, topic) in [(olga.id(), olga.id()), (alice.id(), olga.id())] {
        let refused = say(user, Some(topic)).await;
        refused.is_error(400, "Bad Request: there is no such topic");
    }
}

#[tokio::test]
async fn direct_messages_follow_their_channel_in_name_and_bots() {
    let (tg, bot) = start().await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса"));
    let channel = tg.channel("Новости").with_administrator(&olga);
    let direct = channel.direct_messages();
    alice.says_in(&direct, "Можно вопрос?");
    let params = json!({"chat_id": channel.id(), "title": "Вести"});
    bot.call("setChatTitle", params).await.result();
    let renamed = bot.call("getChat", json!({"chat_id": direct.id()})).await;
    assert_eq!(renamed.result()["title"], "Вести");
    let heard = bot.updates(0).await;
    let last = heard.last().unwrap()["update_id"].as_i64().unwrap();
    channel.bot_removed_by(&olga);
    alice.says_in(&direct, "Вы здесь?");
    let told = bot.updates(last + 1).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["my_chat_member"]["chat"]["id"], channel.id());
    let params =
        json!({"chat_id": direct.id(), "text": "Да", "direct_messages_topic_id": alice.id()});
    let refused = bot.call("sendMessage", params).await;
    refused.is_error(403, "Forbidden: bot was kicked from the supergroup chat");
}
