//! A shop for tea: the bot of the tutorial.

mod basket;
mod catalogue;
mod hello;
mod order;
mod settings;
mod table;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::{
    App, AppBuilder, Config, Error, Reply, Request, Result, Router, State,
    layers::{Next, from_fn},
};

pub use settings::Settings;

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

pub fn compose(config: Config) -> AppBuilder {
    let settings: Settings = config.section("shop");
    App::builder(config)
        .state(settings)
        .migrations(MIGRATIONS)
        .router(router())
        .menu([("start", "Начать"), ("cancel", "Прервать заказ")])
}

pub fn router() -> Router {
    Router::new()
        .merge(hello::router())
        .merge(catalogue::router())
        .merge(basket::router())
        .merge(order::router())
        .text(|| async { "Не понимаю. Что я умею: /help" })
        .layer(from_fn(while_open))
}

async fn while_open(request: Request, next: Next) -> Result<Reply> {
    let State(settings): State<Settings> = request.extension()?;
    let person = request.update.person();
    let is_admin = person.is_some_and(|person| settings.admin_ids.contains(&person.id));
    if settings.is_closed && !is_admin {
        return Err(Error::user("Закрыто. Приходите завтра."));
    }
    next.run(request).await
}
