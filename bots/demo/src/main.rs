//! The program `ostankino`: the bundled bot as a service.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::Program::new()
        .name("ostankino")
        .version(env!("CARGO_PKG_VERSION"))
        .serve(ostankino_demo::compose)
        .await
}
