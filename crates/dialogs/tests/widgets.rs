//! What widgets show, and what becomes of presses: without servers.

mod seen;

use std::collections::{BTreeMap, BTreeSet};

use ostankino::{
    Reply, Result, Router,
    jiff::civil::{Date, Time},
};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, Item, RouterExt, Turn, field, windows,
};
use ostankino_test::Chat;
use serde::{Deserialize, Serialize};

use self::seen::{buttons, data_of};

windows! { Step { Day, Time, Counts, Lines, Many, Picked } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "visit", windows = Step)]
struct Visit {
    day: Option<Date>,
    time: Option<Time>,
    quarter: Option<Time>,
    small: u8,
    part: f64,
    around: i32,
    counts: BTreeMap<i64, u16>,
    gifts: BTreeSet<i64>,
    chosen: Option<u8>,
    picked: BTreeSet<u8>,
}

#[derive(Clone)]
struct Dish {
    id: i64,
    name: &'static str,
}

async fn dishes(Data(visit): Data<Visit>) -> Result<Vec<Dish>> {
    let dishes = [(1, "Борщ"), (-20, "Щи")].map(|(id, name)| Dish { id, name });
    // Whoever makes a gift of everything has eaten the second.
    let is_eaten = visit.gifts.len() == 2;
    Ok(dishes
        .into_iter()
        .take(if is_eaten { 1 } else { 2 })
        .collect())
}

async fn eat(Data(visit): Data<Visit>, Item(dish): Item<i64>) -> Turn<Visit> {
    Turn::stay().toast(format!("Съедено: {dish} из {}", visit.counts.len()))
}

const NUMBERS: [u8; 7] = [0, 1, 2, 3, 4, 5, 6];

fn visit() -> Dialog<Visit> {
    Dialog::<Visit>::new()
        .window(Step::Day, |w| {
            w.text(|v| format!("День: {:?}", v.data.day));
            w.calendar("day", field!(day))
                .from_today("Europe/Moscow")
                .max(|_| Date::constant(2027, 1, 15))
                .free(|_, day| day.weekday().to_monday_zero_offset() < 6);
            w.to(Step::Time, |_| "Время");
            w.to(Step::Counts, |_| "Числа");
            w.to(Step::Lines, |_| "Список");
            w.to(Step::Many, |_| "Много");
            w.to(Step::Picked, |_| "Выбор");
        })
        .window(Step::Time, |w| {
            w.text(|v| format!("Время: {:?} {:?}", v.data.time, v.data.quarter));
            w.time_picker("time", field!(time))
                .within((9, 0)..=(11, 0))
                .free(|_, time| time.hour() != 10);
            w.time_picker("quarter", field!(quarter)).every(15);
        })
        .window(Step::Counts, |w| {
            w.text(|v| format!("{} {} {}", v.data.small, v.data.part, v.data.around));
            w.counter("small", field!(small), 0..=2);
            w.counter("part", field!(part), 0.0..=1.0)
                .step(0.5)
                .label(|v| format!("часть {}", v.data.part));
            w.counter("around", field!(around), -1..=1).round();
        })
        .window_of(Step::Lines, dishes, |w| {
            w.text(|v| format!("{:?} {:?}", v.data.counts, v.data.gifts));
            w.each(
                "dishes",
                |v| v.rows.as_slice(),
                |dish| dish.id,
                |w| {
                    w.row(|w| {
                        w.button("eat", |v| v.rows.name, eat);
                        w.check("gift", field!(gifts), |v| format!("подарок {}", v.rows.key));
                    });
                    w.when(
                        |v| !v.data.gifts.contains(&v.rows.key),
                        |w| {
                            w.count("count", field!(counts), 1..=9);
                        },
                    );
                },
            );
        })
        .window(Step::Many, |w| {
            w.text(|v| format!("Выбрано: {:?}", v.data.chosen));
            w.scroll("many", 2, |w| {
                w.select("number", |_| &NUMBERS, |it| *it, |_, it| format!("№ {it}"))
                    .columns(2)
                    .bind(field!(chosen));
            });
        })
        .window(Step::Picked, |w| {
            w.text(|v| format!("Выбрано: {:?}", v.data.picked));
            w.scroll("one", 1, |w| {
                w.multiselect(
                    "picked",
                    |_| &NUMBERS,
                    |it| *it,
                    |_, it| format!("№ {it}"),
                    field!(picked),
                )
                .min(1)
                .max(2);
            });
            w.calendar("soon", field!(day))
                .from_today("UTC")
                .days_ahead(3);
        })
}

