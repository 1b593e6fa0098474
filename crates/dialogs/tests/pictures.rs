//! Previews and the diagram of whole dialogs.

use ostankino::{Result, Upload, html, jiff::civil::Date, reply::Button};
use ostankino_demo::Texts;
use ostankino_dialogs::{Dialog, DialogData, DialogSet, Page, Rows, View, field, windows};
use serde::{Deserialize, Serialize};

windows! { Step { Dish, Note, Lost } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "order", windows = Step)]
struct Order {
    dish: Option<i64>,
    note: String,
}

windows! { Ask { Sure } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "confirm", windows = Ask, result = bool)]
struct Confirm {}

async fn dishes(page: Page) -> Result<Rows<String>> {
    Ok(page.of(Vec::new()))
}

fn set() -> DialogSet {
    let order = Dialog::<Order>::new()
        .window_of(Step::Dish, dishes, |w| {
            w.text(|v| html!("<b>Блюд</b>: {} {}", v.rows.total, "<script>"));
            w.photo(|_| "photo-id".to_owned());
            w.select("dish", |v| &v.rows.items, |_| 7_i64, |_, name| name.clone())
                .bind(field!(dish))
                .then(Step::Note);
            w.pager("page", 2);
            w.link(|_| Button::url("Сайт", "https://example.org/?a=1&b=2"));
            w.start("drop", |_| "Отказаться", |_| Confirm {});
            w.sample("empty", || {
                View::sample(
                    Order::default(),
                    Rows {
                        items: vec![],
                        total: 0,
                    },
                    (),
                )
            });
            w.sample("five", || {
                let items = vec!["Борщ & хлеб".to_owned(), "Щи".to_owned()];
                View::sample(Order::default(), Rows { items, total: 5 }, ())
            });
        })
        .window(Step::Note, |w| {
            w.text(|v| format!("Пожелания: {}", v.data.note));
            w.photo(|_| Upload::bytes(&b"png"[..], "image/png").named("note.png"));
            w.ask_text(1..=100, field!(note)).then(Step::Dish);
            w.cancel(|_| "Закрыть");
        })
        .window_of(Step::Lost, dishes, |w| {
            w.text(|_| "Никто не видел");
            w.pager("page", 2);
        })
        .reopen(|| Order {
            note: "a < b".into(),
            ..Order::default()
        });
    let confirm = Dialog::<Confirm>::new().window(Ask::Sure, |w| {
        w.text(|_| "x".repeat(5_000));
        w.button("yes", |_| "Да", || async {}).ends();
        w.sample("", || View::sample(Confirm {}, (), ()));
    });
    DialogSet::new().with(order).with(confirm)
}

#[test]
fn every_window_is_previewed_with_its_samples() {
    let previews = set().preview();
    let told: Vec<_> = previews.iter().map(ToString::to_string).collect();
    let no_sample = "order/Lost\n\n! there is no sample of it: add `w.sample(\"…\", || View::sample(data, rows, texts))`\n";
    assert_eq!(
        told,
        [
            "confirm/Sure\n\n! the window confirm/Sure has a text of 5000 characters: the most is 4096\n",
            "order/Dish (empty)\n\n<photo photo-id>\nБлюд: 0 <script>\n\n[ Сайт ]\n[ Отказаться ]\n",
            "order/Dish (five)\n\n<photo photo-id>\nБлюд: 5 <script>\n\n[ Борщ & хлеб ]\n[ Щи ]\n\
             [ · ] [ 1 / 3 ] [ › ]\n[ Сайт ]\n[ Отказаться ]\n",
            "order/Note\n\n<photo note.png>\nПожелания: a < b\n\n[ Закрыть ]\n",
            no_sample,
        ]
    );
    assert_eq!(
        previews[1].buttons[0][0].opens.as_deref(),
        Some("url https://example.org/?a=1&b=2")
    );
}

#[test]
fn the_page_escapes_what_is_of_bots_and_users() {
    let page = set().preview_page();
    for part in [
        "<h2>order</h2>",
        "<figcaption>order/Dish (five)</figcaption>",
        "<div class=\"media\">photo photo-id</div>",
        "<b>Блюд</b>: 5 &lt;script&gt;",
        "<span>Борщ &amp; хлеб</span>",
        "title=\"url https://example.org/?a=1&amp;b=2\"",
        "Пожелания: a &lt; b",
        "class=\"problem\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn the_diagram_shows_windows_and_ways() {
    let expected = r#"stateDiagram-v2
    state "confirm" as confirm_ {
        state "Sure" as confirm_Sure
        [*] --> confirm_Sure
        confirm_Sure --> [*] : yes
    }
    state "order" as order_ {
        state "Dish" as order_Dish
        state "Note" as order_Note
        state "Lost" as order_Lost
        [*] --> order_Dish
        order_Dish --> order_Note : dish
        order_Note --> [*]
        order_Note --> order_Dish
    }
    order_Dish --> confirm_ : drop
"#;
    assert_eq!(set().diagram(), expected);
}

windows! { Visit { Day } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "visit", windows = Visit)]
struct Appointment {
    day: Option<Date>,
}

#[test]
fn a_sample_is_shown_in_each_language_of_the_bot() {
    let visit = Dialog::<Appointment, Texts>::new().window(Visit::Day, |w| {
        w.text(|v| v.t.choose_language());
        w.calendar("day", field!(day));
        w.samples(|t| View::sample(Appointment { day: None }, (), t));
    });
    let previews = DialogSet::new().with(visit).preview();
    let shown: Vec<_> = previews.iter().map(ToString::to_string).collect();
    let (ru, en) = (&shown[0], &shown[1]);
    assert!(
        ru.starts_with("visit/Day (ru)\n\nНа каком языке говорить?"),
        "{ru}"
    );
    assert!(
        en.starts_with("visit/Day (en)\n\nWhich language shall I speak?"),
        "{en}"
    );
    // What the library says is in that language, too.
    assert!(ru.contains("[ Пн ]") && en.contains("[ Mo ]"), "{ru}{en}");
}
