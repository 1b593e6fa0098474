//! The life of groups: the bot is added, promoted and put out; people come and go, are banned, restricted and promoted; links,
//! requests, and a group that becomes a supergroup.

use serde_json::{Value, json};
use telegram_emulator::{Emulator, Group, Person};

use crate::support::{Bot, start};

/// All updates that wait, without confirming them.
async fn updates(bot: &Bot) -> Vec<Value> {
    let wanted = json!({"allowed_updates": [
        "message", "my_chat_member", "chat_member", "chat_join_request",
    ]});
    bot.call("getUpdates", wanted)
        .await
        .result()
        .as_array()
        .unwrap()
        .clone()
}

async fn new_updates(bot: &Bot) -> Vec<Value> {
    let all = bot.updates(0).await;
    if let Some(last) = all.last() {
        bot.updates(last["update_id"].as_i64().unwrap() + 1).await;
    }
    all
}

/// A group with an owner, and the bot as an administrator that may do everything.
async fn governed(tg: &Emulator, bot: &Bot) -> (Group, Person) {
    let owner = tg.person("Ольга");
    let group = tg.group("Дом").with_administrator(&owner);
    group.bot_promoted_by(
        &owner,
        &[
            "can_restrict_members",
            "can_promote_members",
            "can_invite_users",
        ],
    );
    updates(bot).await;
    new_updates(bot).await;
    (group, owner)
}

fn change(update: &Value, kind: &str) -> (Value, Value, Value) {
    let change = &update[kind];
    let status = |field: &str| change[field]["status"].clone();
    (
        status("old_chat_member"),
        status("new_chat_member"),
        change["from"]["id"].clone(),
    )
}

#[tokio::test]
async fn the_bot_is_put_out_added_and_promoted() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with_administrator(&alice);
    group.bot_removed_by(&alice);
    let params = json!({"chat_id": group.id(), "text": "?"});
    let refused = bot.call("sendMessage", params.clone()).await;
    refused.is_error(403, "Forbidden: bot was kicked from the supergroup chat");
    group.bot_added_by(&alice);
    bot.call("sendMessage", params).await.result();
    group.bot_promoted_by(&alice, &["can_pin_messages"]);
    group.bot_demoted_by(&alice);
    let updates = new_updates(&bot).await;
    let changes: Vec<_> = updates
        .iter()
        .filter(|update| update.get("my_chat_member").is_some())
        .map(|update| change(update, "my_chat_member"))
        .collect();
    let of = |old: &str, new: &str| (json!(old), json!(new), json!(alice.id()));
    assert_eq!(
        changes,
        [
            of("member", "kicked"),
            of("kicked", "member"),
            of("member", "administrator"),
            of("administrator", "member"),
        ]
    );
    let rights = &updates
        .iter()
        .filter_map(|update| update.get("my_chat_member"))
        .nth(2)
        .unwrap()["new_chat_member"];
    assert_eq!(
        (&rights["can_pin_messages"], &rights["can_restrict_members"]),
        (&json!(true), &json!(false))
    );
    let added = updates
        .iter()
        .filter_map(|update| update["message"].get("new_chat_members"));
    assert_eq!(
        added
            .map(|users| users[0]["id"].clone())
            .collect::<Vec<_>>(),
        [json!(tg.bot_id())]
    );
}

#[tokio::test]
async fn people_come_and_go_and_an_administrator_bot_hears_it() {
    let (tg, bot) = start().await;
    let (group, owner) = governed(&tg, &bot).await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    alice.joins(&group);
    owner.adds(&boris, &group);
    boris.leaves(&group);
    owner.removes(&alice, &group);
    let updates = new_updates(&bot).await;
    let changes: Vec<_> = updates
        .iter()
        .filter(|update| update.get("chat_member").is_some())
        .map(|update| change(update, "chat_member"))
        .collect();
    assert_eq!(
        changes,
        [
            (json!("left"), json!("member"), json!(alice.id())),
            (json!("left"), json!("member"), json!(owner.id())),
            (json!("member"), json!("left"), json!(boris.id())),
            (json!("member"), json!("kicked"), json!(owner.id())),
        ]
    );
    let service: Vec<_> = updates
        .iter()
        .filter_map(|update| update.get("message"))
        .map(|message| {
            (
                message.get("new_chat_members").is_some(),
                message.get("left_chat_member").is_some(),
            )
        })
        .collect();
    assert_eq!(
        service,
        [(true, false), (true, false), (false, true), (false, true)]
    );
    let url = format!("{}/control/groups/join", tg.url());
    let back = bot
        .post_json(url, json!({"user": alice.id(), "group": "Дом"}))
        .await;
    back.is_error(400, "Bad Request: they are banned in this group");
}

