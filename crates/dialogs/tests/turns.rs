//! How dialogs go on, as somebody in the chat sees it: without servers.

mod seen;

use std::collections::BTreeSet;

use ostankino::{Error, Result, Router};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, Done, Page, RouterExt, Rows, Turn, field, windows,
};
use ostankino_test::Chat;
use serde::{Deserialize, Serialize};

use self::seen::{buttons, data_of};

windows! { Step { Dish, Extras, Note } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "order", windows = Step, result = i64)]
struct Order {
    dish: Option<i64>,
    extras: BTreeSet<i64>,
    count: i64,
    note: String,
    is_fast: bool,
    paid: u32,
}

windows! { Ask { Sure } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "confirm", windows = Ask, result = bool)]
struct Confirm {
    what: String,
}

struct Dish {
    id: i64,
    name: &'static str,
}

const DISHES: [(i64, &str); 5] = [
    (1, "Борщ"),
    (2, "Щи"),
    (3, "Уха"),
    (-4, "Рассольник"),
    (500, "Окрошка"),
];

async fn dishes(page: Page) -> Result<Rows<Dish>> {
    Ok(page.of(DISHES.map(|(id, name)| Dish { id, name })))
}

async fn extras(Data(order): Data<Order>) -> Result<Vec<Dish>> {
    // The last of them is there for nobody who has chosen the first.
    let extras = [(1, "Сметана"), (2, "Хлеб"), (3, "Чеснок")];
    let extras = extras.map(|(id, name)| Dish { id, name }).into_iter();
    Ok(extras
        .filter(|it| it.id != 3 || !order.extras.contains(&1))
        .collect())
}

async fn pay(Data(order): Data<Order>) -> Result<Turn<Order>> {
    if order.count == 7 {
        return Err(Error::message("семь не получится"));
    }
    let paid = order.paid + 1;
    Ok(Turn::stay()
        .toast(format!("Оплачено: {paid}"))
        .with(Order { paid, ..order }))
}

async fn confirmed(Data(order): Data<Order>, Done(is_sure): Done<Confirm>) -> Turn<Order> {
    match is_sure {
        true => Turn::done(order.count).toast("Отменено"),
        false => Turn::stay().toast("Продолжаем"),
    }
}

fn order() -> Dialog<Order> {
    Dialog::<Order>::new()
        .window_of(Step::Dish, dishes, |w| {
            w.text(|v| format!("Блюд: {}", v.rows.total));
            w.select(
                "dish",
                |v| &v.rows.items,
                |dish| dish.id,
                |_, dish| dish.name,
            )
            .columns(2)
            .bind(field!(dish))
            .then(Step::Extras);
            w.pager("page", 2);
            w.cancel(|_| "Закрыть");
        })
        .window_of(Step::Extras, extras, |w| {
            w.text(|v| format!("Блюдо {:?}, порций {}", v.data.dish, v.data.count));
            w.multiselect(
                "extras",
                |v| v.rows.as_slice(),
                |extra| extra.id,
                |_, extra| extra.name,
                field!(extras),
            )
            .max(2);
            w.counter("count", field!(count), 0..=9);
            w.toggle("fast", field!(is_fast), |_| "Срочно");
            w.row(|row| {
                row.back(|_| "Назад");
                row.next(|_| "Пожелания");
                row.button("pay", |_| "Оплатить", pay).once();
            });
            w.when(
                |v| v.data.count > 0,
                |w| {
                    w.start(
                        "drop",
                        |_| "Отказаться",
                        |order: &Order| Confirm {
                            what: order.count.to_string(),
                        },
                    )
                },
            );
        })
        .window(Step::Note, |w| {
            w.text(|v| format!("Пожелания: {}", v.data.note));
            w.ask_text(1..=5, field!(note)).then(Step::Extras);
            w.back(|_| "Назад");
        })
        .on_result::<Confirm, _>(confirmed)
        .reopen(Order::default)
}

fn confirm() -> Dialog<Confirm> {
    Dialog::<Confirm>::new().window(Ask::Sure, |w| {
        w.text(|v| format!("Отказаться от {}?", v.data.what));
        w.row(|row| {
            row.button("yes", |_| "Да", || async { Turn::done(true) });
            row.button("no", |_| "Нет", || async { Turn::done(false) });
        });
    })
}

