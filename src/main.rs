//! The service with the bundled bot.

use std::process::ExitCode;

use ostankino::App;

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::serve(App::builder).await
}