#[tokio::test]
async fn the_bot_bans_restricts_and_promotes() {
    let (tg, bot) = start().await;
    let (group, owner) = governed(&tg, &bot).await;
    let alice = tg.person("Алиса");
    alice.joins(&group);
    let status = async |user_id: i64| {
        let params = json!({"chat_id": group.id(), "user_id": user_id});
        bot.call("getChatMember", params).await.result().clone()
    };
    let call = async |method: &str, more: Value| {
        let mut params = json!({"chat_id": group.id(), "user_id": alice.id()});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.call(method, params).await
    };
    call(
        "restrictChatMember",
        json!({"permissions": {"can_send_messages": false}}),
    )
    .await
    .result();
    let member = status(alice.id()).await;
    assert_eq!(
        (&member["status"], &member["is_member"]),
        (&json!("restricted"), &json!(true))
    );
    let url = format!("{}/control/say", tg.url());
    let said = json!({"user": alice.id(), "chat": "Дом", "text": "а?"});
    let muted = bot.post_json(url.clone(), said.clone()).await;
    muted.is_error(400, "Bad Request: they may not write to this group");
    let all = [
        "messages",
        "audios",
        "documents",
        "photos",
        "videos",
        "video_notes",
        "voice_notes",
        "polls",
        "other_messages",
    ];
    let mut permissions: serde_json::Map<String, Value> = all
        .iter()
        .map(|name| (format!("can_send_{name}"), json!(true)))
        .collect();
    for more in [
        "can_add_web_page_previews",
        "can_react_to_messages",
        "can_edit_tag",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ] {
        permissions.insert(more.to_owned(), json!(true));
    }
    call("restrictChatMember", json!({"permissions": permissions}))
        .await
        .result();
    bot.post_json(url, said).await.result();

    call("promoteChatMember", json!({"can_pin_messages": true}))
        .await
        .result();
    let member = status(alice.id()).await;
    assert_eq!(
        (&member["status"], &member["can_pin_messages"]),
        (&json!("administrator"), &json!(true))
    );
    let admin = call("banChatMember", json!({})).await;
    admin.is_error(400, "Bad Request: user is an administrator of the chat");
    call("promoteChatMember", json!({})).await.result();
    call("banChatMember", json!({})).await.result();
    assert_eq!(status(alice.id()).await["status"], "kicked");
    call("unbanChatMember", json!({"only_if_banned": true}))
        .await
        .result();
    assert_eq!(status(alice.id()).await["status"], "left");

    let ban_owner = json!({"chat_id": group.id(), "user_id": owner.id()});
    let refused = bot.call("banChatMember", ban_owner).await;
    refused.is_error(400, "Bad Request: can't remove chat owner");
    group.bot_demoted_by(&owner);
    let refused = call("banChatMember", json!({})).await;
    refused.is_error(
        400,
        "Bad Request: not enough rights to restrict/unrestrict chat member",
    );
}

