//! The smallest bot with the whole stack: /start greets, any other text is answered with itself.
//! It is configured as the service is: by `config/` and `OSTANKINO__…` variables.

use std::process::ExitCode;

use ostankino::{App, Router, Text};

#[tokio::main]
async fn main() -> ExitCode {
    let router = Router::new()
        .command("start", || async {
            "Здравствуйте! Напишите что-нибудь."
        })
        .text(echo);
    ostankino::serve(|config| App::builder(config).router(router)).await
}

async fn echo(Text(text): Text) -> String {
    text
}
