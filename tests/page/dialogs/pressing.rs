//! A person opens the dialog and goes through it.

use telegram_emulator::Fault;

use super::start;
use crate::browser::Browser;

#[tokio::test]
async fn all_windows_are_one_message_and_what_was_chosen_is_learned() {
    let (world, _bot) = start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    let page = Browser::open(&world.tg.url()).await;
    page.says("/tower").await;

    // A list from the database, page by page.
    page.window(
        "Их 7.",
        &[
            "Смотровая площадка",
            "Студии телецентра",
            "Башня ночью",
            "· | 1 / 3 | ›",
        ],
    )
    .await;
    let message = page.with_buttons().await;
    assert_eq!(message.len(), 1);
    page.taps("›").await;
    page.window(
        "Их 7.",
        &["Лифты и машины", "Антенны", "Ресторан", "‹ | 2 / 3 | ›"],
    )
    .await;
    page.taps("›").await;
    page.window("Их 7.", &["Лестница: 1706 ступеней", "‹ | 3 / 3 | ·"])
        .await;
    page.taps("‹").await;
    page.window("Их 7.", &["‹ | 2 / 3 | ›"]).await;
    page.taps("Антенны").await;
    page.window("О башне", &["‹ Экскурсии | Записаться"]).await;
    page.taps("Записаться").await;

    // Ticks come and go; a third is one too many.
    page.window(
        "Что добавить?",
        &["Аудиогид | Бинокль", "Обед | Фотограф", "Дальше"],
    )
    .await;
    page.taps("Бинокль").await;
    page.window("• Бинокль", &["Аудиогид | ✓ Бинокль"]).await;
    page.taps("Фотограф").await;
    page.window(
        "• Бинокль\n• Фотограф",
        &["Аудиогид | ✓ Бинокль", "Обед | ✓ Фотограф"],
    )
    .await;
    page.taps("Обед").await;
    page.shows(".toast", "Больше выбрать нельзя").await;
    page.taps("✓ Бинокль").await;
    page.window("• Фотограф", &["Аудиогид | Бинокль", "Обед | ✓ Фотограф"])
        .await;
    page.taps("Дальше").await;

    page.window("К оплате: 1500 ₽", &["− | 1 шт. | +"]).await;
    for (tickets, rubles) in [(2, 3_000), (3, 4_500), (4, 6_000)] {
        page.taps("+").await;
        page.window(
            &format!("К оплате: {rubles} ₽"),
            &[&format!("− | {tickets} шт. | +")],
        )
        .await;
    }
    page.taps("−").await;
    page.window("К оплате: 4500 ₽", &["− | 3 шт. | +"]).await;
    page.taps("Дальше").await;

    // Today is Monday the 5th, when it is closed. Sixty days later is the 4th of June.
    page.window(
        "В какой день",
        &[
            "· | Апрель 2027 | ›",
            "Пн | Вт | Ср | Чт | Пт | Сб | Вс",
            "· | · | · | · | · | · | ·",
        ],
    )
    .await;
    page.window("В какой день", &["· | 6 | 7 | 8 | 9 | 10 | 11"])
        .await;
    page.taps("›").await;
    page.window("В какой день", &["‹ | Май 2027 | ›"]).await;
    page.taps("›").await;
    page.window("В какой день", &["‹ | Июнь 2027 | ·"]).await;
    page.taps("Июнь 2027").await;
    page.window("В какой день", &["· | 2027 | ·"]).await;
    page.taps("Май").await;
    page.window("В какой день", &["· | 25 | 26 | 27 | 28 | 29 | 30"])
        .await;
    page.taps("28").await;

    page.window("28.05.2027, во сколько?", &["‹ День"]).await;
    page.taps("‹ День").await;
    page.window("В какой день", &["· | 25 | 26 | 27 | ✓28 | 29 | 30"])
        .await;
    page.taps("✓28").await;
    page.window("28.05.2027, во сколько?", &[]).await;
    page.taps("12:30").await;
    page.window("Напишите имя", &["‹ Время"]).await;
    assert_eq!(
        page.with_buttons().await,
        message,
        "it is edited all the time"
    );

    // What one writes stands below it, so that it goes on below that.
    page.says("А").await;
    page.sees("Слишком коротко").await;
    page.says("Анна <b>").await;
    page.window(
        "Анна <b>: 3 шт., 28.05.2027 в 12:30",
        &["Записаться", "‹ Имя | Передумал"],
    )
    .await;
    // The others lose theirs right after it is there.
    page.counts(".inline-keyboard", 1).await;
    let below = page.with_buttons().await;
    assert_eq!(below.len(), 1, "{below:?}");
    assert_ne!(below, message);
    page.taps("Записаться").await;
    page.shows(".toast", "Записали").await;
    page.sees("Ждём вас, Анна <b>!").await;
    page.counts(".inline-keyboard", 0).await;
    let booked = "FROM bookings WHERE tour = 5 AND extras = 'Фотограф' AND tickets = 3 AND day = '28.05.2027' \
        AND hour = '12:30' AND name = 'Анна <b>'";
    assert_eq!(world.count(booked).await, 1);
    page.is_clean().await;
}

