//! The program `ostankino`: the bundled bot as a service.

use std::process::ExitCode;

use ostankino_dialogs::ProgramExt;

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::Program::new()
        .name("ostankino")
        .version(env!("CARGO_PKG_VERSION"))
        .dialogs(ostankino_demo::dialogs(
            &ostankino_demo::BotConfig::default(),
        ))
        .serve(ostankino_demo::compose)
        .await
}
