//! Web apps: in a frame, with what Telegram gives them, and what they ask of the page.

use std::collections::HashMap;

use serde_json::{Value, json};
use telegram_emulator::Emulator;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{bot::Bot, browser::Browser};

/// An app that talks to the page as Telegram's script does: its main button sends data, a popup is answered by a second button.
const APP: &str = "<!doctype html><meta charset=utf-8><script>
    const tell = (eventType, eventData) => parent.postMessage(JSON.stringify({eventType, eventData}), '*');
    const button = (text) => tell('web_app_setup_main_button', {is_visible: true, text});
    addEventListener('message', ({data}) => {
        const {eventType, eventData} = JSON.parse(data);
        if (eventType === 'main_button_pressed') tell('web_app_data_send', {data: 'ответ'});
        if (eventType === 'theme_changed') tell('web_app_open_popup', {message: 'Цвет ' + eventData.theme_params.bg_color, buttons: [{id: 'ok'}]});
        if (eventType === 'popup_closed') button('Отправить ' + eventData.button_id);
    });
    tell('web_app_request_theme');
</script>";

/// Serves the app; its address.
async fn served() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{APP}",
        APP.len()
    );
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            // A request of a browser comes in one piece; only that it came is of interest.
            let _ = connection.read(&mut [0; 4096]).await;
            let _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}/")
}

#[tokio::test]
async fn an_app_behind_the_reply_keyboard_sends_its_data() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let url = served().await;
    alice.says("/start");
    let row = json!([[{"text": "Форма", "web_app": {"url": url}}]]);
    bot.sends_with(
        &alice,
        "Заполните",
        &json!({"reply_markup": {"keyboard": row}}),
    )
    .await;
    let page = Browser::open(&tg.url()).await;

    page.press("Форма").await;
    page.shows("dialog.alert", "Цвет #").await;
    page.press("OK").await;
    page.press("Отправить ok").await;
    page.until("!document.querySelector('dialog')").await;
    page.shows(".service", "Данные из «Форма» переданы боту")
        .await;
    let data = loop {
        let message = bot.hears("message").await;
        if message["web_app_data"].is_object() {
            break message["web_app_data"].clone();
        }
    };
    assert_eq!(data, json!({"button_text": "Форма", "data": "ответ"}));
    page.is_clean().await;
}

#[tokio::test]
async fn apps_of_inline_buttons_and_of_the_menu_know_who_opened_them() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    // Of what is served there, this test knows nothing.
    let url = "https://shop.invalid/";
    alice.says("/start");
    let row = json!([[{"text": "Открыть", "web_app": {"url": url}}]]);
    bot.sends_with(
        &alice,
        "Магазин",
        &json!({"reply_markup": {"inline_keyboard": row}}),
    )
    .await;
    let menu =
        json!({"menu_button": {"type": "web_app", "text": "Лавка", "web_app": {"url": url}}});
    bot.call("setChatMenuButton", &menu).await;
    let page = Browser::open(&tg.url()).await;
    for button in [".inline-keyboard button", ".composer .app"] {
        page.click(button).await;
        let data = page
            .until("new URLSearchParams(new URL(document.querySelector('iframe').src).hash.slice(1)).get('tgWebAppData')")
            .await;
        let given = reqwest::Url::parse(&format!("http://x/?{}", data.as_str().expect("a text")));
        let given: HashMap<_, _> = given.expect("a query").query_pairs().into_owned().collect();
        let user: Value = serde_json::from_str(&given["user"]).expect("JSON");
        assert_eq!(user["id"], alice.id());
        assert!(given.contains_key("hash") && given.contains_key("query_id"));
        page.click("[aria-label='Закрыть']").await;
        page.until("!document.querySelector('dialog')").await;
    }
    page.is_clean().await;
}
