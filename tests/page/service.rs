//! The real service behind the page: the bundled bot with PostgreSQL and NATS.

use ostankino::{Bot, Error, Router, User, telegram::Call};
use serde_json::{Value, json};
use telegram_emulator::Fault;

use crate::{
    browser::Browser,
    support::{APOLOGY, World},
};

#[tokio::test]
async fn one_starts_the_bot_fills_its_form_and_blocks_it() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    let page = Browser::open(&world.tg.url()).await;

    page.press("Начать").await;
    page.sees("Здравствуйте, Алиса!").await;
    page.says("/form").await;
    page.sees("Как вас зовут?").await;
    page.says("Анна <b>").await;
    page.sees("Приятно познакомиться, Анна <b>!").await;
    page.says("42").await;
    page.sees("Имя: Анна <b>\nВозраст: 42").await;

    let late = std::time::Duration::from_millis(700);
    world
        .tg
        .fault(Fault::on("answerCallbackQuery").delay(late).times(1));
    page.press("Сохранить").await;
    page.until("document.querySelector('.inline-keyboard [aria-busy=true] .spinner')")
        .await;
    page.until("document.querySelector('.toast')?.innerText.includes('Сохранено')")
        .await;
    page.until("!document.querySelector('.spinner')").await;
    page.sees("Анкета сохранена.").await;
    page.until("!document.querySelector('.inline-keyboard')")
        .await;
    assert_eq!(world.count("FROM profiles WHERE age = 42").await, 1);

    page.click(".menu summary").await;
    page.press("Заблокировать бота").await;
    page.until(
        "document.querySelector('.composer.one').innerText.toLowerCase() === 'разблокировать'",
    )
    .await;
    service.logs.wait_for("blocked").await;
    service
        .logs
        .wait_until("the block is handled", |record| {
            record["route"] == "my_chat_member"
        })
        .await;
    assert!(!world.user(alice.id()).await.expect("a row").is_active);
    page.is_clean().await;
}

#[tokio::test]
async fn a_fault_switched_on_here_ends_in_the_apology() {
    let world = World::new().await;
    let ask = |bot: Bot, user: User| async move {
        let call = Call::new("getChat").param("chat_id", user.id);
        let chat: Value = bot.call(call).await?;
        Ok::<_, Error>(format!("Вас зовут {}", chat["first_name"]))
    };
    let _bot = world.run(Router::new().text(ask)).await;
    let alice = world.tg.person("Алиса");
    alice.says("кто я?");
    let page = Browser::open(&world.tg.url()).await;
    page.sees("Вас зовут \"Алиса\"").await;

    page.press("Сбои").await;
    page.run(
        "const select = document.querySelector('[aria-label=Метод]');
        select.append(new Option('getChat', 'getChat')); select.value = 'getChat';
        select.dispatchEvent(new Event('change', {bubbles: true}));",
    )
    .await;
    page.press("Обрыв соединения").await;
    page.until(
        "document.querySelector('.active')?.innerText.includes('getChat: Обрыв соединения')",
    )
    .await;
    page.says("а теперь?").await;
    page.sees(APOLOGY).await;
    page.until("document.querySelector('.log .status.bad')")
        .await;

    page.press("Снять все").await;
    page.until("!document.querySelector('.active')").await;
    page.says("и снова").await;
    page.until(
        "[...document.querySelectorAll('.bubble .text')].at(-1).innerText.startsWith('Вас зовут')",
    )
    .await;
    assert_eq!(
        world
            .tg
            .calls_of("getChat")
            .iter()
            .filter(|call| call.status == 200)
            .count(),
        2
    );
    assert_eq!(json!(alice.messages().len()), json!(3));
    page.is_clean().await;
}
