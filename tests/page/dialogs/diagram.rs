//! The diagram that `dialogs graph` prints, drawn by Mermaid.

use ostankino_dialogs::{Dialog, DialogData, DialogSet, Windows, windows};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::dialogs;
use crate::browser::Browser;

/// A diagram as Mermaid draws it.
#[derive(Debug, Deserialize)]
pub(super) struct Drawn {
    /// The texts of the boxes, of those about them, and at the arrows; sorted.
    pub(super) windows: Vec<String>,
    pub(super) dialogs: Vec<String>,
    pub(super) labels: Vec<String>,
    /// How many begin or end a dialog, and how many arrows there are.
    pub(super) points: usize,
    pub(super) arrows: usize,
}

/// With the settings that GitHub has, too.
const DRAW: &str = "return (async (graph) => {
    mermaid.initialize({startOnLoad: false, securityLevel: 'strict'});
    await mermaid.parse(graph);
    document.body.innerHTML = (await mermaid.render('drawn', graph)).svg;
    const all = (css) => [...document.querySelectorAll(css)];
    const texts = (css) => all(css).map((one) => one.textContent.trim()).filter(Boolean).sort();
    return {
        windows: texts('g.node'), dialogs: texts('g.cluster-label'), labels: texts('g.edgeLabel'),
        points: all('g.node').filter((one) => !one.textContent.trim()).length, arrows: all('path.transition').length,
    };
})(arguments[0]).catch((error) => String(error.stack))";

/// Has Mermaid read and draw the text of a diagram, in a page that has nothing else. What it refuses fails the test.
pub(super) async fn draw(graph: &str) -> (Browser, Drawn) {
    let script = std::env::var("OSTANKINO_TEST_MERMAID");
    let script = script.expect("`make test-page` fetches it and sets OSTANKINO_TEST_MERMAID");
    let script = reqwest::Url::from_file_path(script).expect("a path from the root on");
    let html = format!("<!doctype html><meta charset=utf-8><script src='{script}'></script><body>");
    let page = Browser::document(&html).await;
    page.until("window.mermaid").await;
    let drawn = page.run_with(DRAW, vec![json!(graph)]).await;
    match serde_json::from_value(drawn.clone()) {
        Ok(read) => (page, read),
        Err(_) => panic!("Mermaid does not draw this: {drawn}\n{graph}"),
    }
}

#[tokio::test]
async fn mermaid_draws_every_window_and_every_way() {
    let graph = dialogs().diagram();
    let (page, drawn) = draw(&graph).await;
    let mut windows: Vec<_> = super::excursion::Step::ALL
        .iter()
        .map(|it| it.name())
        .collect();
    windows.push("Really");
    windows.sort_unstable();
    assert_eq!(drawn.windows, windows);
    assert_eq!(drawn.dialogs, ["excursion", "leave"]);
    assert_eq!(
        drawn.labels,
        ["book", "day", "hour", "leave", "no", "tour", "yes"]
    );
    assert_eq!(drawn.arrows, graph.matches("-->").count());
    page.is_clean().await;
}

/// What a program prints as its diagram.
fn printed_by(program: &str) -> String {
    let tests = std::env::current_exe().expect("this program has a path");
    let folder = tests.ancestors().nth(2).expect("target/debug/deps/page");
    let printing = std::process::Command::new(folder.join(program))
        .args(["dialogs", "graph"])
        .output();
    let printed = printing.expect("`make test-page` builds it");
    assert!(printed.status.success(), "{printed:?}");
    String::from_utf8(printed.stdout).expect("UTF-8")
}

#[tokio::test]
async fn the_shop_and_the_bundled_bot_are_drawn() {
    for (program, dialogs) in [
        (
            "ostankino-shop",
            &["card", "cart", "catalogue", "order"][..],
        ),
        ("ostankino", &["form"]),
    ] {
        let graph = printed_by(program);
        let (page, drawn) = draw(&graph).await;
        for dialog in dialogs {
            assert!(
                drawn.dialogs.iter().any(|it| it == dialog),
                "{dialog} of {program}: {drawn:?}"
            );
        }
        assert_eq!(drawn.arrows, graph.matches("-->").count(), "{program}");
        page.is_clean().await;
    }
}

