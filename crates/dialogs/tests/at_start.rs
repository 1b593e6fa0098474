//! Mistakes of authors end the start of a bot, and name the line where they were made.

use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind, set_hook},
    sync::{Mutex, Once, PoisonError},
};

use ostankino::{Result, Router};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Page, RouterExt, Rows, Turn, Window, field, windows,
};
use serde::{Deserialize, Serialize};

windows! { Step { First, Second } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "order", windows = Step)]
struct Order {
    count: u8,
    is_fast: bool,
}

windows! { Ask { Sure } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "confirm", windows = Ask)]
struct Confirm {}

thread_local! {
    static LAST: Mutex<Option<(String, String)>> = const { Mutex::new(None) };
}

/// What it panics with, at a line of this file.
#[track_caller]
fn panics(made: impl FnOnce()) -> String {
    panics_at(made).0
}

/// What it panics with, and at which line.
#[track_caller]
fn panics_at(made: impl FnOnce()) -> (String, u32) {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        set_hook(Box::new(|info| {
            let place = info.location().map(Location::to_string).unwrap_or_default();
            let message = info.payload_as_str().unwrap_or_default().to_owned();
            LAST.with(|last| {
                *last.lock().unwrap_or_else(PoisonError::into_inner) = Some((message, place));
            });
        }));
    });
    assert!(catch_unwind(AssertUnwindSafe(made)).is_err(), "it is taken");
    let last = LAST.with(|last| last.lock().unwrap_or_else(PoisonError::into_inner).take());
    let (message, place) = last.expect("the hook was called");
    assert!(place.contains("tests/at_start.rs"), "{place}: {message}");
    let line = place.split(':').nth(1).and_then(|line| line.parse().ok());
    (message, line.expect("a line"))
}

fn window(fill: impl FnOnce(&mut Window<Order>)) -> Dialog<Order> {
    Dialog::<Order>::new().window(Step::First, |w| {
        w.text(|_| "Первое");
        fill(w);
    })
}

#[test]
fn widgets_that_cannot_be_told_apart_are_named() {
    let begin = line!();
    let (message, line) = panics_at(|| {
        drop(window(|w| {
            w.counter("count", field!(count), 0..=9);
            w.row(|w| w.toggle("count", field!(is_fast), |_| "Срочно"));
        }));
    });
    assert_eq!(line, begin + 4, "it is the line of the second");
    assert_eq!(
        message,
        "order/First has two widgets `count`: each needs an id of its own"
    );
    let message = panics(|| {
        drop(window(|w| {
            w.to(Step::Second, |_| "Дальше");
            w.next(|_| "Ещё дальше");
        }));
    });
    assert_eq!(
        message,
        "order/First has two widgets `Second`: each needs an id of its own"
    );
}

#[test]
fn windows_are_there_once_and_say_something() {
    let message = panics(|| drop(window(|w| w.text(|_| "ещё"))));
    assert_eq!(message, "the window order/First has two texts");
    let message = panics(|| drop(window(|_| {}).window(Step::First, |w| w.text(|_| "ещё"))));
    assert_eq!(message, "the window order/First is there twice");
    let message = panics(|| drop(window(|_| {}).window(Step::Second, |_| {})));
    assert_eq!(
        message,
        "the window order/Second has no text: each says something"
    );
    let message = panics(|| drop(DialogSet::new().with(window(|_| {}))));
    assert_eq!(
        message,
        "the dialog `order` lacks its window `Second`: each that `windows!` names has one"
    );
    let photo = |w: &mut Window<Order>| {
        w.photo(|_| "a".to_owned());
        w.video(|_| "b".to_owned());
    };
    let message = panics(|| drop(window(photo)));
    assert_eq!(message, "the window order/First has media twice");
}

#[test]
fn moves_lead_to_windows_that_are_there() {
    let message = panics(|| drop(window(|w| w.back(|_| "Назад"))));
    assert_eq!(
        message,
        "order/First is the first window: there is none before it"
    );
    let message = panics(|| {
        drop(window(|_| {}).window(Step::Second, |w| {
            w.text(|_| "Второе");
            w.next(|_| "Дальше");
        }));
    });
    assert_eq!(
        message,
        "order/Second is the last window: there is none after it"
    );
}

