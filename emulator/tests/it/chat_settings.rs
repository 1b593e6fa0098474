//! What the bot sets of a chat as its administrator: title, description, photo, permissions, titles of people, links.

use serde_json::{Value, json};

use crate::support::{Bot, Form, png, start};

fn with(mut params: Value, more: Value) -> Value {
    let Value::Object(more) = more else {
        panic!("{more}")
    };
    params.as_object_mut().unwrap().extend(more);
    params
}

async fn full(bot: &Bot, chat_id: i64) -> Value {
    bot.call("getChat", json!({"chat_id": chat_id}))
        .await
        .result()
        .clone()
}

#[tokio::test]
async fn title_description_and_photo_are_set_by_right() {
    let (tg, bot) = start().await;
    let olga = tg.person("Ольга");
    let group = tg.group("Дом").with_administrator(&olga);
    let chat = json!({"chat_id": group.id()});
    let titled = with(chat.clone(), json!({"title": "Дача"}));
    bot.call("setChatTitle", titled.clone())
        .await
        .is_error(400, "Bad Request: not enough rights to change chat title");
    group.bot_promoted_by(&olga, &["can_change_info"]);
    bot.call("setChatTitle", titled).await.result();
    bot.call("setChatTitle", with(chat.clone(), json!({"title": " "})))
        .await
        .is_error(400, "Bad Request: title must be non-empty");
    let described = with(chat.clone(), json!({"description": "За городом"}));
    bot.call("setChatDescription", described.clone())
        .await
        .result();
    bot.call("setChatDescription", described)
        .await
        .is_error(400, "Bad Request: chat description is not modified");
    bot.call("setChatPhoto", with(chat.clone(), json!({"photo": "x"})))
        .await
        .is_error(400, "Bad Request: photo must be uploaded as an InputFile");
    bot.call("setChatPhoto", chat.clone())
        .await
        .is_error(400, "Bad Request: there is no photo in the request");
    let form = Form::default()
        .text("chat_id", group.id())
        .file("photo", "p.png", &png(200, 200));
    bot.upload("setChatPhoto", form).await.result();
    let chat_now = full(&bot, group.id()).await;
    assert_eq!(
        (&chat_now["title"], &chat_now["description"]),
        (&json!("Дача"), &json!("За городом"))
    );
    let file = json!({"file_id": chat_now["photo"]["big_file_id"]});
    bot.call("getFile", file).await.result();
    bot.call("deleteChatPhoto", chat).await.result();
    assert!(full(&bot, group.id()).await.get("photo").is_none());
    let said = bot
        .control(&tg, &format!("messages?chat={}", group.id()))
        .await;
    let notes = said.as_array().unwrap().iter().map(|message| {
        ["new_chat_title", "new_chat_photo", "delete_chat_photo"]
            .into_iter()
            .find(|name| message.get(name).is_some())
    });
    assert_eq!(
        notes.collect::<Vec<_>>(),
        [
            Some("new_chat_title"),
            Some("new_chat_photo"),
            Some("delete_chat_photo")
        ]
    );
    let private = json!({"chat_id": tg.person("Алиса").who_has_started().id(), "title": "x"});
    bot.call("setChatTitle", private).await.is_error(
        400,
        "Bad Request: method is available for supergroup and channel chats only",
    );
}

#[tokio::test]
async fn permissions_of_all_members_bring_others_with_them() {
    let (tg, bot) = start().await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса"));
    let group = tg.group("Дом").with_administrator(&olga).with(&alice);
    group.bot_promoted_by(&olga, &["can_restrict_members"]);
    let set = async |permissions: Value, independent: bool| {
        let params = json!({"chat_id": group.id(), "permissions": permissions, "use_independent_chat_permissions": independent});
        bot.call("setChatPermissions", params).await
    };
    set(json!({}), false).await.result();
    set(json!({}), false)
        .await
        .is_error(400, "Bad Request: CHAT_NOT_MODIFIED");
    let say = json!({"user": alice.id(), "chat": group.id(), "text": "а?"});
    let url = format!("{}/control/say", tg.url());
    bot.post_json(url.clone(), say.clone())
        .await
        .is_error(400, "Bad Request: members may not write to this group");
    olga.says_in(&group, "мне можно");
    set(json!({"can_send_polls": true}), true).await.result();
    assert_eq!(
        full(&bot, group.id()).await["permissions"]["can_send_messages"],
        false
    );
    set(json!({"can_send_other_messages": true}), false)
        .await
        .result();
    let permissions = full(&bot, group.id()).await["permissions"].clone();
    assert_eq!(
        (
            &permissions["can_send_photos"],
            &permissions["can_send_polls"]
        ),
        (&json!(true), &json!(false))
    );
    bot.post_json(url, say).await.result();
    set(json!({"can_send_polls": 1}), false).await.is_error(
        400,
        "Bad Request: can't parse chat permissions: Field \"can_send_polls\" must be of type Boolean",
    );
}