/// Words of Mermaid's, and whatever else might mean something to it.
const ODD: [&str; 40] = [
    "end",
    "start",
    "root",
    "state",
    "note",
    "class",
    "graph",
    "style",
    "click",
    "default",
    "direction",
    "as",
    "hide",
    "fork",
    "constructor",
    "__proto__",
    "скажи \"да\"",
    "it's",
    "[скобки]",
    "(круглые)",
    "{фигурные}",
    "<b>жирно</b>",
    "<br>",
    "<<fork>>",
    "<script>alert(1)</script>",
    "🎂 торт 👨‍👩‍👧",
    "Блюдо",
    "a;b:c#d",
    "#35;",
    "%% нет",
    "--> x",
    "_x_ **y** `z`",
    "1. раз",
    "- два",
    "# три",
    "a\\nb",
    "$$x$$",
    "&lt;&amp;",
    "end note",
    "my_dish_id",
];

/// A dialog that has a window of each of these names.
#[derive(Clone, Serialize, Deserialize)]
struct All;

impl DialogData for All {
    const NAME: &'static str = "all";
    type Window = Odd;
    type Result = ();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Odd(usize);

impl Windows for Odd {
    const ALL: &'static [Self] = &{
        let mut all = [Self(0); ODD.len()];
        let mut n = 0;
        while n < ODD.len() {
            all[n] = Self(n);
            n += 1;
        }
        all
    };

    fn name(self) -> &'static str {
        ODD[self.0]
    }
}

/// From each window a button of its name leads to the next one, or to the same.
fn all() -> Dialog<All> {
    Odd::ALL
        .iter()
        .fold(Dialog::<All>::new(), |dialog, &window| {
            dialog.window(window, |w| {
                w.text(|_| "?");
                let next = Odd((window.0 + 1) % ODD.len());
                w.button(window.name(), |_| "!", || async {})
                    .leads(&[next, window]);
                w.cancel(|_| "Закрыть");
            })
        })
}

windows! { Single { Only } }

/// A dialog of one of these names.
#[derive(Clone, Serialize, Deserialize)]
struct Called<const N: usize>;

impl<const N: usize> DialogData for Called<N> {
    const NAME: &'static str = ODD[N];
    type Window = Single;
    type Result = ();
}

/// It starts `all`, by a button of that name.
fn called<const N: usize>() -> Dialog<Called<N>> {
    Dialog::<Called<N>>::new().window(Single::Only, |w| {
        w.text(|_| "?");
        w.start(ODD[N], |_| "!", |_| All);
        w.cancel(|_| "Закрыть");
    })
}

macro_rules! all_called {
    ($($n:literal)+) => { DialogSet::new()$(.with(called::<$n>()))+ };
}

#[tokio::test]
async fn mermaid_draws_names_of_every_kind() {
    let set = all_called!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);
    let graph = set.with(all()).diagram();
    let (page, drawn) = draw(&graph).await;
    let sorted = |names: Vec<&'static str>| {
        let mut names = names;
        names.sort_unstable();
        names
    };
    let odd = ODD.to_vec();
    assert_eq!(
        drawn.windows,
        sorted([odd.clone(), vec!["Only"; ODD.len()]].concat())
    );
    assert_eq!(drawn.dialogs, sorted([odd.clone(), vec!["all"]].concat()));
    // Each leads on, and from a dialog of its name to the one with all windows; a way to a window of its own name says nothing.
    assert_eq!(drawn.labels, sorted([odd.clone(), odd].concat()));
    assert_eq!(drawn.arrows, graph.matches(" --> ").count());
    // Each dialog has a beginning and an end.
    assert_eq!(drawn.points, 2 * (ODD.len() + 1));
    page.is_clean().await;
}
