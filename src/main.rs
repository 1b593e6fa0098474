//! The service with the bundled bot.

use std::{env, process::ExitCode};

use ostankino::App;

const USAGE: &str = "usage: ostankino            run the service
       ostankino migrate    bring the database's schema up to date, and end";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => ostankino::serve(App::builder).await,
        ["migrate"] => ostankino::migrate().await,
        ["--version" | "-V"] => {
            println!("ostankino {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        ["--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