#[tokio::test]
async fn people_come_by_links_and_ask_to_be_let_in() {
    let (tg, bot) = start().await;
    let (group, _owner) = governed(&tg, &bot).await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    let params = json!({"chat_id": group.id(), "name": "вход", "creates_join_request": true});
    let link = bot
        .call("createChatInviteLink", params)
        .await
        .result()
        .clone();
    let address = link["invite_link"].as_str().unwrap();
    for person in [&alice, &boris] {
        person.asks_to_join(&group, Some(address));
    }
    let requests = new_updates(&bot).await;
    let request = &requests[0]["chat_join_request"];
    assert_eq!(
        (&request["from"]["id"], &request["invite_link"]),
        (&json!(alice.id()), &link)
    );
    let answer = |user_id: i64| json!({"chat_id": group.id(), "user_id": user_id});
    bot.call("approveChatJoinRequest", answer(alice.id()))
        .await
        .result();
    bot.call("declineChatJoinRequest", answer(boris.id()))
        .await
        .result();
    let again = bot.call("approveChatJoinRequest", answer(boris.id())).await;
    again.is_error(400, "Bad Request: HIDE_REQUESTER_MISSING");
    let joined = new_updates(&bot).await;
    let change = &joined[0]["chat_member"];
    assert_eq!(
        (
            &change["via_join_request"],
            &change["new_chat_member"]["status"]
        ),
        (&json!(true), &json!("member"))
    );
    let count = bot
        .call("getChatMemberCount", json!({"chat_id": group.id()}))
        .await;
    assert_eq!(count.result(), 3);
    let params = json!({"chat_id": group.id(), "invite_link": address});
    assert_eq!(
        bot.call("revokeChatInviteLink", params).await.result()["is_revoked"],
        true
    );
    let exported = bot
        .call("exportChatInviteLink", json!({"chat_id": group.id()}))
        .await;
    assert!(
        exported
            .result()
            .as_str()
            .unwrap()
            .starts_with("https://t.me/+")
    );
}

#[tokio::test]
async fn a_basic_group_becomes_a_supergroup() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let old = tg.basic_group("Дом").with_administrator(&alice);
    bot.says(old.id(), "раз").await;
    let new = old.becomes_supergroup(&alice);
    let refused = bot
        .call("sendMessage", json!({"chat_id": old.id(), "text": "два"}))
        .await;
    refused.is_error(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
    );
    assert_eq!(refused.body["parameters"]["migrate_to_chat_id"], new.id());
    bot.says(new.id(), "два").await;
    let updates = new_updates(&bot).await;
    let (to, from) = (&updates[0]["message"], &updates[1]["message"]);
    assert_eq!(
        (&to["chat"]["type"], &to["migrate_to_chat_id"]),
        (&json!("group"), &json!(new.id()))
    );
    assert_eq!(
        (&from["chat"]["type"], &from["migrate_from_chat_id"]),
        (&json!("supergroup"), &json!(old.id()))
    );
    let administrators = bot
        .call("getChatAdministrators", json!({"chat_id": new.id()}))
        .await;
    assert_eq!(administrators.result()[0]["status"], "creator");
}

#[tokio::test]
async fn the_control_api_drives_the_life_of_groups_too() {
    let (tg, bot) = start().await;
    let _alice = tg.person("Алиса").with_username("alice");
    let control = async |path: &str, params: Value| {
        let url = format!("{}/control/{path}", tg.url());
        bot.post_json(url, params).await.result().clone()
    };
    control(
        "groups",
        json!({"title": "Дом", "type": "group", "owner": "alice"}),
    )
    .await;
    control(
        "groups/leave",
        json!({"group": "Дом", "user": "bot", "by": "alice"}),
    )
    .await;
    control(
        "groups/join",
        json!({"group": "Дом", "user": "bot", "by": "alice"}),
    )
    .await;
    control(
        "groups/promote",
        json!({"group": "Дом", "user": "bot", "by": "alice", "rights": "can_invite_users"}),
    )
    .await;
    let new =
        control("groups/migrate", json!({"group": "Дом", "user": "alice"})).await["id"].clone();
    control("users", json!({"first_name": "Борис", "id": 7})).await;
    control("groups/ask", json!({"group": new, "user": 7})).await;
    let kinds: Vec<String> = new_updates(&bot)
        .await
        .iter()
        .map(|update| {
            update
                .as_object()
                .unwrap()
                .keys()
                .find(|key| *key != "update_id")
                .unwrap()
                .clone()
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "my_chat_member",
            "my_chat_member",
            "message",
            "my_chat_member",
            "message",
            "message",
            "chat_join_request",
        ]
    );
}
