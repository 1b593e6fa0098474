//! All windows on one page of HTML. All that is of bots or users is escaped, and no script runs.

use ostankino::html::escape;

use super::{Preview, PreviewButton, telegram_html::safe};

const HEAD: &str = r#"<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Dialogs</title>
<style>
body { font: 16px/1.4 system-ui, sans-serif; background: #d7e3ec; margin: 2rem; }
h2 { margin: 2rem 0 1rem; }
main { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
figure { margin: 0; width: 22rem; }
figcaption { color: #456; font-size: .85rem; margin-bottom: .3rem; }
.text { background: #fff; border-radius: .8rem; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.media { background: #9ab; color: #fff; border-radius: .8rem; padding: 2rem .8rem; margin-bottom: .2rem; text-align: center; overflow-wrap: anywhere; }
.row { display: flex; gap: .25rem; margin-top: .25rem; }
.row span { flex: 1; min-width: 0; background: #7f98ab; color: #fff; border-radius: .5rem; padding: .4rem .2rem; text-align: center; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.problem { background: #fee; color: #900; border-radius: .8rem; padding: .6rem .8rem; }
.spoiler { background: #ccc; }
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
            safe(&preview.html)
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
