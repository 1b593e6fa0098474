//! Forums: topics in which people and the bot talk, until they are deleted.

use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn what_is_said_in_a_topic_names_it_and_so_does_the_answer() {
    let (tg, bot) = start().await;
    let (alice, group) = (tg.person("Алиса"), tg.group("Дом"));
    let topic = group.opens_topic("Ремонт");
    alice.says_in_topic(&group, topic, "/start");

    let update = &bot.only_update().await["message"];
    assert_eq!(update["chat"]["is_forum"], true);
    assert_eq!(update["message_thread_id"], topic);
    assert_eq!(update["is_topic_message"], true);
    let params = json!({"chat_id": group.id(), "text": "да", "message_thread_id": topic});
    let answer = bot.call("sendMessage", params).await.result().clone();
    assert_eq!(answer["message_thread_id"], topic);
    assert_eq!(answer["is_topic_message"], true);
}

#[tokio::test]
async fn nothing_can_be_said_in_a_topic_that_is_not_there() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом");
    let topic = group.opens_topic("Ремонт");
    let send = async |thread: i64| {
        let params = json!({"chat_id": group.id(), "text": "да", "message_thread_id": thread});
        bot.call("sendMessage", params).await
    };
    // That of the general topic is not taken either.
    for missing in [1, topic + 1] {
        let refused = send(missing).await;
        refused.is_error(400, "Bad Request: message thread not found");
    }
    send(topic).await.result();
    group.deletes_topic(topic);
    let refused = send(topic).await;
    refused.is_error(400, "Bad Request: message thread not found");
    assert_eq!(group.messages().len(), 0);
}