#[tokio::test]
async fn a_photo_and_an_album_come_and_go() {
    let (world, _bot) = start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/tower");
    let page = Browser::open(&world.tg.url()).await;
    page.taps("Башня ночью").await;
    page.window("О башне", &["Фото | Альбом"]).await;
    let texts = page.with_buttons().await;

    // A text becomes a photo by an edit. What is a photo once stays one: a text is sent anew.
    page.taps("Фото").await;
    page.window("Днём", &["‹ О башне"]).await;
    page.until(
        "document.querySelector('.bubble:has(.inline-keyboard) img.picture').naturalWidth === 480",
    )
    .await;
    assert_eq!(page.with_buttons().await, texts);
    page.taps("‹ О башне").await;
    page.window("О башне", &["Фото | Альбом"]).await;
    page.counts(".bubble img.picture", 0).await;
    page.counts(".bubble", 2).await;
    let anew = page.with_buttons().await;
    assert!(anew.len() == 1 && anew != texts, "{texts:?}, then {anew:?}");

    // The pictures of an album are messages of their own, above that with the buttons.
    page.taps("Альбом").await;
    page.window("Днём и ночью", &["‹ О башне"]).await;
    page.until("[...document.querySelectorAll('.album img.picture')].filter((one) => one.naturalWidth === 480).length === 2")
        .await;
    page.counts(".bubble", 3).await;
    page.counts(".bubble:has(.inline-keyboard) img", 0).await;
    page.taps("‹ О башне").await;
    page.window("О башне", &["Фото | Альбом"]).await;
    page.counts(".bubble", 2).await;
    page.counts(".bubble img.picture", 0).await;
    // And it goes on.
    page.taps("Фото").await;
    page.window("Днём", &["‹ О башне"]).await;
    page.counts(".bubble img.picture", 1).await;
    page.is_clean().await;
}

#[tokio::test]
async fn the_button_of_a_message_that_was_left_behind_is_answered_with_a_toast_and_goes() {
    let (world, _bot) = start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/tower");
    let page = Browser::open(&world.tg.url()).await;
    for (text, tap) in [
        ("Их 7.", "Башня ночью"),
        ("О башне", "Записаться"),
        ("Что добавить?", "Дальше"),
        ("К оплате", "Дальше"),
        ("В какой день", "7"),
        ("во сколько", "10:00"),
    ] {
        page.window(text, &[]).await;
        page.taps(tap).await;
    }
    page.window("Напишите имя", &["‹ Время"]).await;
    let left = page.with_buttons().await;
    // Its buttons stay this time, as after a failure.
    let stays = Fault::on("editMessageReplyMarkup").status(400).times(1);
    world
        .tg
        .fault(stays.description("Bad Request: message can't be edited"));
    page.says("Анна").await;
    page.window(
        "Анна: 1 шт., 07.04.2027 в 10:00",
        &["Записаться", "‹ Имя | Передумал"],
    )
    .await;
    // The message just before is that of a double click; so it is left behind by one more.
    page.taps("‹ Имя").await;
    page.window("Напишите имя", &["‹ Время"]).await;
    page.says("Борис").await;
    let sure = "Борис: 1 шт., 07.04.2027 в 10:00";
    page.window(sure, &["Записаться", "‹ Имя | Передумал"])
        .await;
    page.counts(".inline-keyboard", 2).await;
    let both = page.with_buttons().await;
    assert_eq!(both[0], left[0]);

    page.press_one_of(&format!("#{} button", left[0]), "‹ Время")
        .await;
    page.shows(".toast", "Это меню устарело").await;
    page.counts(".inline-keyboard", 1).await;
    page.window(sure, &["Записаться", "‹ Имя | Передумал"])
        .await;
    assert_eq!(page.with_buttons().await, both[1..]);
    // Another dialog upon this one, in the same message: first it leads back, then it ends both.
    for (answer, is_over) in [("Приду", false), ("Не приду", true)] {
        page.taps("Передумал").await;
        page.window("Точно не придёте?", &["Не приду | Приду"])
            .await;
        assert_eq!(page.with_buttons().await, both[1..]);
        page.taps(answer).await;
        match is_over {
            false => {
                page.window(sure, &["Записаться", "‹ Имя | Передумал"])
                    .await
            }
            true => page.sees("До встречи!").await,
        }
    }
    page.counts(".inline-keyboard", 0).await;
    assert_eq!(world.count("FROM bookings").await, 0);
    page.is_clean().await;
}

/// The texts of buttons that are not shown whole, or stand outside of the window.
const CUT: &str = "return [...document.querySelectorAll('.inline-keyboard button')]
    .filter((one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth)
    .map((one) => one.innerText).join()";

#[tokio::test]
async fn no_button_of_a_widget_is_cut_on_a_phone() {
    let (world, _bot) = start().await;
    world.tg.person("Алиса").says("/tower");
    let page = Browser::phone(&world.tg.url()).await;
    page.run("localStorage.setItem('theme', 'dark')").await;
    page.goto(&world.tg.url()).await;
    page.press("Алиса").await;
    for (text, tap) in [
        ("Их 7.", "Башня ночью"),
        ("О башне", "Записаться"),
        ("Что добавить?", "Дальше"),
        ("К оплате", "Дальше"),
        ("В какой день", "7"),
        ("во сколько", "10:00"),
        ("Напишите имя", "‹ Время"),
    ] {
        page.window(text, &[]).await;
        assert_eq!(page.run(CUT).await, "", "{text}");
        page.taps(tap).await;
    }
    page.is_clean().await;
}
