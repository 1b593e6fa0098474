//! What docs/dialogs.md shows.

use super::{diagram::draw, dialogs, start};
use crate::{browser::Browser, support::World};

/// The page in light colours, whatever the system has.
pub(super) async fn light(world: &World) -> Browser {
    let page = Browser::open(&world.tg.url()).await;
    page.run("localStorage.setItem('theme', 'light')").await;
    page.goto(&world.tg.url()).await;
    page
}

/// Takes a picture of the message with buttons.
async fn show(page: &Browser, name: &str) {
    page.picture_of(".bubble:has(.inline-keyboard)", 1.5, name)
        .await;
}

#[tokio::test]
async fn widgets_look_as_their_guide_shows() {
    let (world, _bot) = start().await;
    world.tg.person("Алиса").says("/tower");
    let page = light(&world).await;
    page.window("Их 7.", &[]).await;
    page.taps("›").await;
    page.window("Их 7.", &["‹ | 2 / 3 | ›"]).await;
    show(&page, "dialog-pager").await;
    page.taps("Антенны").await;
    page.window("О башне", &[]).await;
    page.taps("Фото").await;
    page.until("document.querySelector('img.picture')?.naturalWidth === 480")
        .await;
    page.window("Днём", &["‹ О башне"]).await;
    show(&page, "dialog-photo").await;
    page.taps("‹ О башне").await;
    page.window("О башне", &[]).await;
    page.taps("Записаться").await;
    page.window("Что добавить?", &[]).await;
    page.taps("Аудиогид").await;
    page.window("• Аудиогид", &[]).await;
    page.taps("Фотограф").await;
    page.window("• Аудиогид\n• Фотограф", &["Обед | ✓ Фотограф"])
        .await;
    show(&page, "dialog-multiselect").await;
    page.taps("Дальше").await;
    page.window("К оплате", &[]).await;
    page.taps("+").await;
    page.window("К оплате: 3000 ₽", &["− | 2 шт. | +"]).await;
    show(&page, "dialog-counter").await;
    page.taps("Дальше").await;
    page.window("В какой день", &[]).await;
    page.taps("15").await;
    page.window("15.04.2027, во сколько?", &[]).await;
    show(&page, "dialog-time-picker").await;
    page.taps("‹ День").await;
    page.window("В какой день", &["· | 13 | 14 | ✓15 | 16 | 17 | 18"])
        .await;
    show(&page, "dialog-calendar").await;
    page.is_clean().await;
}

#[tokio::test]
async fn widgets_of_lists_and_buttons_look_as_their_guide_shows() {
    let (world, _bot) = start().await;
    world.tg.person("Алиса").says("/cart");
    let page = light(&world).await;
    page.window("1. Борщ", &["○ Борщ | ○ Щи", "○ Уха | ○ Окрошка"])
        .await;
    page.taps("○ Уха").await;
    page.window("1. Борщ", &["● Уха | ○ Окрошка"]).await;
    show(&page, "dialog-select").await;
    page.taps("Дальше").await;

    page.window("░ 0 %", &["Сметана", "Зелень", "Чеснок", "· | 1 / 3 | ›"])
        .await;
    page.taps("›").await;
    page.window("░ 0 %", &["Хрен", "Горчица", "Хлеб", "‹ | 2 / 3 | ›"])
        .await;
    page.taps("Хрен").await;
    page.window("░ 33 %", &["✓ Хрен", "Горчица"]).await;
    page.taps("Хлеб").await;
    page.window("▓▓▓▓▓▓░░░░ 66 %", &["✓ Хлеб", "‹ | 2 / 3 | ›"])
        .await;
    show(&page, "dialog-scroll").await;
    page.taps("Дальше").await;

    page.window(
        "• Щи",
        &[
            "✕ Борщ | в подарок",
            "− | 1 | +",
            "✕ Щи | в подарок",
            "− | 1 | +",
        ],
    )
    .await;
    page.taps("+").await;
    page.window("• Щи", &["✕ Щи | в подарок", "− | 2 | +"])
        .await;
    page.taps("в подарок").await;
    page.window(
        "• Щи",
        &[
            "✕ Борщ | в подарок",
            "− | 1 | +",
            "✕ Щи | ✓ в подарок",
            "− | 2 | +",
        ],
    )
    .await;
    show(&page, "dialog-each").await;
    page.taps("✕ Борщ").await;
    page.window("Корзина\n• Щи", &["✕ Щи | ✓ в подарок", "− | 2 | +"])
        .await;
    page.taps("Дальше").await;

    page.window("Всё верно?", &["Срочно", "Сайт ↗ | Промокод", "Очистить"])
        .await;
    page.taps("Срочно").await;
    page.window(
        "Всё верно?",
        &["✓ Срочно", "Сайт ↗ | Промокод", "‹ Корзина", "Очистить"],
    )
    .await;
    show(&page, "dialog-buttons").await;
    page.taps("Очистить").await;
    page.shows(".toast", "Корзина пуста").await;
    page.counts(".inline-keyboard", 0).await;
    page.is_clean().await;
}

#[tokio::test]
async fn the_preview_looks_as_its_guide_shows() {
    let page = Browser::document(&dialogs().preview_page()).await;
    let some = "const shown = ['Tours', 'About', 'Photo', 'Extras', 'Tickets', 'Day'];
                for (const one of document.querySelectorAll('figure')) {
                    if (!shown.includes(one.innerText.split('\\n')[0].split('/')[1])) one.remove();
                }
                document.querySelector('main').style.width = '1040px'";
    page.run(some).await;
    page.picture_of("main", 0.7, "dialog-preview").await;
}

#[tokio::test]
async fn the_diagram_looks_as_its_guide_shows() {
    let (page, _) = draw(&dialogs().diagram()).await;
    page.picture_of("svg", 1.0, "dialog-diagram").await;
}
