//! Buttons of messages that a dialog left behind.

mod seen;

use ostankino::Router;
use ostankino_dialogs::{Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows};
use ostankino_test::Chat;
use serde::{Deserialize, Serialize};

use self::seen::data_of;

windows! { Step { Count, Sure } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "order", windows = Step)]
struct Order {
    count: i64,
}

fn order() -> Dialog<Order> {
    Dialog::<Order>::new()
        .window(Step::Count, |w| {
            w.text(|v| format!("Порций: {}", v.data.count));
            w.counter("count", field!(count), 0..=9);
            w.next(|_| "Дальше");
            w.button("end", |_| "Закрыть", || async { Turn::cancel() });
        })
        .window(Step::Sure, |w| w.text(|_| "Точно?"))
}

windows! { Other { Only } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "other", windows = Other)]
struct Menu {}

fn router(order: Dialog<Order>) -> Router {
    let menu = Dialog::<Menu>::new().window(Other::Only, |w| {
        w.text(|_| "Другое");
        w.cancel(|_| "Назад");
    });
    let start = |dialogs: Dialogs| async move { dialogs.start(Order { count: 5 }).await };
    let other = |dialogs: Dialogs| async move { dialogs.start(Menu {}).await };
    Router::new()
        .command("order", start)
        .command("other", other)
        .dialogs(DialogSet::new().with(order).with(menu))
}

#[tokio::test]
async fn a_button_of_a_dialog_that_is_over_begins_it_anew_in_the_pressed_message() {
    let mut chat = Chat::new(router(order().revive(Order::default)));
    chat.says("/order").await;
    let plus = data_of(&chat, "+");
    chat.presses("Закрыть").await;
    chat.presses_data(&plus)
        .await
        .expect_toast("Начинаем заново")
        .expect_edit("Порций: 0")
        .expect_silence();
    chat.presses("+").await.expect_edit("Порций: 1");
    // While it is open it goes on where it is.
    chat.presses_data(&plus)
        .await
        .expect_toast("Это меню устарело")
        .expect_call("editMessageReplyMarkup");
}

#[tokio::test]
async fn it_begins_upon_what_is_open() {
    let mut chat = Chat::new(router(order().revive(Order::default)));
    chat.says("/order").await;
    let plus = data_of(&chat, "+");
    chat.presses("Закрыть").await;
    chat.says("/other").await.expect_text("Другое");
    chat.presses_data(&plus).await.expect_edit("Порций: 0");
    chat.presses("Закрыть").await.expect_edit("Другое");
}

#[tokio::test]
async fn in_a_group_an_old_button_may_be_anybodys() {
    let mut chat = Chat::in_group(router(order().revive(Order::default)));
    chat.says("/order").await;
    let plus = data_of(&chat, "+");
    chat.presses("Закрыть").await;
    let mut answer = chat.by("Борис").presses_data(&plus).await;
    answer
        .expect_toast("Это меню не для вас или уже закрыто")
        .expect_silence();
    // What all share is everybody's.
    let mut chat = Chat::in_group(router(order().revive(Order::default).shared()));
    chat.says("/order").await;
    let plus = data_of(&chat, "+");
    chat.presses("Закрыть").await;
    let mut answer = chat.by("Борис").presses_data(&plus).await;
    answer.expect_toast("Начинаем заново");
    answer.expect_edit("Порций: 0");
}

#[tokio::test]
async fn without_it_the_button_goes() {
    let mut chat = Chat::new(router(order()));
    chat.says("/order").await;
    let plus = data_of(&chat, "+");
    chat.presses("Закрыть").await;
    chat.presses_data(&plus)
        .await
        .expect_toast("Диалог закрыт")
        .expect_call("editMessageReplyMarkup");
}