async fn paged(_: Page) -> Result<Rows<u8>> {
    Ok(Rows::default())
}

async fn counted() -> Result<Rows<u8>> {
    Ok(Rows::default())
}

#[test]
fn pages_and_pagers_go_together() {
    let message = panics(|| {
        drop(Dialog::<Order>::new().window_of(Step::First, paged, |w| w.text(|_| "Список")));
    });
    assert_eq!(
        message,
        "the getter of order/First takes a `Page`, and the window has no pager: add `w.pager(…)`"
    );
    let pagers = |per_page| {
        move |w: &mut Window<Order, Rows<u8>>| {
            w.text(|_| "Список");
            w.pager("page", 8);
            w.pager("other", per_page);
        }
    };
    let message = panics(|| {
        drop(Dialog::<Order>::new().window_of(Step::First, counted, pagers(8)));
    });
    assert_eq!(message, "the window order/First has two pagers");
    let message = panics(|| {
        drop(Dialog::<Order>::new().window_of(Step::First, counted, pagers(0)));
    });
    assert_eq!(
        message,
        "the pages of order/First have no items: they have 1 or more"
    );
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "that is the mistake")]
fn bounds_have_something_between_them() {
    for (message, expected) in [
        (
            panics(|| {
                drop(window(|w| {
                    w.counter("count", field!(count), 9..=1);
                }));
            }),
            "nothing is from 9 to 1: the bounds of the counter `count` of order/First are the wrong way round",
        ),
        (
            panics(|| {
                drop(window(|w| {
                    w.ask_number(9..=1, field!(count));
                }));
            }),
            "nothing is from 9 to 1: the bounds of a number in order/First are the wrong way round",
        ),
        (
            panics(|| drop(window(|w| w.scroll("list", 0, |_| {})))),
            "the scroll `list` of order/First shows no rows: it shows 1 or more",
        ),
        (
            panics(|| drop(window(|w| w.group(9, |_| {})))),
            "a row has 1 to 8 buttons, not 9",
        ),
    ] {
        assert_eq!(message, expected);
    }
}

async fn confirmed(Data(order): Data<Order>) -> Turn<Order> {
    Turn::stay().with(order)
}

#[test]
fn dialogs_that_are_started_are_there() {
    let order = || window(|_| {}).window(Step::Second, |w| w.text(|_| "Второе"));
    let sure = || Dialog::<Confirm>::new().window(Ask::Sure, |w| w.text(|_| "Точно?"));
    let message = panics(|| {
        let order = order().on_result::<Confirm, _>(confirmed);
        drop(Router::new().dialogs(DialogSet::new().with(order)));
    });
    assert_eq!(
        message,
        "the dialog `order` starts `confirm`, which is not in the `DialogSet`: add it by `with`"
    );
    let message = panics(|| drop(DialogSet::new().with(sure()).with(sure())));
    assert_eq!(message, "two dialogs are named `confirm`");
    let message = panics(|| {
        let twice = order().on_result::<Confirm, _>(confirmed);
        drop(twice.on_result::<Confirm, _>(confirmed));
    });
    assert_eq!(
        message,
        "the dialog `order` takes results of `confirm` twice"
    );
    let order = order().on_result::<Confirm, _>(confirmed);
    drop(Router::new().dialogs(DialogSet::new().with(order).with(sure())));
}

#[test]
fn a_dialog_that_begins_anew_by_old_buttons_has_none_that_could_be_anothers() {
    // Their numbers are one.
    let order = |revive: bool| {
        let order = window(|w| {
            w.button("noc-order", |_| "Да", || async { Turn::cancel() });
        });
        let order = order.window(Step::Second, |w| w.text(|_| "Второе"));
        match revive {
            true => order.revive(Order::default),
            false => order,
        }
    };
    let confirm = || {
        Dialog::<Confirm>::new().window(Ask::Sure, |w| {
            w.text(|_| "Точно?");
            w.button("agx-sure", |_| "Да", || async { Turn::cancel() });
        })
    };
    let router = |order| Router::new().dialogs(DialogSet::new().with(order).with(confirm()));
    let problem = panics(|| drop(router(order(true))));
    assert!(problem.contains("order/First/noc-order"), "{problem}");
    assert!(problem.contains("confirm/Sure/agx-sure"), "{problem}");
    drop(router(order(false)));
}
