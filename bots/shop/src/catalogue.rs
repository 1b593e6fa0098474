//! The catalogue: pages of goods, a card with a photo, links to a good, and search in any chat.

use ostankino::{extract::InlineQuery, prelude::*};

use crate::store::{self, Good};
use crate::{Visit, cart::Cart, texts::Lang};

const PAGE: usize = 3;

#[derive(CallbackData)]
#[callback(prefix = "catalogue")]
pub(crate) enum Catalogue {
    Page(u16),
    Good(i64),
}

/// `t.me/<bot>?start=…`
#[derive(DeepLink)]
#[deep_link(prefix = "good")]
pub(crate) struct GoodLink(i64);

pub(crate) async fn first_page(visit: Visit) -> Result<Reply> {
    page(0, Reply::text, visit).await
}

pub(crate) async fn linked(Link(GoodLink(id)): Link<GoodLink>, visit: Visit) -> Result<Reply> {
    card(id, visit).await
}

pub(crate) async fn browse(Pressed(press): Pressed<Catalogue>, visit: Visit) -> Result<Reply> {
    match press {
        Catalogue::Page(number) => page(number, Reply::edit, visit).await,
        Catalogue::Good(id) => card(id, visit).await,
    }
}

async fn page(number: u16, say: fn(Html) -> Reply, visit: Visit) -> Result<Reply> {
    let goods = store::goods(&visit.db).await?;
    let mut pages = goods.chunks(PAGE);
    let (title, count) = (visit.lang.catalogue(), pages.len());
    let mut reply = say(html!("<b>{title}</b>, {}/{count}", number + 1));
    for good in pages.nth(number.into()).unwrap_or_default() {
        let name = format!("{}, {} ₽", good.name, good.price);
        reply = reply.press(name, &Catalogue::Good(good.id)).row();
    }
    if number > 0 {
        reply = reply.press("‹", &Catalogue::Page(number - 1));
    }
    if pages.len() > 0 {
        reply = reply.press("›", &Catalogue::Page(number + 1));
    }
    Ok(reply.press(visit.lang.cart(), &Cart::Show))
}

async fn card(id: i64, visit: Visit) -> Result<Reply> {
    let good = store::good(id, &visit.db).await?;
    let good = good.ok_or_else(|| Error::user(visit.lang.gone()))?;
    Ok(
        Reply::photo(Upload::path(visit.shop.photos.join(&good.photo)))
            .caption(html!("<b>{}</b>\n{} ₽", good.name, good.price))
            .press(visit.lang.add(), &Cart::Add(id))
            .press(visit.lang.cart(), &Cart::Show),
    )
}

pub(crate) async fn find(query: InlineQuery, db: DbSession, bot: Bot, lang: Lang) -> Result<Reply> {
    let mut results = Vec::new();
    for Good {
        id, name, price, ..
    } in store::goods_like(&query.query, &db).await?
    {
        let text = html!("<b>{name}</b>, {price} ₽");
        let article = Article::new(id.to_string(), text.plain(), text);
        let order = Button::url(lang.order(), GoodLink(id).url(&bot)?);
        results.push(article.keyboard(InlineKeyboard::new().row([order])));
    }
    Ok(Reply::inline(results))
}
