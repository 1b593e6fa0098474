//! The catalogue: pages of goods, a card with a photo, links to a good, and search in any chat.

use std::path::PathBuf;

use ostankino::{extract::InlineQuery, prelude::*};
use ostankino_dialogs::{Data, Dialog, DialogData, Dialogs, Launch, Turn, View, windows};
use serde::{Deserialize, Serialize};

use crate::store::{self, Good};
use crate::{Texts, cart::Cart, roubles, samples};

windows! { pub(crate) CatalogueWindow { Goods } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "catalogue", windows = CatalogueWindow)]
pub(crate) struct Catalogue {}

windows! { pub(crate) CardWindow { Good } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "card", windows = CardWindow)]
pub(crate) struct Card {
    good: i64,
}

/// `t.me/<bot>?start=…`
#[derive(DeepLink)]
#[deep_link(prefix = "good")]
pub(crate) struct GoodLink(i64);

/// Whoever comes back to it is on the page they left.
pub(crate) fn catalogue() -> Dialog<Catalogue, Texts> {
    Dialog::<Catalogue, Texts>::new()
        .launch(Launch::Single)
        .window_of(CatalogueWindow::Goods, store::goods, |w| {
            w.text(|v| v.t.catalogue());
            w.select(
                "good",
                |v| &v.rows.items,
                |good| good.id,
                |v, good| v.t.good_button(&good.name, roubles(good.price)),
            )
            .start(|good| Card { good });
            w.pager("page", 3);
            w.start("cart", |v| v.t.cart_button(), |_| Cart {});
            w.samples(|t| View::sample(Catalogue {}, samples::goods(), t));
        })
}

pub(crate) fn card(photos: PathBuf) -> Dialog<Card, Texts> {
    Dialog::<Card, Texts>::new().window_of(CardWindow::Good, good, |w| {
        w.text(|v| v.t.good(&v.rows.name, roubles(v.rows.price)));
        w.photo(move |v| Upload::path(photos.join(&v.rows.photo)));
        w.row(|w| {
            w.button("add", |v| v.t.add_button(), add);
            w.start("cart", |v| v.t.cart_button(), |_| Cart {});
        });
        w.start("back", |v| v.t.catalogue_button(), |_| Catalogue {});
        w.samples(|t| View::sample(Card { good: 1 }, samples::good(), t));
    })
}

pub(crate) async fn open(dialogs: Dialogs) -> Result<Reply> {
    dialogs.start_anew(Catalogue {}).await
}

pub(crate) async fn linked(Link(link): Link<GoodLink>, dialogs: Dialogs) -> Result<Reply> {
    dialogs.start_anew(Card { good: link.0 }).await
}

async fn good(Data(card): Data<Card>, t: Texts, db: DbSession) -> Result<Good> {
    let good = store::good(card.good, &db).await?;
    good.ok_or_else(|| Error::user(t.gone()))
}

async fn add(card: Data<Card>, t: Texts, user: User, db: DbSession) -> Result<Turn<Card>> {
    let good = good(card, t.clone(), db.clone()).await?;
    store::add(1, good.id, &user, &db).await?;
    Ok(Turn::stay().toast(t.added_toast()))
}

pub(crate) async fn find(query: InlineQuery, t: Texts, db: DbSession, bot: Bot) -> Result<Reply> {
    let mut results = Vec::new();
    for good in store::goods_like(&query.query, &db).await? {
        let text = t.found(good.name, roubles(good.price));
        let article = Article::new(good.id.to_string(), text.plain(), text);
        let order = Button::url(t.to_order_button(), GoodLink(good.id).url(&bot)?);
        results.push(article.keyboard(InlineKeyboard::new().row([order])));
    }
    Ok(Reply::inline(results))
}