fn router() -> Router {
    let start = |dialogs: Dialogs| async move { dialogs.start(Order::default()).await };
    let close = |dialogs: Dialogs| async move { dialogs.close().await };
    Router::new()
        .command("order", start)
        .command("close", close)
        .text(|| async { "Не понял" })
        .dialogs(DialogSet::new().with(order()).with(confirm()))
}

#[tokio::test]
async fn a_dialog_goes_from_window_to_window_in_one_message() {
    let mut chat = Chat::new(router());
    chat.says("/order")
        .await
        .expect_text("Блюд: 5")
        .expect_silence();
    assert_eq!(
        buttons(&chat),
        [vec!["Борщ", "Щи"], vec!["·", "1 / 3", "›"], vec!["Закрыть"]]
    );
    chat.presses("›")
        .await
        .expect_edit("Блюд: 5")
        .expect_silence();
    assert_eq!(buttons(&chat)[0], ["Уха", "Рассольник"]);
    chat.presses("Рассольник")
        .await
        .expect_edit("Блюдо Some(-4), порций 0");
    chat.presses("Сметана")
        .await
        .expect_edit("Блюдо Some(-4), порций 0");
    assert_eq!(buttons(&chat)[..2], [vec!["✓ Сметана"], vec!["Хлеб"]]);
    chat.presses("Хлеб").await;
    chat.presses("✓ Хлеб").await;
    chat.presses("Срочно").await;
    chat.presses("+")
        .await
        .expect_edit("Блюдо Some(-4), порций 1");
    assert_eq!(
        buttons(&chat),
        [
            vec!["✓ Сметана"],
            vec!["Хлеб"],
            vec!["−", "1", "+"],
            vec!["✓ Срочно"],
            vec!["Назад", "Пожелания", "Оплатить"],
            vec!["Отказаться"]
        ]
    );
    chat.presses("Оплатить")
        .await
        .expect_toast("Оплачено: 1")
        .expect_silence();
}

#[tokio::test]
async fn what_is_written_is_taken_where_it_is_asked_for_and_shown_below() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    chat.says("просто так")
        .await
        .expect_text("Не понял")
        .expect_silence();
    chat.presses("Борщ").await;
    chat.presses("Пожелания").await.expect_edit("Пожелания: ");
    chat.says("слишком длинно")
        .await
        .expect_text("Слишком длинно: 14 символов, можно не больше 5")
        .expect_silence();
    let mut answer = chat.says("перец").await;
    answer.expect_text("Блюдо Some(1), порций 0");
    // The message above loses its buttons.
    let above = answer.expect_call("editMessageReplyMarkup");
    assert_eq!(
        above.params()["reply_markup"],
        serde_json::json!({"inline_keyboard": []})
    );
    answer.expect_silence();
    chat.says("ещё").await.expect_text("Не понял");
    chat.presses("Пожелания")
        .await
        .expect_edit("Пожелания: перец");
}

#[tokio::test]
async fn a_dialog_upon_another_gives_it_a_result() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    chat.presses("Щи").await;
    chat.presses("+").await;
    chat.presses("Отказаться")
        .await
        .expect_edit("Отказаться от 1?");
    let mut answer = chat.presses("Нет").await;
    answer
        .expect_toast("Продолжаем")
        .expect_edit("Блюдо Some(2), порций 1");
    chat.presses("Отказаться").await;
    let mut answer = chat.presses("Да").await;
    answer
        .expect_toast("Отменено")
        .expect_call("editMessageReplyMarkup");
    answer.expect_silence();
    assert_eq!(chat.dialogue(), None);
}

#[tokio::test]
async fn the_second_click_of_a_double_click_is_answered_without_a_word() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    let first = data_of(&chat, "Борщ");
    chat.presses("Борщ")
        .await
        .expect_edit("Блюдо Some(1), порций 0");
    // The edit may have come to nothing, so the window is shown again: for Telegram that is no change.
    chat.presses_data(&first)
        .await
        .expect_edit("Блюдо Some(1), порций 0")
        .expect_silence();
    let pay = data_of(&chat, "Оплатить");
    chat.presses_data(&pay).await.expect_toast("Оплачено: 1");
    let plus = data_of(&chat, "+");
    // The picture is the same, so paying again is not the second click of the first.
    chat.presses("+").await;
    chat.presses_data(&pay)
        .await
        .expect_edit("Блюдо Some(1), порций 1")
        .expect_silence();
    for _ in 0..3 {
        chat.presses_data(&plus).await;
    }
    assert_eq!(buttons(&chat)[3], ["−", "4", "+"]);
}

