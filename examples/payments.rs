//! Payments in Telegram's stars: an invoice, the question before the money is taken, the payment, and a refund. A
//! payment is written down once, however often its update comes.
//!
//! ```sh
//! scripts/services up && eval "$(scripts/services env)"
//! OSTANKINO__TELEGRAM__TOKEN=123456:… cargo run --example payments
//! ```

use std::process::ExitCode;

use ostankino::{
    App, Bot, Call, CommandArgs, Error, Html, Rejection, Reply, Result, Router, User,
    extract::{PreCheckoutQuery, SuccessfulPayment},
    html,
    reply::Invoice,
    telegram::ApiError,
};

const STARS: i64 = 50;
const COFFEE: &str = "coffee:1";

async fn buy() -> Reply {
    Reply::invoice(Invoice::new("Кофе", "Чашка для разработчика", COFFEE).stars(STARS))
}

/// Telegram waits ten seconds for the answer. What fails is a refusal with its text.
async fn check(query: PreCheckoutQuery) -> Result<Reply> {
    if query.invoice_payload != COFFEE || query.total_amount != STARS {
        return Err(Error::user("Цена уже другая. Попробуйте ещё раз: /buy"));
    }
    Ok(Reply::confirm())
}

/// A real shop inserts a row here, by its `DbSession`.
async fn paid(payment: SuccessfulPayment, user: User) -> Html {
    tracing::info!(stars = payment.total_amount, "paid");
    html!(
        "Спасибо, {}! Вернуть: <code>/refund {}</code>",
        user.first_name,
        payment.telegram_payment_charge_id,
    )
}

/// A call whose result is needed is made at once, by `Bot`.
async fn refund(
    charge: Result<CommandArgs, Rejection>,
    user: User,
    bot: Bot,
) -> Result<&'static str> {
    let CommandArgs(charge) = charge?;
    let call = Call::new("refundStarPayment")
        .param("user_id", user.id)
        .param("telegram_payment_charge_id", charge);
    match bot.call::<bool>(call).await {
        Ok(_) => Ok("Звёзды вернулись."),
        Err(ApiError::Api { code: 400, .. }) => Err(Error::user("Такого платежа нет.")),
        Err(error) => Err(error.into()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let router = Router::new()
        .command("buy", buy)
        .command("refund", refund)
        .pre_checkout(check)
        .paid(paid);
    ostankino::serve(|config| {
        App::builder(config)
            .router(router)
            .menu([("buy", "Угостить кофе")])
    })
    .await
}
