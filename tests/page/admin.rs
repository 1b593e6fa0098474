//! The admin page in a real browser: the link, the overview, a user's card, the picture of a dialogue and a reset, on a desktop and on a phone, light
//! and dark.

use ostankino_test::wait_until;
use telegram_emulator::Person;

use crate::{
    browser::Browser,
    support::{
        World,
        panel::{link, with_panel},
        servers::free_port,
    },
};

/// What is on the page fits onto it.
async fn fits(page: &Browser) {
    page.until("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        .await;
    page.is_clean().await;
}

/// Somebody who has yet to say whether all of a form is right.
async fn begins_a_form(person: &Person) {
    for said in ["/form", "Анна", "42"] {
        person.says(said);
        person.next_message().await;
    }
}

#[tokio::test]
async fn an_admin_works_on_a_desktop_and_on_a_phone_as_the_pictures_show() {
    let world = World::new().await;
    let boss = world.tg.person("Ольга");
    let origin = format!("http://127.0.0.1:{}", free_port());
    let listen = origin.trim_start_matches("http://");
    let service = with_panel(world.service(), [&[&boss], &[], &[]])
        .set("WEB__LISTEN", listen)
        .set("ADMIN__URL", &origin)
        .start()
        .await;
    let people = [
        world
            .tg
            .person("Алиса")
            .with_last_name("Ли")
            .with_username("alice"),
        world.tg.person("<b>Боря</b>").with_username("boris"),
        world.tg.person("דוד \u{202e}txt.exe").with_language("he"),
    ];
    for person in &people {
        person.says("/start");
        person.next_message().await;
    }
    let alice = &people[0];
    for (done, (is_phone, is_dark, picture)) in [
        (false, false, "light"),
        (false, true, "dark"),
        (true, false, "phone-light"),
        (true, true, "phone"),
    ]
    .into_iter()
    .enumerate()
    {
        begins_a_form(alice).await;
        let path = link(&boss, &origin).await;
        let page = Browser::other_page(&format!("{origin}{path}"), is_phone, is_dark).await;
        page.press("Войти").await;
        page.arrives("document.querySelector('.banner').innerText.includes('Всё в порядке')")
            .await;
        let dark = "getComputedStyle(document.body).backgroundColor === 'rgb(14, 22, 33)'";
        page.until(&format!("({dark}) === {is_dark}")).await;
        // The script brings the numbers of now.
        page.run("document.querySelector('[data-refresh]').dataset.kept = ''; document.querySelector('.banner').remove()")
            .await;
        page.until(
            "document.querySelector('[data-kept] .banner') && !document.querySelector('.old')",
        )
        .await;
        fits(&page).await;
        if picture == "light" {
            page.picture("admin-overview").await;
        }

        page.press("Пользователи").await;
        page.arrives("document.querySelector('tbody')").await;
        page.shows("td bdi", "<b>Боря</b>").await;
        page.until("document.querySelector('td time').textContent !== document.querySelector('td time').dateTime")
            .await;
        fits(&page).await;
        page.types("input[type=search]", "alice").await;
        page.press("Найти").await;
        page.arrives("document.querySelectorAll('tbody tr').length === 1")
            .await;
        page.click("tbody a").await;
        page.arrives("document.querySelector('.stack')").await;
        page.shows("h1", "Алиса Ли").await;
        page.shows(".stack li", "form").await;
        page.press("Стереть пользователя…").await;
        page.until("document.querySelector('details[open] button.danger')")
            .await;
        fits(&page).await;
        page.press("Стереть пользователя…").await;
        page.run("document.activeElement.blur(); scrollTo(0, 0)")
            .await;
        match picture {
            "light" => page.picture("admin-user").await,
            "phone" => page.picture("admin-phone").await,
            _ => {}
        }

        page.press("Как он выглядит").await;
        page.arrives("document.querySelector('.picture .text')")
            .await;
        page.shows(".picture .text", "Имя: Анна").await;
        page.shows(".picture .keys span", "Сохранить").await;
        fits(&page).await;
        if picture == "light" {
            page.picture("admin-dialogue").await;
        }
        page.press("Отправить событие…").await;
        page.arrives("document.querySelector('form.write select option')")
            .await;
        fits(&page).await;
        page.press(&format!("← {}", alice.id())).await;
        page.arrives("document.querySelector('.known')").await;

        // Who is not sure has done nothing.
        page.run("window.confirm = () => false").await;
        page.press("Сбросить").await;
        page.shows(".stack li", "form").await;
        let asked = "FROM admin_audit WHERE action = 'reset'";
        assert_eq!(usize::try_from(world.count(asked).await), Ok(done));
        page.run("window.confirm = () => true").await;
        page.press("Сбросить").await;
        page.arrives(
            "document.querySelector('.note').innerText.includes('Сброс поставлен в очередь')",
        )
        .await;
        wait_until("the dialogue is reset", async || {
            let records = service.logs.records();
            let resets = records.iter().filter(|it| it["event"] == "dialogue_reset");
            resets.count() == done + 1
        })
        .await;
        world.queue_is_empty().await;
        page.press("Выйти").await;
        page.arrives("document.querySelector('main.bare p').innerText === 'Вы вышли.'")
            .await;
        page.is_clean().await;
    }
    assert_eq!(world.count("FROM admin_sessions").await, 0);
    service.stop().await;
}
