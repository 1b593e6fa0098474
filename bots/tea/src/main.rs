//! The program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::serve(tea_shop::compose).await
}
