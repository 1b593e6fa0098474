//! Groups that become supergroups.

use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_has_another_id_told_in_both() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let group = tg.basic_group("Дом").with(&alice);
    alice.says_in(&group, "раз");
    let supergroup = group.becomes_supergroup(&alice);
    alice.says_in(&supergroup, "два");

    let updates = bot.updates(0).await;
    let told: Vec<_> = updates.iter().map(|update| &update["message"]).collect();
    assert_eq!(
        (&told[0]["chat"]["type"], &told[0]["chat"]["id"]),
        (&json!("group"), &json!(group.id()))
    );
    assert_eq!(told[1]["chat"]["id"], group.id());
    assert_eq!(told[1]["migrate_to_chat_id"], supergroup.id());
    assert_eq!(told[2]["migrate_from_chat_id"], group.id());
    assert_eq!(told[3]["chat"]["type"], "supergroup");

    let params = json!({"chat_id": group.id(), "text": "x"});
    let refused = bot.call("sendMessage", params).await;
    refused.is_error(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
    );
    let expected = json!({"migrate_to_chat_id": supergroup.id()});
    assert_eq!(refused.body["parameters"], expected);
    bot.says(supergroup.id(), "да").await;
}
