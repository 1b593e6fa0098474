//! A closure that borrows what may be gone by the time of an update.

use ostankino_core::Router;

fn routes(greeting: &str) -> Router {
    Router::new().command("greets", || async { greeting.to_owned() })
}
