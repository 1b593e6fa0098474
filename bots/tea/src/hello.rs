//! The first words, and the keyboard that stays.

use ostankino::{Reply, Router, User, html, reply::ReplyKeyboard};

pub const CATALOGUE: &str = "🍵 Чай";
pub const BASKET: &str = "🧺 Корзина";

pub fn router() -> Router {
    Router::new().command("start", start).command("help", help)
}

async fn start(user: User) -> Reply {
    let greeting = html!("Здравствуйте, <b>{}</b>!", user.first_name);
    let keys = ReplyKeyboard::new().row([CATALOGUE, BASKET]).persistent();
    Reply::text(greeting).keyboard(keys)
}

async fn help() -> &'static str {
    "Чай выбирают кнопками. <i>Прервать заказ</i>: /cancel"
}
