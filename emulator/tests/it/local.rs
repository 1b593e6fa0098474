//! The emulator as a local server: files by their paths.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::support::Bot;

#[tokio::test]
async fn files_are_given_and_taken_by_their_paths() {
    let folder = std::env::temp_dir().join(format!("emulator-local-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let tg = Emulator::builder().local(&folder).start().await.unwrap();
    let bot = Bot::of(&tg);
    let alice = tg.person("Алиса").who_has_started();
    let large = vec![7; 21 << 20];
    alice.sends_document("a.bin", large.clone());
    let file = bot.only_update().await["message"]["document"]["file_id"].clone();
    let info = bot
        .call("getFile", json!({"file_id": file}))
        .await
        .result()
        .clone();
    let path = info["file_path"].as_str().unwrap();
    assert!(path.starts_with(folder.to_str().unwrap()), "{path}");
    assert!(std::fs::read(path).unwrap() == large);

    let own = folder.join("отчёт 1.txt");
    std::fs::write(&own, "слово").unwrap();
    let uri = format!("file://{}", own.display()).replace(' ', "%20");
    let sent = bot
        .call(
            "sendDocument",
            json!({"chat_id": alice.id(), "document": uri}),
        )
        .await
        .result()
        .clone();
    assert_eq!(
        (
            &sent["document"]["file_name"],
            &sent["document"]["file_size"]
        ),
        (&json!("отчёт 1.txt"), &json!(10))
    );
    let missing = json!({"chat_id": alice.id(), "document": "file:///no/such/file.txt"});
    bot.call("sendDocument", missing)
        .await
        .is_error(400, "Bad Request: file not found");
    std::fs::remove_dir_all(folder).unwrap();
}
