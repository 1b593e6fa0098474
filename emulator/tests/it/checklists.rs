//! Checklists, which bots send on behalf of business accounts, and people tick off.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn a_checklist_is_sent_ticked_off_and_edited() {
    let (tg, bot) = start().await;
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.connects_business(&["can_reply"]);
    let customer = boris.to_business(&shop);
    customer.says("список?");
    let call = |checklist: Value, id: Option<&Value>| {
        let mut params = json!({
            "business_connection_id": shop.id(), "chat_id": boris.id(), "checklist": checklist,
        });
        if let Some(id) = id {
            params["message_id"] = id.clone();
        }
        params
    };
    let tasks = json!([
        {"id": 1, "text": "<b>Мука</b>", "parse_mode": "HTML"}, {"id": 2, "text": "Мёд"},
    ]);
    let checklist = json!({
        "title": "Пряники", "tasks": tasks, "others_can_mark_tasks_as_done": true,
    });
    let sent = bot
        .call("sendChecklist", call(checklist, None))
        .await
        .result()
        .clone();
    assert_eq!(
        sent["checklist"]["tasks"][0]["text_entities"][0]["type"],
        "bold"
    );
    let id = sent["message_id"].as_i64().unwrap();

    let update = customer.marks_tasks(id, &[1, 2], &[]);
    customer.marks_tasks(id, &[], &[2]);
    let heard = bot.updates(update).await;
    let (first, second) = (
        &heard[0]["business_message"]["checklist_tasks_done"],
        &heard[1]["business_message"]["checklist_tasks_done"],
    );
    assert_eq!(first["marked_as_done_task_ids"], json!([1, 2]));
    assert_eq!(second["marked_as_not_done_task_ids"], json!([2]));
    assert_eq!(first["checklist_message"]["message_id"], id);
    let done = &second["checklist_message"]["checklist"]["tasks"];
    assert_eq!(done[0]["completed_by_user"]["id"], boris.id());
    assert_eq!(done[1]["completed_by_user"], Value::Null);

    // What was done stays done.
    let shorter = json!({"title": "Пряники", "tasks": [{"id": 1, "text": "Мука"}], "others_can_add_tasks": true});
    let edited = bot
        .call("editMessageChecklist", call(shorter, Some(&json!(id))))
        .await
        .result()
        .clone();
    assert_eq!(
        edited["checklist"]["tasks"][0]["completed_by_user"]["id"],
        boris.id()
    );
    let url = format!("{}/control/business/{}/tasks", tg.url(), shop.id());
    let body = format!("user={}&message_id={id}&add=Корица", boris.id());
    bot.request(Method::POST, url, &body).await.result();
    let added = bot.updates(update + 2).await[0]["business_message"].clone();
    assert_eq!(
        added["checklist_tasks_added"]["tasks"],
        json!([{"id": 2, "text": "Корица"}])
    );
    let customers = std::panic::AssertUnwindSafe(&customer);
    let refused = std::panic::catch_unwind(|| customers.marks_tasks(id, &[1], &[]));
    assert!(
        refused.is_err(),
        "the list is no longer for others to tick off"
    );
}

#[tokio::test]
async fn odd_checklists_are_refused_in_telegrams_words() {
    let (tg, bot) = start().await;
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.connects_business(&["can_reply"]);
    boris.to_business(&shop).says("список?");
    let send = async |checklist: Value| {
        let params = json!({
            "business_connection_id": shop.id(), "chat_id": boris.id(), "checklist": checklist,
        });
        bot.call("sendChecklist", params).await
    };
    let one = json!([{"id": 1, "text": "a"}]);
    for (checklist, why) in [
        (
            json!({"title": "x", "tasks": []}),
            "checklist must have at least 1 task".to_owned(),
        ),
        (
            json!({"title": "", "tasks": one}),
            "text must be non-empty".to_owned(),
        ),
        (
            json!({"title": "x".repeat(256), "tasks": one}),
            "checklist title length must not exceed 255".to_owned(),
        ),
        (
            json!({"title": "x", "tasks": [{"id": 0, "text": "a"}]}),
            "checklist task identifier must be positive".to_owned(),
        ),
        (
            json!({"title": "x", "tasks": [{"id": 1, "text": "a".repeat(101)}]}),
            "checklist task text length must not exceed 100".to_owned(),
        ),
        (
            json!({"title": "x", "tasks": (1..32).map(|id| json!({"id": id, "text": "a"})).collect::<Vec<_>>()}),
            "checklist must have at most 30 tasks".to_owned(),
        ),
    ] {
        let refused = send(checklist).await;
        refused.is_error(400, &format!("Bad Request: {why}"));
    }
    let alone = json!({"chat_id": boris.id(), "checklist": {"title": "x", "tasks": one}});
    bot.call("sendChecklist", alone)
        .await
        .is_error(400, "Bad Request: business connection not found");
}
