//! Inline mode: `@your_bot улун` in any chat finds teas, and says which one was chosen. @BotFather switches it on
//! (`/setinline`), and the news of choices (`/setinlinefeedback`).
//!
//! ```sh
//! scripts/services up && eval "$(scripts/services env)"
//! OSTANKINO__TELEGRAM__TOKEN=123456:… cargo run --example inline
//! ```

use std::{process::ExitCode, sync::Arc};

use ostankino::{
    App, Reply, Router, State,
    extract::{ChosenInlineResult, InlineQuery},
    html,
    reply::{Article, Button, InlineKeyboard},
};

/// What is found; shared by all handlers.
#[derive(Clone)]
struct Teas(Arc<[(&'static str, &'static str)]>);

/// The most results of one answer.
const ON_PAGE: usize = 50;

async fn search(query: InlineQuery, State(Teas(teas)): State<Teas>) -> Reply {
    let wanted = query.query.to_lowercase();
    let found = teas
        .iter()
        .filter(|(name, _)| name.to_lowercase().contains(&wanted));
    let results = found.take(ON_PAGE).map(|(name, about)| {
        let again = Button::switch_inline_here("Ещё чай", "");
        Article::new(*name, *name, html!("<b>{name}</b>: {about}"))
            .description(*about)
            .keyboard(InlineKeyboard::new().row([again]))
    });
    Reply::inline(results).param("cache_time", 300)
}

async fn chosen(result: ChosenInlineResult) {
    tracing::info!(event = "tea_chosen", tea = result.result_id);
}

#[tokio::main]
async fn main() -> ExitCode {
    let teas = Teas(Arc::new([
        ("Пуэр", "тёмный, из Юньнани"),
        ("Молочный улун", "мягкий, с нотами сливок"),
        ("Сенча", "зелёный, из Японии"),
    ]));
    let router = Router::new()
        .inline(search)
        .chosen_inline(chosen)
        .command("start", || async {
            Reply::text("Ищите чай в любом чате.").put(Button::switch_inline("Искать", ""))
        });
    ostankino::serve(|config| App::builder(config).state(teas).router(router)).await
}
