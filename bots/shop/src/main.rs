//! A shop as a bot: a catalogue with pages, a cart, an order in four steps, payment. Each has a file; the SQL
//! of all is in `store`, what is said in `locales/`.

mod admin;
mod cart;
mod catalogue;
mod language;
mod order;
mod payment;
mod samples;
mod store;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, process::ExitCode};

use ostankino::filter::{command, from};
use ostankino::{Program, prelude::*, texts::Money};
use ostankino_dialogs::{DialogSet, ProgramExt, RouterExt};
use secrecy::SecretString;
use serde::Deserialize;

ostankino::texts!(pub(crate) Texts, Lang);

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

#[tokio::main]
async fn main() -> ExitCode {
    let compose = |config: Config| bot(config.section("shop"), App::builder(config));
    let program = Program::new().dialogs(dialogs("photos"));
    program.serve(compose).await
}

fn bot(shop: Shop, app: AppBuilder) -> AppBuilder {
    app.migrations(store::MIGRATIONS)
        .texts(Texts::new())
        .personal_data("orders", store::export, store::erase)
        .router(router(&shop))
        .state(shop)
        .state(reqwest::Client::new())
}

fn router(shop: &Shop) -> Router {
    Router::new()
        .link::<catalogue::GoodLink, _>(catalogue::linked)
        .command("start", catalogue::open)
        .command("catalogue", catalogue::open)
        .in_menu(Texts::cmd_catalogue)
        .inline(catalogue::find)
        .command("cart", cart::open)
        .in_menu(Texts::cmd_cart)
        .command("cancel", order::cancel)
        .pre_checkout(payment::check)
        .paid(payment::thank)
        .command("language", language::ask)
        .in_menu(Texts::cmd_language)
        .press::<Lang, _>(language::choose)
        .on(command("orders") & from(&*shop.admin_ids), admin::orders)
        .on(command("price") & from(&*shop.admin_ids), admin::price)
        .text(async |t: Texts| t.help())
        .dialogs(dialogs(&shop.photos))
}

fn dialogs(photos: impl Into<PathBuf>) -> DialogSet {
    DialogSet::new()
        .with(catalogue::catalogue())
        .with(catalogue::card(photos.into()))
        .with(cart::cart())
        .with(order::order())
}

/// A sum as people read it, and as invoices count it.
fn roubles(sum: i32) -> Money<'static> {
    Money(i64::from(sum) * 100, "RUB")
}
