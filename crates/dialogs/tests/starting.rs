//! Dialogs that are started upon one another, and anew: without servers.

mod seen;

use ostankino::{Result, Router};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, Launch, Page, RouterExt, Rows, windows,
};
use ostankino_test::Chat;
use serde::{Deserialize, Serialize};

use self::seen::buttons;

windows! { ListWindow { Goods } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "list", windows = ListWindow)]
struct List {}

windows! { CardWindow { Good } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "card", windows = CardWindow)]
struct Card {
    good: i64,
}

async fn goods(page: Page) -> Result<Rows<i64>> {
    Ok(page.of([1, 2, 3, 4]))
}

async fn price(Data(card): Data<Card>) -> Result<i64> {
    Ok(card.good * 100)
}

fn dialogs() -> DialogSet {
    let list =
        Dialog::<List>::new()
            .launch(Launch::Single)
            .window_of(ListWindow::Goods, goods, |w| {
                w.text(|_| "Товары");
                let label = |_: &_, good: &i64| format!("№ {good}");
                w.select("good", |v| &v.rows.items, |good| *good, label)
                    .start(|good| Card { good });
                w.pager("page", 2);
            });
    let card = Dialog::<Card>::new().window_of(CardWindow::Good, price, |w| {
        w.text(|v| format!("Товар {}: {} ₽", v.data.good, v.rows));
        w.start("back", |_| "‹ Товары", |_| List {});
    });
    DialogSet::new().with(list).with(card)
}

fn chat() -> Chat {
    let list = |dialogs: Dialogs| async move { dialogs.start_anew(List {}).await };
    let card = |dialogs: Dialogs| async move { dialogs.start_anew(Card { good: 7 }).await };
    let upon = |dialogs: Dialogs| async move { dialogs.start(Card { good: 8 }).await };
    let router = Router::new()
        .command("list", list)
        .command("card", card)
        .command("upon", upon)
        .dialogs(dialogs());
    Chat::new(router)
}

#[tokio::test]
async fn an_item_starts_a_dialog_of_its_own_and_the_list_waits_on_its_page() {
    let mut chat = chat();
    chat.says("/list").await.expect_text("Товары");
    chat.presses("›").await.expect_edit("Товары");
    chat.presses("№ 4").await.expect_edit("Товар 4: 400 ₽");
    chat.presses("‹ Товары").await.expect_edit("Товары");
    assert_eq!(buttons(&chat)[2][1], "2 / 2");
    assert!(dialogs().diagram().contains("list_Goods --> card_ : good"));
}

#[tokio::test]
async fn what_is_started_anew_lies_upon_nothing_however_often() {
    let mut chat = chat();
    chat.says("/list").await.expect_text("Товары");
    chat.presses("›").await.expect_edit("Товары");
    for _ in 0..40 {
        chat.says("/card").await.expect_text("Товар 7: 700 ₽");
    }
    // The list that was open is over.
    chat.presses("‹ Товары").await.expect_edit("Товары");
    assert_eq!(buttons(&chat)[2][1], "1 / 2");
}
