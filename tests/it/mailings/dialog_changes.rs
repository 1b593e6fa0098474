//! `/mail`: two versions that are compared, and messages that are changed, from outside.

use std::time::Duration;

use ostankino_test::wait_until;
use telegram_emulator::{Fault, Person};

use super::{
    dialog::{begins, bot, edited, goes_on, labels, reads},
    is_at, people, sums_agree, texts,
};
use crate::support::World;

#[tokio::test]
async fn the_better_of_two_versions_goes_to_the_rest() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    let everybody = people(&world, 60).await;
    begins(&admin).await;
    admin.says("Первый");
    for _ in 0..2 {
        admin.next_message().await;
    }
    let other = edited(&admin, "⚖️ Второй вариант").await;
    assert!(other.text.contains("Пришлите его"), "{}", other.text);
    admin.says("Второй");
    let mut shown = Vec::new();
    for _ in 0..4 {
        shown.push(admin.next_message().await.text);
    }
    let heading = "Второй вариант, его получат 20 %:";
    assert_eq!(shown[..3], ["Первый", heading, "Второй"]);
    assert!(shown[3].contains("лучший не выбирается"), "{}", shown[3]);
    edited(&admin, "○ 30 %").await;
    let test = edited(&admin, "○ 1 ч").await;
    assert!(test.text.contains("Второй получат 30 %"), "{}", test.text);
    assert!(test.text.contains("Через 1 ч им уйдёт"), "{}", test.text);
    edited(&admin, "Другая кнопка").await;
    admin.says("Хочу");
    let test = admin.next_message().await;
    assert!(test.text.contains("кнопку «Хочу»"), "{}", test.text);
    admin.presses("Дальше ›").await;
    assert_eq!(labels(&admin.next_message().await), ["Хочу"]);
    for _ in 0..3 {
        admin.next_message().await;
    }
    edited(&admin, "Дальше ›").await;
    edited(&admin, "Наши").await;
    edited(&admin, "Дальше ›").await;
    admin.presses("Сейчас").await;
    for _ in 0..3 {
        admin.next_message().await;
    }
    let last = admin.next_message().await.text;
    assert!(last.contains("Второй вариант: 30 %"), "{last}");
    assert!(last.contains("через 1 ч, по кнопке «Хочу»"), "{last}");
    admin.presses("✅ Отправить").await;
    reads(&world, &admin, "Варианты отправлены; лучший выберем").await;
    let got = |text: &str| -> Vec<&Person> {
        let got = everybody.iter().filter(|it| texts(&world, it) == [text]);
        got.collect()
    };
    let (first, second) = (got("Первый").len(), got("Второй"));
    let tried = second.len();
    assert!(
        first > 0 && tried > 0 && first + tried < 60,
        "{first} {tried}"
    );
    let press = second[0].presses("Хочу").await;
    assert_eq!(world.tg.press_answered(&press).await["text"], "Спасибо!");
    world.queue_is_empty().await;
    world.put_clock_forward(Duration::from_secs(3_601)).await;
    is_at(&world, 1, "done").await;
    sums_agree(&world, 1).await;
    assert_eq!(
        (got("Первый").len(), got("Второй").len()),
        (first, 60 - first)
    );
    reads(&world, &admin, "Остальным ушёл вариант «второй»").await;
    reads(&world, &admin, &format!("(1 из {tried})")).await;
    app.stop().await;
}

#[tokio::test]
async fn what_is_halted_says_something_else_with_the_same_buttons() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    let everybody = people(&world, 12).await;
    let refused = Fault::on("sendMessage").to(everybody.iter().map(Person::id));
    let why = "Bad Request: can't parse entities: Unsupported start tag";
    world.tg.fault(refused.status(400).description(why));
    begins(&admin).await;
    admin.says("Новости");
    for _ in 0..2 {
        admin.next_message().await;
    }
    admin.says("Сайт https://example.org");
    for _ in 0..2 {
        admin.next_message().await;
    }
    edited(&admin, "Дальше ›").await;
    edited(&admin, "Наши").await;
    goes_on(&admin).await;
    admin.presses("✅ Отправить").await;
    is_at(&world, 1, "halted").await;
    reads(&world, &admin, "остановлена").await;
    world.tg.clear_faults();
    changes(&world, &admin, "Исправленные новости").await;
    reads(&world, &admin, "остановлена").await;
    admin.presses("▶️ Продолжить").await;
    wait_until("most have it", async || {
        world.count("FROM mailings WHERE sent >= 9").await == 1
    })
    .await;
    // Those who were refused are tried again a little later.
    world.put_clock_forward(Duration::from_secs(60)).await;
    is_at(&world, 1, "done").await;
    for person in &everybody {
        assert_eq!(texts(&world, person), ["Исправленные новости"]);
        assert_eq!(labels(&world.tg.messages_in(person.id())[0]), ["Сайт"]);
    }
    sums_agree(&world, 1).await;
    app.stop().await;
}

/// Has the mailing that is looked at say something else.
async fn changes(world: &World, admin: &Person, words: &str) {
    admin.presses("✏️ Исправить").await;
    reads(world, admin, "Кнопки под ним останутся").await;
    admin.says(words);
    reads(world, admin, "Заменить?").await;
    let messages = world.tg.messages_in(admin.id());
    assert_eq!(messages[messages.len() - 2].text, words);
    admin.presses("✅ Заменить").await;
}

#[tokio::test]
async fn what_goes_out_says_something_else_to_those_who_wait_and_at_its_end_to_all() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin);
    let app = app
        .config(|config| config.limits.calls_per_s = 4)
        .start()
        .await;
    let everybody = people(&world, 60).await;
    begins(&admin).await;
    admin.says("Было");
    for _ in 0..2 {
        admin.next_message().await;
    }
    edited(&admin, "Дальше ›").await;
    edited(&admin, "Наши").await;
    goes_on(&admin).await;
    admin.presses("✅ Отправить").await;
    wait_until("some have it", async || {
        world.count("FROM mailings WHERE sent > 0").await == 1
    })
    .await;
    changes(&world, &admin, "Стало").await;
    wait_until("it says something else", async || {
        world
            .count("FROM mailings WHERE edition = 1 AND state = 'running'")
            .await
            == 1
    })
    .await;
    reads(&world, &admin, "идёт").await;
    // The rest need not wait for so few a second.
    app.stop().await;
    let app = bot(&world, &admin).start().await;
    is_at(&world, 1, "done").await;
    let got = |text: &str| {
        let got = everybody.iter().filter(|it| texts(&world, it) == [text]);
        got.count()
    };
    let (before, after) = (got("Было"), got("Стало"));
    assert!(
        before > 0 && after > 0 && before + after == 60,
        "{before} {after}"
    );
    sums_agree(&world, 1).await;
    reads(&world, &admin, "окончена").await;
    changes(&world, &admin, "Совсем другое").await;
    wait_until("all have it", async || got("Совсем другое") == 60).await;
    is_at(&world, 1, "done").await;
    app.stop().await;
}
