//! Texts: every entity, and nothing but text out of what strangers write.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn entities_are_shown_and_a_spoiler_opens_on_a_click() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let html = "👩‍👩‍👧 <b>жирный <i>и курсив</i></b> <u>под</u> <s>нет</s> <code>x &lt; y</code>\
        <pre><code class=\"language-rust\">fn main() {}</code></pre><blockquote>цитата</blockquote>\
        <a href=\"https://example.com/a\">ссылка</a> <tg-spoiler>тайна</tg-spoiler> конец";
    bot.sends(&alice, html).await;
    let page = Browser::open(&tg.url()).await;

    page.sees("👩‍👩‍👧 жирный и курсив под нет x < y").await;
    for (css, text) in [
        // The emulator cuts entities where others begin, as Telegram does.
        ("b", "жирный и курсив"),
        (":is(b > i, i > b)", "и курсив"),
        ("u", "под"),
        ("s", "нет"),
        ("code:not(pre code)", "x < y"),
        ("pre[data-language=rust] code", "fn main() {}"),
        ("blockquote", "цитата"),
        ("a[href='https://example.com/a'][rel~=noopener]", "ссылка"),
    ] {
        page.until(&format!(
            "[...document.querySelectorAll({})].map((one) => one.textContent).join('') === {}",
            json!(format!(".text {css}")),
            json!(text)
        ))
        .await;
    }
    page.until("getComputedStyle(document.querySelector('.spoiler')).color === 'rgba(0, 0, 0, 0)'")
        .await;
    page.click(".spoiler").await;
    page.until("document.querySelector('.spoiler.open').textContent === 'тайна'")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn what_strangers_write_is_text_and_nothing_else() {
    let tg = Emulator::start().await;
    let attack =
        "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>{{7*7}}${7*7}";
    let (mallory, bot) = (
        tg.person(attack)
            .with_last_name("<svg onload=window.pwned=1>"),
        Bot::of(&tg),
    );
    let group = tg.group(attack);
    mallory.says_in(&group, attack);
    mallory.says(attack);
    bot.sends_with(
        &mallory,
        "<code>&lt;script&gt;window.pwned=1&lt;/script&gt;</code> javascript:window.pwned=1",
        &json!({"reply_markup": {"inline_keyboard": [[{"text": attack, "callback_data": attack.get(..60)}]]}}),
    )
    .await;
    bot.call(
        "setMyCommands",
        &json!({"commands": [{"command": "x", "description": attack}]}),
    )
    .await;
    let page = Browser::open(&tg.url()).await;

    page.sees(attack).await;
    page.until(&format!(
        "document.querySelector('.inline-keyboard button').textContent.includes({})",
        json!(attack)
    ))
    .await;
    page.click("[aria-label='Команды бота']").await;
    page.until(&format!(
        "document.querySelector('.commands').textContent.includes({})",
        json!(attack)
    ))
    .await;
    for details in ["li:nth-child(1)", "li:nth-child(2)", "li:nth-child(3)"] {
        page.click(&format!(".log {details} summary")).await;
        page.until(&format!("document.querySelector('.log {details} pre')"))
            .await;
    }
    let found = page.run(
        "return [window.pwned ?? null, document.querySelectorAll('#app script, #app img, #app svg:not(.line-icon), [onerror], [onload]').length,
            [...document.querySelectorAll('a')].filter((a) => a.href.startsWith('javascript')).length]",
    );
    assert_eq!(found.await, json!([null, 0, 0]));
    // Even code that runs here could not make HTML of a text.
    let refused = page
        .run("try { document.body.innerHTML = '<i>'; return false } catch { return true }")
        .await;
    assert_eq!(refused, true);
}
