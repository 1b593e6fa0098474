//! Dialogs as people see them: a real bot with dialogs, on real servers, behind the page; and what is drawn of dialogs without a bot.

mod cart;
mod diagram;
mod excursion;
mod mailing;
mod pictures;
mod pressing;
mod preview;

use ostankino::{
    Router,
    jiff::{SignedDuration, Timestamp},
};
use ostankino_dialogs::{DialogSet, Dialogs, RouterExt};
use ostankino_test::TestApp;
use serde_json::json;

use self::{
    cart::Cart,
    excursion::{Excursion, TABLES},
};
use crate::{browser::Browser, support::World};

fn dialogs() -> DialogSet {
    DialogSet::new()
        .with(excursion::dialog())
        .with(excursion::leave())
}

/// When all of this is: at noon of a Monday in Moscow.
const NOON: &str = "2027-04-05T09:00:00Z";

/// The world of these tests, at that time, and the bot.
async fn start() -> (World, TestApp) {
    let world = World::new().await;
    let noon: Timestamp = NOON.parse().expect("a time");
    let ahead = noon.duration_since(world.now());
    match ahead.is_negative() {
        true => world.set_clock_back(ahead.unsigned_abs()).await,
        false => world.put_clock_forward(ahead.unsigned_abs()).await,
    }
    assert!(world.now().duration_since(noon) < SignedDuration::from_hours(1));
    let tables = world.database().await.batch_execute(TABLES).await;
    tables.expect("the database is new");
    let cart = |dialogs: Dialogs| async move { dialogs.start(Cart::default()).await };
    let begin = |dialogs: Dialogs| async move { dialogs.start(Excursion::new()).await };
    let router = Router::new()
        .command("tower", begin)
        .command("cart", cart)
        .dialogs(dialogs().with(cart::dialog()));
    let bot = world.run(router).await;
    (world, bot)
}

/// The rows of buttons below the last message that has any, a line for each.
const KEYBOARD: &str = "[...[...document.querySelectorAll('.inline-keyboard')].at(-1).children]
    .map((row) => [...row.children].map((one) => one.innerText.trim()).join(' | ')).join('\\n')";

impl Browser {
    /// Waits until the last message with buttons has this text, and these rows of buttons among its own.
    async fn window(&self, text: &str, rows: &[&str]) {
        // Whole rows, each with the ends of lines about it.
        let rows: String = rows.iter().map(|row| format!("\n{row}")).collect();
        let (text, rows) = (json!(text), json!(rows + "\n"));
        self.until(&format!(
            "[...document.querySelectorAll('.bubble:has(.inline-keyboard) .text')].at(-1).innerText.includes({text})
                && ('\\n' + {KEYBOARD} + '\\n').includes({rows})"
        ))
        .await;
    }

    /// Presses a button below a message: that of the last one, if there are more of this name.
    async fn taps(&self, label: &str) {
        self.press_one_of(".inline-keyboard button", label).await;
    }

    /// The ids of the messages with buttons, which the page has as those of its elements.
    async fn with_buttons(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('.bubble:has(.inline-keyboard)')].map((one) => one.id)";
        serde_json::from_value(self.run(script).await).expect("a list of texts")
    }
}
