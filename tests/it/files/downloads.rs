//! Files that people send: fetched by a handler, refused in words, and without a trace of the token.

use bytes::Bytes;
use ostankino::{
    Bot, Error, Reply, Result, Router,
    telegram::{ApiError, FileError, Upload},
    types::Message,
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use telegram_emulator::Fault;

use super::{content, document, world};
use crate::support::APOLOGY;

/// Sends documents back, up to 20 MB.
async fn echo(message: Arc<Message>, bot: Bot) -> Result<Reply> {
    let missing = Error::Mismatch("document");
    let file = message.document.as_ref().ok_or(missing)?;
    let download = match bot.download(&file.file_id).await {
        Err(ApiError::File(FileError::TooBigToDownload)) => {
            return Ok(Reply::text("Не больше 20 МБ, пожалуйста"));
        }
        found => found?,
    };
    let bytes: Bytes = download.bytes(10 << 20).await?;
    Ok(document(Upload::bytes(bytes, "text/plain")))
}

#[tokio::test]
async fn a_file_comes_over_broken_connections_and_no_log_tells_the_token() {
    let world = world().await;
    let app = world.app(Router::new().fallback(echo));
    let app = app.filter("debug").start().await;
    let alice = world.tg.person("Алиса");
    world.tg.fault(Fault::on("download").truncated().times(2));
    alice.sends_document("a.txt", b"0123456789".to_vec());
    let message = alice.next_message().await.message;
    assert_eq!(&*content(&world, &message).await, b"0123456789");
    let asked = world.tg.calls_of("download");
    let asked: Vec<_> = asked.iter().map(|call| call.param("range")).collect();
    assert_eq!(asked[..3], ["", "bytes=5-", "bytes=7-"]);

    world.tg.fault(Fault::on("download").status(404).times(1));
    alice.sends_document("b.txt", b"x".to_vec());
    assert_eq!(alice.next_message().await.text, APOLOGY);
    alice.sends_document("c.txt", vec![0; (20 << 20) + 1]);
    assert!(alice.next_message().await.text.contains("20 МБ"));
    let token = world.config().telegram.token;
    let (_, secret) = token.expose_secret().split_once(':').expect("a token");
    let records = app.logs.records();
    assert!(
        !app.logs.of("download_resumed").is_empty() && !app.logs.of("update_failed").is_empty()
    );
    assert!(
        records
            .iter()
            .all(|record| !record.to_string().contains(secret))
    );
}
