//! A dialogue by hand: a type for each step, a handler for each type, buttons that are heard in their step only. It
//! goes on after a restart, and in any copy of the service.
//!
//! ```sh
//! scripts/services up && eval "$(scripts/services env)"
//! OSTANKINO__TELEGRAM__TOKEN=123456:… cargo run --example dialogue
//! ```

use std::process::ExitCode;

use ostankino::{
    App, CallbackData, Current, DialogueState, Error, Fsm, Pressed, Reply, Result, Router, Text,
    filter::{press, state},
    html,
};
use serde::{Deserialize, Serialize};

/// Which pizza?
#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.pizza")]
struct AskPizza {}

/// The pizza is known: where to?
#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.address")]
struct AskAddress {
    pizza: String,
}

/// All is known: is it right?
#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.confirm")]
struct Confirm {
    pizza: String,
    address: String,
}

#[derive(CallbackData)]
#[callback(prefix = "order")]
enum Button {
    Pizza(#[max(32)] String),
    Yes,
    No,
}

async fn begin(fsm: Fsm) -> Result<Reply> {
    fsm.set(AskPizza {})?;
    let choice = |name: &str| Button::Pizza(name.to_owned());
    Ok(Reply::text("Какую? Прервать: /cancel")
        .press("Маргарита", &choice("Маргарита"))
        .press("Четыре сыра", &choice("Четыре сыра")))
}

async fn pizza(fsm: Fsm, Pressed(button): Pressed<Button>) -> Result<Reply> {
    let Button::Pizza(pizza) = button else {
        return Ok(Reply::none());
    };
    let question = html!("<b>{pizza}</b>. Куда привезти?");
    fsm.set(AskAddress { pizza })?;
    Ok(Reply::edit(question))
}

async fn address(
    fsm: Fsm,
    Current(AskAddress { pizza }): Current<AskAddress>,
    text: Option<Text>,
) -> Result<Reply> {
    let text = text.ok_or_else(|| Error::user("Напишите адрес текстом."))?;
    let address = text.to_string();
    let question = html!("<b>{pizza}</b>, {address}. Верно?");
    fsm.set(Confirm { pizza, address })?;
    Ok(Reply::text(question)
        .press("Да", &Button::Yes)
        .press("Нет", &Button::No))
}

async fn confirm(
    fsm: Fsm,
    Current(Confirm { pizza, address }): Current<Confirm>,
    Pressed(button): Pressed<Button>,
) -> Reply {
    fsm.clear();
    match button {
        Button::Yes => Reply::edit(html!("Везём: <b>{pizza}</b>, {address}.")),
        _ => Reply::edit("Отменено. Ещё раз: /order"),
    }
}

async fn cancel(fsm: Fsm) -> &'static str {
    fsm.clear();
    "Прервано."
}

#[tokio::main]
async fn main() -> ExitCode {
    let router = Router::new()
        .command("order", begin)
        .command("cancel", cancel)
        .on(press::<Button>() & state::<AskPizza>(), pizza)
        .on(press::<Button>() & state::<Confirm>(), confirm)
        // A button of a step that is past.
        .press::<Button, _>(|| async { Reply::toast("Это уже в прошлом") })
        .state::<AskPizza, _>(|| async { "Нажмите на одну из кнопок." })
        .state::<AskAddress, _>(address);
    ostankino::serve(|config| {
        App::builder(config)
            .router(router)
            .menu([("order", "Заказать пиццу"), ("cancel", "Прервать")])
    })
    .await
}