fn chat() -> Chat {
    let start = |dialogs: Dialogs| async move { dialogs.start(Visit::default()).await };
    let other = |_: Dialogs| async { Reply::none() };
    let router = Router::new()
        .command("visit", start)
        .command("other", other);
    let chat = Chat::new(router.dialogs(DialogSet::new().with(visit())));
    // In Moscow it is the 28th of November already.
    chat.at("2026-11-27T21:30:00Z".parse().expect("a time"))
}

#[tokio::test]
async fn a_calendar_begins_today_and_shows_the_days_that_are_free() {
    let mut chat = chat();
    chat.says("/visit").await.expect_text("День: None");
    let shown = buttons(&chat);
    assert_eq!(shown[0], ["·", "Ноябрь 2026", "›"]);
    assert_eq!(shown[1], ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"]);
    assert_eq!(shown[2], ["·", "·", "·", "·", "·", "·", "·"]);
    // The 29th is a Sunday.
    assert_eq!(shown[6], ["·", "·", "·", "·", "·", "28", "·"]);
    assert_eq!(shown[7], ["30", "·", "·", "·", "·", "·", "·"]);
    chat.presses("28")
        .await
        .expect_edit("День: Some(2026-11-28)");
    assert_eq!(buttons(&chat)[6][5], "✓28");
}

#[tokio::test]
async fn a_calendar_is_leafed_through_within_its_bounds() {
    let mut chat = chat();
    chat.says("/visit").await;
    chat.presses("›").await;
    assert_eq!(buttons(&chat)[0], ["‹", "Декабрь 2026", "›"]);
    chat.presses("›").await;
    let shown = buttons(&chat);
    assert_eq!(shown[0], ["‹", "Январь 2027", "·"]);
    assert_eq!(shown[4], ["11", "12", "13", "14", "15", "·", "·"]);
    chat.presses("Январь 2027").await;
    let shown = buttons(&chat);
    assert_eq!(shown[0], ["‹", "2027", "·"]);
    assert_eq!(shown[1], ["Январь", "·", "·"]);
    chat.presses("‹").await;
    assert_eq!(buttons(&chat)[4], ["·", "Ноябрь", "Декабрь"]);
    chat.presses("2026").await;
    let shown = buttons(&chat);
    assert_eq!(shown[0], ["·", "2016 – 2027", "·"]);
    assert_eq!(shown[4], ["·", "2026", "2027"]);
    chat.presses("2027").await;
    chat.presses("Январь").await;
    assert_eq!(buttons(&chat)[0][1], "Январь 2027");
    // What was leafed through is no choice.
    chat.presses("15")
        .await
        .expect_edit("День: Some(2027-01-15)");
}

#[tokio::test]
async fn a_day_that_is_over_cannot_be_chosen() {
    let mut chat = chat();
    chat.says("/visit").await;
    let data = data_of(&chat, "28");
    let (begin, _) = data.rsplit_once("d2026").expect("a day");
    for wrong in [
        "d2026-11-27",
        "d2026-11-29",
        "d2027-01-16",
        "d",
        "d2026-13-01",
        "x",
    ] {
        chat.presses_data(&format!("{begin}{wrong}"))
            .await
            .expect_toast("Это выбрать нельзя")
            .expect_silence();
    }
}

#[tokio::test]
async fn times_are_shown_at_once_or_by_the_hour() {
    let mut chat = chat();
    chat.says("/visit").await;
    chat.presses("Время").await.expect_edit("Время: None None");
    let shown = buttons(&chat);
    assert_eq!(shown[0], ["09:00", "09:30", "11:00"]);
    assert_eq!(shown[1], ["0", "1", "2", "3", "4", "5"]);
    chat.presses("09:30")
        .await
        .expect_edit("Время: Some(09:30:00) None");
    chat.presses("23").await;
    let shown = buttons(&chat);
    assert_eq!(
        (shown[0][1].as_str(), shown[4][5].as_str()),
        ("✓09:30", "[23]")
    );
    assert_eq!(shown[5], ["23:00", "23:15", "23:30", "23:45"]);
    let odd = data_of(&chat, "23:45").replace("23:45", "23:46");
    chat.presses("23:45")
        .await
        .expect_edit("Время: Some(09:30:00) Some(23:45:00)");
    chat.presses_data(&odd)
        .await
        .expect_toast("Это выбрать нельзя");
}

#[tokio::test]
async fn counters_count_numbers_of_any_type() {
    let mut chat = chat();
    chat.says("/visit").await;
    chat.presses("Числа").await.expect_edit("0 0 0");
    let small = |sign: &str, chat: &Chat| {
        let data = data_of(chat, "−");
        format!("{}{sign}", data.strip_suffix('-').expect("minus"))
    };
    let (plus, minus) = (small("+", &chat), small("-", &chat));
    chat.presses_data(&minus).await.expect_silence();
    for _ in 0..4 {
        chat.presses_data(&plus).await;
    }
    assert_eq!(buttons(&chat)[0], ["−", "2", "+"]);
    chat.presses("часть 0").await.expect_silence();
    let rows = buttons(&chat);
    assert_eq!(rows[1][1], "часть 0");
}

#[tokio::test]
async fn each_item_of_a_list_has_its_widgets() {
    let mut chat = chat();
    chat.says("/visit").await;
    chat.presses("Список").await.expect_edit("{} {}");
    assert_eq!(
        buttons(&chat),
        [
            vec!["Борщ", "подарок 1"],
            vec!["−", "1", "+"],
            vec!["Щи", "подарок -20"],
            vec!["−", "1", "+"],
        ]
    );
    chat.presses("Щи").await.expect_toast("Съедено: -20 из 0");
    // The first of two of that name is of the first dish.
    chat.presses("+").await.expect_edit("{1: 2} {}");
    chat.presses("Борщ").await.expect_toast("Съедено: 1 из 1");
    let plus = data_of(&chat, "+");
    chat.presses("подарок 1").await.expect_edit("{1: 2} {1}");
    assert_eq!(buttons(&chat)[0][1], "✓ подарок 1");
    // The counter is hidden by now.
    chat.presses_data(&plus).await.expect_toast("Этого уже нет");
    let second = data_of(&chat, "Щи");
    chat.presses("подарок -20")
        .await
        .expect_edit("{1: 2} {-20, 1}");
    assert_eq!(buttons(&chat).len(), 1);
    chat.presses_data(&second)
        .await
        .expect_toast("Этого уже нет");
    let (begin, _) = second.split_at(second.len() - 3);
    for odd in ["", ".", "zzz.", "яяя.."] {
        chat.presses_data(&format!("{begin}{odd}"))
            .await
            .expect_toast("Этого уже нет");
    }
}

#[tokio::test]
async fn a_scroll_shows_a_few_rows_at_once() {
    let mut chat = chat();
    chat.says("/visit").await;
    chat.presses("Много").await;
    let first = vec![
        vec!["№ 0", "№ 1"],
        vec!["№ 2", "№ 3"],
        vec!["·", "1 / 2", "›"],
    ];
    assert_eq!(buttons(&chat), first);
    let on = data_of(&chat, "›");
    chat.presses("›").await;
    let second = vec![vec!["№ 4", "№ 5"], vec!["№ 6"], vec!["‹", "2 / 2", "·"]];
    assert_eq!(buttons(&chat), second);
    // A second click of the same does not turn past the end.
    chat.presses_data(&on).await;
    assert_eq!(buttons(&chat), second);
    chat.presses("№ 6").await.expect_edit("Выбрано: Some(6)");
    chat.presses("‹").await;
    assert_eq!(buttons(&chat), first);
}

#[tokio::test]
async fn a_long_list_is_turned_to_its_ends_and_chosen_from_within_limits() {
    let mut chat = chat();
    chat.says("/visit").await;
    chat.presses("Выбор").await.expect_edit("Выбрано: {}");
    assert_eq!(buttons(&chat)[1], ["·", "·", "1 / 7", "›", "»"]);
    chat.presses("№ 0").await.expect_edit("Выбрано: {0}");
    chat.presses("✓ № 0")
        .await
        .expect_toast("Меньше выбрать нельзя");
    chat.presses("»").await;
    assert_eq!(buttons(&chat)[1], ["«", "‹", "7 / 7", "·", "·"]);
    chat.presses("№ 6").await.expect_edit("Выбрано: {0, 6}");
    chat.presses("‹").await;
    chat.presses("№ 5")
        .await
        .expect_toast("Больше выбрать нельзя");
    chat.presses("«").await;
    chat.presses("✓ № 0").await.expect_edit("Выбрано: {6}");
    // In UTC it is still the 27th.
    let days: Vec<_> = buttons(&chat)[4..].concat();
    let days: Vec<_> = days.iter().filter(|day| *day != "·").collect();
    assert_eq!(days, ["27", "28", "29", "30"]);
}
