//! getChatMember, getChatMemberCount, getChatAdministrators, leaveChat.

use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn members_are_told_apart() {
    let (tg, bot) = start().await;
    let (owner, admin) = (tg.person("Владелец"), tg.person("Помощник"));
    let (member, stranger) = (tg.person("Гость"), tg.person("Чужой"));
    let group = tg
        .group("Дом")
        .with_administrator(&owner)
        .with_administrator(&admin)
        .with(&member);
    let get = async |user_id: i64| {
        bot.call(
            "getChatMember",
            json!({"chat_id": group.id(), "user_id": user_id}),
        )
        .await
    };
    for (id, status) in [
        (owner.id(), "creator"),
        (admin.id(), "administrator"),
        (member.id(), "member"),
        (stranger.id(), "left"),
        (tg.bot_id(), "member"),
    ] {
        let reply = get(id).await;
        assert_eq!(
            (&reply.result()["status"], &reply.result()["user"]["id"]),
            (&json!(status), &json!(id))
        );
    }
    assert_eq!(get(admin.id()).await.result()["can_pin_messages"], true);
    get(12).await.is_error(400, "Bad Request: member not found");
    get(0)
        .await
        .is_error(400, "Bad Request: invalid user_id specified");

    let params = json!({"chat_id": group.id()});
    assert_eq!(
        bot.call("getChatMemberCount", params.clone())
            .await
            .result(),
        4
    );
    let reply = bot.call("getChatAdministrators", params).await;
    let statuses: Vec<_> = reply
        .result()
        .as_array()
        .unwrap()
        .iter()
        .map(|admin| &admin["status"])
        .collect();
    assert_eq!(statuses, ["creator", "administrator"]);
}

#[tokio::test]
async fn a_private_chat_has_two_members_and_cannot_be_left() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let params = json!({"chat_id": alice.id()});
    assert_eq!(
        bot.call("getChatMemberCount", params.clone())
            .await
            .result(),
        2
    );
    bot.call("getChatAdministrators", params.clone())
        .await
        .is_error(
            400,
            "Bad Request: there are no administrators in the private chat",
        );
    bot.call("leaveChat", params).await.is_error(
        400,
        "Bad Request: chat member status can't be changed in private chats",
    );
}

#[tokio::test]
async fn a_group_that_was_left_is_closed_to_the_bot() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом").with_username("home");
    bot.call("sendMessage", json!({"chat_id": "@home", "text": "пока"}))
        .await
        .result();
    bot.call("leaveChat", json!({"chat_id": group.id()}))
        .await
        .result();
    let send = json!({"chat_id": group.id(), "text": "x"});
    bot.call("sendMessage", send)
        .await
        .is_error(403, "Forbidden: bot is not a member of the supergroup chat");
    tg.person("Алиса").says_in(&group, "ушёл");
    assert_eq!(bot.updates(0).await, Vec::<Value>::new());
}

#[tokio::test]
async fn administrators_may_delete_what_others_said() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом").with_bot_as_administrator();
    let alice = tg.person("Алиса");
    alice.says_in(&group, "раз");
    alice.says_in(&group, "два");
    let params = json!({"chat_id": group.id(), "message_ids": [1, 2, 99]});
    assert_eq!(
        bot.call("deleteMessages", params.clone()).await.result(),
        true
    );
    assert_eq!(bot.call("deleteMessages", params).await.result(), true);
    bot.call(
        "deleteMessage",
        json!({"chat_id": group.id(), "message_id": 1}),
    )
    .await
    .is_error(400, "Bad Request: message to delete not found");
}

#[tokio::test]
async fn groups_and_accounts_are_changed_through_the_control_api() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let control = async |path: &str, params: Value| {
        let url = format!("{}/control/{path}", tg.url());
        bot.post_json(url, params).await.result().clone()
    };
    let group = control(
        "groups",
        json!({"title": "Дом", "username": "home", "bot_is_administrator": true}),
    )
    .await;
    let reply = bot
        .call("getChatAdministrators", json!({"chat_id": "@home"}))
        .await;
    assert_eq!(reply.result()[0]["user"]["id"], tg.bot_id());
    assert_eq!(
        bot.call("getChat", json!({"chat_id": "@home"}))
            .await
            .result()["id"],
        group["id"]
    );

    control("deactivate", json!({"user": "Алиса"})).await;
    bot.call("sendMessage", json!({"chat_id": alice.id(), "text": "x"}))
        .await
        .is_error(403, "Forbidden: user is deactivated");
}
