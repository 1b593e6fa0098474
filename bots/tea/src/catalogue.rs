//! What is sold: a list, and a card of each tea.

use ostankino::{CallbackData, Error, Pressed, Reply, Result, Router, html};

use super::hello::CATALOGUE;

pub struct Tea {
    pub name: &'static str,
    pub about: &'static str,
    /// In roubles, for 100 g.
    pub price: i32,
}

#[rustfmt::skip]
const TEAS: [Tea; 3] = [
    Tea { name: "Пуэр", about: "Тёмный, из Юньнани", price: 700 },
    Tea { name: "Улун", about: "С нотами сливок", price: 900 },
    Tea { name: "Сенча", about: "Зелёный, из Японии", price: 800 },
];

#[derive(CallbackData)]
#[callback(prefix = "list")]
struct List;

#[derive(CallbackData)]
#[callback(prefix = "tea")]
struct Card(i16);

/// One more of this tea, please.
#[derive(CallbackData)]
#[callback(prefix = "add")]
pub struct Add(pub i16);

pub fn router() -> Router {
    Router::new()
        .text_is(CATALOGUE, || async { list(Reply::text("Какой?")) })
        .press::<List, _>(|| async { list(Reply::edit("Какой?")) })
        .press::<Card, _>(card)
}

pub fn tea(number: i16) -> Result<&'static Tea> {
    let tea = usize::try_from(number).ok().and_then(|n| TEAS.get(n));
    tea.ok_or_else(|| Error::user("Этого чая больше нет."))
}

fn list(reply: Reply) -> Reply {
    let numbered = TEAS.iter().zip(0..);
    numbered.fold(reply, |reply, (tea, number)| {
        reply.press(tea.name, &Card(number)).row()
    })
}

async fn card(Pressed(Card(number)): Pressed<Card>) -> Result<Reply> {
    let Tea { name, about, price } = tea(number)?;
    let text = html!("<b>{name}</b>\n{about}\n{price} ₽ за 100 г");
    Ok(Reply::edit(text)
        .press("В корзину", &Add(number))
        .press("‹ Назад", &List))
}
