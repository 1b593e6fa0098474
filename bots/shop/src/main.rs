//! A shop as a bot: a catalogue with pages, a cart, an order in four steps, payment. Each has a file; the SQL
//! of all is in `store`.

mod admin;
mod cart;
mod catalogue;
mod order;
mod payment;
mod store;
#[cfg(test)]
mod tests;
mod texts;

use std::{path::PathBuf, process::ExitCode};

use ostankino::filter::{command, from};
use ostankino::{apology, prelude::*, telegram::MenuScope};
use secrecy::SecretString;
use serde::Deserialize;

use crate::texts::Lang;

/// The section `[shop]` of the configuration.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Shop {
    /// Who sees orders and changes prices.
    #[serde(deserialize_with = "ostankino::config::user_ids")]
    admin_ids: Vec<i64>,
    /// The service that knows what delivery costs.
    delivery_url: String,
    /// The folder of the goods' photos.
    photos: PathBuf,
    /// Of the payment provider, from @BotFather.
    provider_token: SecretString,
}

/// What most handlers need.
#[derive(FromRequest)]
struct Visit {
    user: User,
    lang: Lang,
    shop: State<Shop>,
    db: DbSession,
    fsm: Fsm,
}

#[tokio::main]
async fn main() -> ExitCode {
    let compose = |config: Config| bot(config.section("shop"), App::builder(config));
    ostankino::serve(compose).await
}

fn bot(shop: Shop, app: AppBuilder) -> AppBuilder {
    app.migrations(store::MIGRATIONS)
        .router(router(&shop.admin_ids))
        .state(shop)
        .state(reqwest::Client::new())
        .menu(Lang::Ru.menu())
        .menu_for(MenuScope::Everywhere, Some("en"), Lang::En.menu())
        .on_error(|_, update| Some(apology::tell(update, Lang::of(update).failed())))
}

fn router(admins: &[i64]) -> Router {
    Router::new()
        .link::<catalogue::GoodLink, _>(catalogue::linked)
        .command("start", catalogue::first_page)
        .command("catalogue", catalogue::first_page)
        .press::<catalogue::Catalogue, _>(catalogue::browse)
        .inline(catalogue::find)
        .command("cart", cart::show)
        .press::<cart::Cart, _>(cart::change)
        .press::<order::Order, _>(order::decide)
        .command("cancel", order::cancel)
        .state::<order::AskName, _>(order::receive_name)
        .state::<order::AskPhone, _>(order::receive_phone)
        .state::<order::AskAddress, _>(order::receive_address)
        .state::<order::Draft, _>(async |lang: Lang| lang.press())
        .pre_checkout(payment::check)
        .paid(payment::thank)
        .on(command("orders") & from(admins), admin::orders)
        .on(command("price") & from(admins), admin::set_price)
        .text(async |lang: Lang| lang.help())
}