#[tokio::test]
async fn administrators_and_members_are_called_so() {
    let (tg, bot) = start().await;
    let (olga, alice) = (tg.person("Ольга"), tg.person("Алиса"));
    let group = tg.group("Дом").with_administrator(&olga).with(&alice);
    group.bot_promoted_by(&olga, &["can_promote_members", "can_manage_tags"]);
    let of = |user: i64, more: Value| with(json!({"chat_id": group.id(), "user_id": user}), more);
    let titled = of(alice.id(), json!({"custom_title": "Староста"}));
    bot.call("setChatAdministratorCustomTitle", titled.clone())
        .await
        .is_error(400, "Bad Request: user is not an administrator");
    bot.call("setChatMemberTag", of(alice.id(), json!({"tag": "кв. 5"})))
        .await
        .result();
    assert_eq!(
        bot.call("getChatMember", of(alice.id(), json!({})))
            .await
            .result()["tag"],
        "кв. 5"
    );
    olga.promotes(&alice, &group, true);
    bot.call("setChatAdministratorCustomTitle", titled)
        .await
        .result();
    assert_eq!(
        bot.call("getChatMember", of(alice.id(), json!({})))
            .await
            .result()["custom_title"],
        "Староста"
    );
    let owner = of(olga.id(), json!({"custom_title": "x"}));
    bot.call("setChatAdministratorCustomTitle", owner)
        .await
        .is_error(400, "Bad Request: only creator can edit their custom title");
    let long = of(alice.id(), json!({"custom_title": "x".repeat(17)}));
    bot.call("setChatAdministratorCustomTitle", long)
        .await
        .is_error(400, "Bad Request: ADMIN_RANK_INVALID");
}

#[tokio::test]
async fn links_are_edited_and_sold() {
    let (tg, bot) = start().await;
    let channel = tg.channel("Новости");
    let chat = json!({"chat_id": channel.id()});
    let link = bot
        .call(
            "createChatInviteLink",
            with(chat.clone(), json!({"name": "раз", "member_limit": 5})),
        )
        .await
        .result()
        .clone();
    let edit = |more: Value| {
        with(
            with(chat.clone(), json!({"invite_link": link["invite_link"]})),
            more,
        )
    };
    let edited = bot
        .call("editChatInviteLink", edit(json!({"name": "два"})))
        .await
        .result()
        .clone();
    assert_eq!(
        (
            &edited["name"],
            edited.get("member_limit"),
            &edited["invite_link"]
        ),
        (&json!("два"), None, &link["invite_link"])
    );
    let paid = with(
        chat.clone(),
        json!({"subscription_period": 2_592_000, "subscription_price": 10}),
    );
    assert_eq!(
        bot.call("createChatSubscriptionInviteLink", paid)
            .await
            .result()["subscription_price"],
        10
    );
    let short = with(
        chat,
        json!({"subscription_period": 60, "subscription_price": 10}),
    );
    bot.call("createChatSubscriptionInviteLink", short)
        .await
        .is_error(400, "Bad Request: SUBSCRIPTION_PERIOD_INVALID");
}

#[tokio::test]
async fn a_live_place_moves_until_it_is_stopped() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let place = json!({"chat_id": alice.id(), "latitude": 1.0, "longitude": 2.0});
    let sent = bot
        .call(
            "sendLocation",
            with(place.clone(), json!({"live_period": 600})),
        )
        .await
        .result()["message_id"]
        .clone();
    let moved = with(
        place.clone(),
        json!({"message_id": sent, "latitude": 1.5, "heading": 90}),
    );
    let location = bot
        .call("editMessageLiveLocation", moved.clone())
        .await
        .result()["location"]
        .clone();
    assert_eq!(
        (
            &location["latitude"],
            &location["heading"],
            &location["live_period"]
        ),
        (&json!(1.5), &json!(90), &json!(600))
    );
    let stop = json!({"chat_id": alice.id(), "message_id": sent});
    assert!(
        bot.call("stopMessageLiveLocation", stop.clone())
            .await
            .result()["location"]
            .get("live_period")
            .is_none()
    );
    bot.call("editMessageLiveLocation", moved)
        .await
        .is_error(400, "Bad Request: message can't be edited");
    let other = bot
        .call(
            "sendLocation",
            with(place.clone(), json!({"live_period": 600})),
        )
        .await
        .result()["message_id"]
        .clone();
    tg.put_clock_forward(std::time::Duration::from_secs(601));
    bot.call(
        "stopMessageLiveLocation",
        with(stop, json!({"message_id": other})),
    )
    .await
    .is_error(400, "Bad Request: message can't be edited");
}

#[tokio::test]
async fn default_rights_and_reactions() {
    let (tg, bot) = start().await;
    let params = json!({"rights": {"can_pin_messages": true}});
    bot.call("setMyDefaultAdministratorRights", params)
        .await
        .result();
    let rights = bot
        .get("getMyDefaultAdministratorRights")
        .await
        .result()
        .clone();
    assert_eq!(
        (&rights["can_pin_messages"], &rights["can_change_info"]),
        (&json!(true), &json!(false))
    );
    let of_channels = bot
        .get("getMyDefaultAdministratorRights?for_channels=true")
        .await
        .result()
        .clone();
    assert_eq!(
        (
            of_channels.get("can_pin_messages"),
            &of_channels["can_post_messages"]
        ),
        (None, &json!(false))
    );

    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with(&alice).with_bot_as_administrator();
    let sent = bot.says(group.id(), "x").await["message_id"].clone();
    let react = json!({"user": alice.id(), "chat": group.id(), "message_id": sent, "emoji": "👎"});
    bot.post_json(format!("{}/control/react", tg.url()), react)
        .await
        .result();
    let delete = json!({"chat_id": group.id(), "message_id": sent, "user_id": alice.id()});
    bot.call("deleteMessageReaction", delete).await.result();
    let said = bot
        .control(&tg, &format!("messages?chat={}", group.id()))
        .await;
    assert!(said[0].get("reactions_of_people").is_none());
    let all = json!({"chat_id": group.id(), "user_id": alice.id()});
    bot.call("deleteAllMessageReactions", all).await.result();
}