#[tokio::test]
async fn a_button_of_what_is_over_says_so_and_goes() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    let data = data_of(&chat, "Борщ");
    chat.presses("Закрыть")
        .await
        .expect_call("editMessageReplyMarkup");
    let mut answer = chat.presses_data(&data).await;
    answer
        .expect_toast("Диалог закрыт")
        .expect_call("editMessageReplyMarkup");
    for odd in ["~", "~0", "~1AAAAAAAAAAAA", "~0!!!!"] {
        chat.presses_data(odd).await.expect_toast("Диалог закрыт");
    }
}

#[tokio::test]
async fn an_item_that_is_gone_is_not_chosen() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    chat.presses("Борщ").await;
    let garlic = data_of(&chat, "Чеснок");
    chat.presses("Сметана").await;
    chat.presses_data(&garlic)
        .await
        .expect_toast("Этого уже нет")
        .expect_edit("Блюдо Some(1), порций 0")
        .expect_silence();
    chat.presses("Хлеб").await;
    let cream = data_of(&chat, "✓ Сметана");
    chat.presses_data(&cream).await;
    chat.presses("Чеснок").await;
    chat.presses("Сметана")
        .await
        .expect_toast("Больше выбрать нельзя");
}

#[tokio::test]
async fn what_fails_leaves_the_dialog_as_it_was() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    chat.presses("Борщ").await;
    for _ in 0..7 {
        chat.presses("+").await;
    }
    let mut answer = chat.presses("Оплатить").await;
    answer.expect_toast("Что-то пошло не так");
    assert!(answer.error().is_some());
    chat.presses("−")
        .await
        .expect_edit("Блюдо Some(1), порций 6");
    chat.presses("Оплатить").await.expect_toast("Оплачено: 1");
}

#[tokio::test]
async fn what_is_hidden_cannot_be_pressed() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    chat.presses("Борщ").await;
    chat.presses("+").await;
    let drop = data_of(&chat, "Отказаться");
    chat.presses("−").await;
    chat.presses_data(&drop)
        .await
        .expect_toast("Этого уже нет")
        .expect_edit("Блюдо Some(1), порций 0")
        .expect_silence();
}

#[tokio::test]
async fn a_stranger_in_a_group_changes_nothing() {
    let mut chat = Chat::in_group(router());
    chat.says("/order").await.expect_text("Блюд: 5");
    let data = data_of(&chat, "Борщ");
    let mut answer = chat.by("Борис").presses_data(&data).await;
    answer
        .expect_toast("Это меню не для вас или уже закрыто")
        .expect_silence();
    chat.presses("Борщ")
        .await
        .expect_edit("Блюдо Some(1), порций 0");
}

#[tokio::test]
async fn what_is_begun_time_and_again_is_one() {
    let mut chat = Chat::new(router());
    for _ in 0..40 {
        chat.says("/order").await.expect_text("Блюд: 5");
        chat.presses("Борщ").await;
    }
    // What is upon it ends, and it has the data that it was begun with.
    chat.presses("+").await;
    chat.presses("Отказаться").await;
    chat.says("/order").await.expect_text("Блюд: 5");
    chat.presses("Борщ")
        .await
        .expect_edit("Блюдо Some(1), порций 0");
    chat.presses("Назад").await;
    chat.presses("Закрыть")
        .await
        .expect_call("editMessageReplyMarkup");
    assert_eq!(chat.dialogue(), None);
}

#[tokio::test]
async fn closing_takes_the_buttons_away() {
    let mut chat = Chat::new(router());
    chat.says("/order").await;
    chat.says("/close")
        .await
        .expect_call("editMessageReplyMarkup");
    assert_eq!(chat.dialogue(), None);
    chat.says("/close").await.expect_silence();
}

#[test]
#[should_panic(expected = "the window order/Note has an input")]
fn a_shared_dialog_takes_nothing_that_is_written() {
    let _ = DialogSet::new().with(order().shared());
}
