//! Channels: posts of the bot and of people, subscribers, comments; administrators who hide, and channels that speak in groups.

use serde_json::{Value, json};

use crate::support::{Bot, start};

/// All updates, confirmed one by one: the same offset at once gets one only.
async fn all(bot: &Bot) -> Vec<Value> {
    let wanted = json!([
        "message",
        "channel_post",
        "edited_channel_post",
        "my_chat_member",
        "chat_member",
        "message_reaction_count"
    ]);
    let (mut all, mut offset) = (vec![], 0);
    loop {
        let params = json!({"offset": offset, "allowed_updates": wanted});
        let next = bot
            .call("getUpdates", params)
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

#[tokio::test]
async fn posts_have_no_author_but_a_channel() {
    let (tg, bot) = start().await;
    all(&bot).await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса"));
    let channel = tg
        .channel("Новости")
        .with_administrator(&olga)
        .with_signatures();
    let post = bot.says(channel.id(), "раз").await;
    assert_eq!(
        (
            post.get("from"),
            &post["sender_chat"]["id"],
            &post["chat"]["type"],
            &post["author_signature"]
        ),
        (
            None,
            &json!(channel.id()),
            &json!("channel"),
            &json!("Emulated bot")
        )
    );
    olga.says_in(&channel, "два");
    let told = all(&bot).await;
    let posted = &told[0]["channel_post"];
    assert_eq!(
        (
            &posted["text"],
            &posted["author_signature"],
            posted.get("from")
        ),
        (&json!("два"), &json!("Ольга"), None)
    );
    let control = async |path: &str, params: Value| {
        bot.post_json(format!("{}/control/{path}", tg.url()), params)
            .await
    };
    control("edit", json!({"user": olga.id(), "chat": channel.id(), "message_id": posted["message_id"], "text": "три"})).await.result();
    assert_eq!(all(&bot).await[0]["edited_channel_post"]["text"], "три");
    let refused = control(
        "say",
        json!({"user": alice.id(), "chat": channel.id(), "text": "а я?"}),
    )
    .await;
    refused.is_error(400, "Bad Request: only administrators post in a channel");

    // The bot edits its own post, and that of others if it may.
    let edit = |id: &Value| json!({"chat_id": channel.id(), "message_id": id, "text": "четыре"});
    bot.call("editMessageText", edit(&post["message_id"]))
        .await
        .result();
    bot.call("editMessageText", edit(&posted["message_id"]))
        .await
        .result();
    channel.bot_promoted_by(&olga, &["can_post_messages"]);
    olga.says_in(&channel, "пять");
    let other = all(&bot).await.last().unwrap()["channel_post"]["message_id"].clone();
    bot.call("editMessageText", edit(&other))
        .await
        .is_error(400, "Bad Request: message can't be edited");
    channel.bot_promoted_by(&olga, &["can_edit_messages"]);
    let refused = bot
        .call("sendMessage", json!({"chat_id": channel.id(), "text": "x"}))
        .await;
    refused.is_error(
        400,
        "Bad Request: need administrator rights in the channel chat",
    );
    channel.bot_removed_by(&olga);
    let refused = bot
        .call("sendMessage", json!({"chat_id": channel.id(), "text": "x"}))
        .await;
    refused.is_error(403, "Forbidden: bot was kicked from the channel chat");
}

#[tokio::test]
async fn one_subscribes_first() {
    let (tg, bot) = start().await;
    all(&bot).await;
    let (alice, olga) = (tg.person("Алиса"), tg.person("Ольга"));
    let channel = tg
        .channel("Новости")
        .with_username("news")
        .with_administrator(&olga);
    let status = async || {
        let params = json!({"chat_id": "@news", "user_id": alice.id()});
        bot.call("getChatMember", params).await
    };
    assert_eq!(status().await.result()["status"], "left");
    alice.joins(&channel);
    assert_eq!(status().await.result()["status"], "member");
    let told = all(&bot).await;
    assert_eq!(told.len(), 1, "no service messages in channels: {told:?}");
    assert_eq!(
        told[0]["chat_member"]["new_chat_member"]["status"],
        "member"
    );
    let me = json!({"chat_id": channel.id(), "user_id": tg.bot_id()});
    let me = bot.call("getChatMember", me).await.result().clone();
    assert_eq!(
        (&me["can_post_messages"], me.get("can_pin_messages")),
        (&json!(true), None)
    );
    bot.call("leaveChat", json!({"chat_id": channel.id()}))
        .await
        .result();
    status()
        .await
        .is_error(400, "Bad Request: member list is inaccessible");
    assert_eq!(
        bot.call("getChat", json!({"chat_id": "@news"}))
            .await
            .result()["type"],
        "channel"
    );
}

#[tokio::test]
async fn posts_are_commented_on_in_a_group() {
    let (tg, bot) = start().await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса").who_has_started());
    let group = tg.group("Обсуждение").with(&alice);
    let channel = tg
        .channel("Новости")
        .with_administrator(&olga)
        .with_comments_in(&group);
    let post = bot.says(channel.id(), "раз").await;
    let told = all(&bot).await;
    let forwarded = &told[0]["message"];
    assert_eq!(
        (
            &forwarded["is_automatic_forward"],
            &forwarded["sender_chat"]["id"],
            &forwarded["from"]["id"]
        ),
        (&json!(true), &json!(channel.id()), &json!(777_000))
    );
    let origin = &forwarded["forward_origin"];
    assert_eq!(
        (&origin["type"], &origin["message_id"]),
        (&json!("channel"), &post["message_id"])
    );
    assert_eq!(forwarded["forward_from_chat"]["id"], channel.id());
    alice.replies_in(&group, forwarded["message_id"].as_i64().unwrap(), "ого");
    assert_eq!(
        all(&bot).await[0]["message"]["reply_to_message"]["text"],
        "раз"
    );
    let full = bot.call("getChat", json!({"chat_id": channel.id()})).await;
    assert_eq!(full.result()["linked_chat_id"], group.id());
    // People forward posts, which names the channel.
    alice.forwards_from(&channel, post["message_id"].as_i64().unwrap());
    assert_eq!(
        all(&bot).await[0]["message"]["forward_origin"]["chat"]["id"],
        channel.id()
    );
}

#[tokio::test]
async fn reactions_to_posts_are_counted_only() {
    let (tg, bot) = start().await;
    all(&bot).await;
    let channel = tg.channel("Новости");
    let (alice, boris) = (
        tg.person("Алиса").with_username("alice"),
        tg.person("Борис").with_username("boris"),
    );
    let post = bot.says(channel.id(), "раз").await;
    for person in ["alice", "boris"] {
        let params = json!({"user": person, "chat": channel.id(), "message_id": post["message_id"], "emoji": "👍"});
        bot.post_json(format!("{}/control/react", tg.url()), params)
            .await
            .result();
    }
    let told = all(&bot).await;
    assert_eq!(
        told[1]["message_reaction_count"]["reactions"],
        json!([{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 2}])
    );
    drop((alice, boris));
}

#[tokio::test]
async fn who_hides_speaks_as_the_group_or_a_channel() {
    let (tg, bot) = start().await;
    let olga = tg.person("Ольга");
    let alice = tg.person("Алиса");
    let group = tg
        .group("Дом")
        .with_administrator(&olga)
        .with(&alice)
        .with_bot_as_administrator();
    let channel = tg.channel("Новости").with_administrator(&alice);
    group.hides(&olga);
    olga.says_in(&group, "я никто");
    let message = all(&bot).await[0]["message"].clone();
    assert_eq!(
        (&message["from"]["username"], &message["sender_chat"]["id"]),
        (&json!("GroupAnonymousBot"), &json!(group.id()))
    );
    // What one wrote so is one's own.
    let edit = json!({"user": olga.id(), "chat": group.id(), "message_id": message["message_id"], "text": "никто"});
    bot.post_json(format!("{}/control/edit", tg.url()), edit)
        .await
        .result();

    alice.says_as(&channel, &group, "мы");
    let message = all(&bot).await.last().unwrap()["message"].clone();
    assert_eq!(
        (
            &message["from"]["username"],
            &message["sender_chat"]["title"]
        ),
        (&json!("Channel_Bot"), &json!("Новости"))
    );
    let ban = json!({"chat_id": group.id(), "sender_chat_id": channel.id()});
    bot.call("banChatSenderChat", ban.clone()).await.result();
    let say = json!({"user": alice.id(), "chat": group.id(), "as": "Новости", "text": "опять мы"});
    let url = format!("{}/control/say", tg.url());
    bot.post_json(url.clone(), say.clone())
        .await
        .is_error(400, "Bad Request: this chat is banned in this group");
    bot.call("unbanChatSenderChat", ban).await.result();
    bot.post_json(url.clone(), say).await.result();
    let strange = json!({"user": olga.id(), "chat": group.id(), "as": "Новости", "text": "мы"});
    bot.post_json(url, strange)
        .await
        .is_error(400, "Bad Request: they do not administrate that chat");
}

#[tokio::test]
async fn the_control_api_makes_channels() {
    let (tg, bot) = start().await;
    let _olga = tg.person("Ольга").with_username("olga");
    let control = async |path: &str, params: Value| {
        bot.post_json(format!("{}/control/{path}", tg.url()), params)
            .await
            .result()
            .clone()
    };
    control(
        "groups",
        json!({"title": "Новости", "type": "channel", "owner": "olga", "signatures": true}),
    )
    .await;
    control("groups", json!({"title": "Обсуждение"})).await;
    control(
        "groups/link",
        json!({"group": "Новости", "comments": "Обсуждение"}),
    )
    .await;
    control(
        "say",
        json!({"user": "olga", "chat": "Новости", "text": "раз"}),
    )
    .await;
    let told = all(&bot).await;
    assert_eq!(told[0]["channel_post"]["author_signature"], "Ольга");
    assert_eq!(told[1]["message"]["is_automatic_forward"], true);
    let groups = bot.control(&tg, "groups").await;
    let channel = groups
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["title"] == "Новости")
        .unwrap();
    assert_eq!(channel["type"], "channel");
}
