//! The service with the bundled bot.

use std::process::ExitCode;

use ostankino::{App, Program};

#[tokio::main]
async fn main() -> ExitCode {
    let program = Program::new().version(env!("CARGO_PKG_VERSION"));
    program.serve(App::builder).await
}
