//! The program `ostankino`: the bundled bot as a service, or as many of it as there are `[bots.NAME]`.

use std::process::ExitCode;

use ostankino::Bots;
use ostankino_dialogs::ProgramExt;

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::Program::new()
        .name("ostankino")
        .version(env!("CARGO_PKG_VERSION"))
        .dialogs(ostankino_demo::dialogs(
            &ostankino_demo::BotConfig::default(),
        ))
        .serve(|config| Bots::of(config).each(ostankino_demo::compose))
        .await
}
