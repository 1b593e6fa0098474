//! All windows on one page of HTML. All that is of bots or users is escaped, and no script runs.

use ostankino::html::{escape, for_page};

use super::{Preview, PreviewButton};

const HEAD: &str = r#"<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dialogs</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.4 system-ui, sans-serif; background: light-dark(#dfe8ee, #0e1621); color: light-dark(#111, #f1f4f7); margin: 1.5rem; }
h2 { margin: 2rem 0 1rem; overflow-wrap: anywhere; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1.5rem; align-items: start; }
figure { margin: 0; min-width: 0; max-width: 24rem; }
figcaption { color: light-dark(#456, #93a4b3); font-size: .85rem; margin-bottom: .3rem; overflow-wrap: anywhere; }
.text { background: light-dark(#fff, #1c2a38); border-radius: .8rem; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.text pre { margin: .2rem 0; white-space: pre-wrap; }
.media { background: light-dark(#8296a6, #2b3a49); color: #fff; border-radius: .8rem; padding: 2rem .8rem; margin-bottom: .2rem; text-align: center; overflow-wrap: anywhere; }
.media + .media, .media:has(+ .media) { padding-block: .6rem; }
.row { display: flex; gap: .25rem; margin-top: .25rem; }
.row span { flex: 1; min-width: 0; background: light-dark(#58758a, #2b3a49); color: #fff; border-radius: .5rem; padding: .4rem .2rem; text-align: center; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .9rem; }
.problem { background: light-dark(#fee, #4a1f1f); color: light-dark(#900, #ffb4ab); border-radius: .8rem; padding: .6rem .8rem; overflow-wrap: anywhere; }
.spoiler { background: light-dark(#ccc, #5b6f80); border-radius: .2rem; }
blockquote { border-left: .2rem solid #69c; margin: .2rem 0; padding-left: .5rem; }
</style>
"#;

/// The page.
pub(super) fn page(previews: &[Preview]) -> String {
    let mut page = String::from(HEAD);
    let mut dialog = None;
    for preview in previews {
        if dialog != Some(preview.dialog) {
            if dialog.is_some() {
                page.push_str("</main>\n");
            }
            page.push_str(&format!("<h2>{}</h2>\n<main>\n", escape(preview.dialog)));
            dialog = Some(preview.dialog);
        }
        figure(&mut page, preview);
    }
    if dialog.is_some() {
        page.push_str("</main>\n");
    }
    page.push_str("</html>\n");
    page
}

fn figure(page: &mut String, preview: &Preview) {
    page.push_str(&format!(
        "<figure>\n<figcaption>{}</figcaption>\n",
        escape(&preview.title())
    ));
    if let Some(problem) = &preview.problem {
        page.push_str(&format!(
            "<div class=\"problem\">{}</div>\n",
            escape(problem)
        ));
    } else {
        for media in &preview.media {
            page.push_str(&format!("<div class=\"media\">{}</div>\n", escape(media)));
        }
        page.push_str(&format!(
            "<div class=\"text\">{}</div>\n",
            for_page(&preview.html)
        ));
    }
    for row in &preview.buttons {
        page.push_str("<div class=\"row\">");
        row.iter().for_each(|it| button(page, it));
        page.push_str("</div>\n");
    }
    page.push_str("</figure>\n");
}

fn button(page: &mut String, PreviewButton { label, opens }: &PreviewButton) {
    let title = opens
        .as_ref()
        .map(|opens| format!(" title=\"{}\"", escape(opens)));
    let mark = if opens.is_some() { " ↗" } else { "" };
    page.push_str(&format!(
        "<span{}>{}{mark}</span>",
        title.unwrap_or_default(),
        escape(label)
    ));
}
