//! A bot with files both ways: /prices sends a price list that is made on the spot and uploaded once, and a
//! document that somebody sends is fetched and looked at.

use std::process::ExitCode;

use ostankino::{
    App, Bot, Error, Reply, Result, Router, Upload,
    telegram::{ApiError, Document, FileError},
};

/// The largest document that is looked at, in bytes.
const MOST: usize = 1 << 20;

async fn prices() -> Reply {
    let table = "Чай;120\nКофе;180\n";
    Reply::document(Upload::bytes(table, "text/csv").named("prices.csv")).caption("<b>Цены</b>")
}

async fn lines(document: Document, bot: Bot) -> Result<String> {
    let download = bot.download(&document.file_id).await?;
    let text = match download.bytes(MOST).await {
        Err(ApiError::File(FileError::Larger { .. })) => {
            return Err(Error::user("Не больше мегабайта, пожалуйста"));
        }
        fetched => fetched?,
    };
    let lines = text.split(|byte| *byte == b'\n').count();
    Ok(format!("Строк: {lines}"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let router = Router::new().command("prices", prices).document(lines);
    ostankino::serve(|config| App::builder(config).router(router)).await
}
