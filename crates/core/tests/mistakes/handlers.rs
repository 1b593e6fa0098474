//! What beginners write for a handler.

use std::rc::Rc;

use ostankino_core::{Reply, Router, Text, debug_handler};

/// A type that is no argument.
#[debug_handler(crate = "ostankino_core")]
async fn counts(count: u32) -> String {
    count.to_string()
}

/// No `async`.
#[debug_handler(crate = "ostankino_core")]
fn answers() -> &'static str {
    "да"
}

/// What it returns is no reply.
#[debug_handler(crate = "ostankino_core")]
async fn measures(text: Text) -> usize {
    text.len()
}

/// Its future cannot go to another thread.
#[debug_handler(crate = "ostankino_core")]
async fn waits() -> Reply {
    let kept = Rc::new(7);
    std::future::ready(()).await;
    Reply::text(kept.to_string())
}

/// One argument too many.
#[debug_handler(crate = "ostankino_core")]
#[rustfmt::skip]
async fn takes(_: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text) {}

fn routes() -> Router {
    Router::new()
        .command("counts", counts)
        .command("takes", takes)
}

fn by_reference() -> Router {
    async fn start() -> &'static str {
        "да"
    }
    Router::new().command("start", &start)
}
