//! The page with all windows, which `dialogs preview` prints.

use ostankino::{
    Html, Result, html,
    reply::{Button, Media},
};
use ostankino_dialogs::{Dialog, DialogData, windows};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::dialogs;
use crate::browser::Browser;

windows! { Wide { Words, Code, Row, Album, Lost } }

const HOSTILE: &str = "<tg-spoiler>тайна</tg-spoiler> <script>alert(1)</script> <a href=\"javascript:alert(1)\">x</a> <img src=x onerror=alert(1)>";

/// Whatever might not fit.
#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "wide", windows = Wide)]
struct Stretched {}

async fn nothing() -> Result<Vec<String>> {
    Ok(Vec::new())
}

fn stretched() -> Dialog<Stretched> {
    let long = format!("https://example.org/{}", "очень-длинное-слово-".repeat(9));
    let (text, label) = (long.clone(), long.clone());
    Dialog::<Stretched>::new()
        .window(Wide::Words, move |w| {
            w.text(move |_| html!("<b>{}</b>\n<blockquote>{}</blockquote>", text, text));
            w.document(|_| format!("https://example.org/{}", "длинное-имя-файла-".repeat(9)));
        })
        .window(Wide::Code, |w| {
            w.text(|_| {
                html!(
                    "<pre><code class=\"language-rust\">{}</code></pre>",
                    "let words = 1; ".repeat(30)
                )
            });
            w.link(move |_| Button::url(label.clone(), "https://example.org"));
        })
        .window(Wide::Row, |w| {
            w.text(|_| Html::raw(HOSTILE.into()));
            w.row(|w| {
                for id in ["1", "2", "3", "4", "5", "6", "7", "8"] {
                    w.button(id, |_| "Кнопка с именем", || async {});
                }
            });
        })
        .window(Wide::Album, move |w| {
            w.text(|_| "Альбом");
            w.album(move |_| {
                (0..10)
                    .map(|n| Media::photo(format!("{long}{n}")))
                    .collect::<Vec<_>>()
            });
        })
        .window_of(Wide::Lost, nothing, |w| w.text(|_| "Без примера"))
        .reopen(|| Stretched {})
}

/// What is wider than the page, or than what it is in.
const OVERFLOWS: &str = "return [...document.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth || (one.scrollWidth > one.clientWidth + 1 && one.clientWidth
        && getComputedStyle(one).textOverflow !== 'ellipsis'))
    .map((one) => one.outerHTML.slice(0, 100))";

#[tokio::test]
async fn every_window_is_there_and_fits_and_nothing_runs() {
    let set = dialogs().with(stretched());
    let (html, previews) = (set.preview_page(), set.preview());
    let captions = previews.iter().map(|it| match it.sample {
        "" => format!("{}/{}", it.dialog, it.window),
        sample => format!("{}/{} ({sample})", it.dialog, it.window),
    });
    let captions = captions.collect::<Vec<_>>();
    assert_eq!(captions.len(), 17);
    for (is_phone, is_dark) in [(false, false), (false, true), (true, false), (true, true)] {
        let page = Browser::document_as(&html, is_phone, is_dark).await;
        let shown =
            "return [...document.querySelectorAll('figcaption')].map((one) => one.innerText)";
        assert_eq!(page.run(shown).await, json!(captions));
        assert_eq!(
            page.run(OVERFLOWS).await,
            json!([]),
            "on a phone: {is_phone}"
        );
        let runs = "return [...document.querySelectorAll('*')].filter((one) => one.matches('script, iframe, img, link, [href], [src]')
            || one.getAttributeNames().some((name) => name.startsWith('on'))).length + performance.getEntriesByType('resource').length";
        assert_eq!(page.run(runs).await, 0);
        let dark = page.run("return getComputedStyle(document.querySelector('.text')).backgroundColor !== 'rgb(255, 255, 255)'").await;
        assert_eq!(dark, is_dark);
        page.is_clean().await;
    }
}
