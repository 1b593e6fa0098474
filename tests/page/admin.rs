//! The admin page in a real browser: the link, the overview, a user's card and a reset, on a desktop and on a phone, light and dark.

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

/// Somebody in the middle of a form.
async fn begins_a_form(person: &Person) {
    person.says("/form");
    person.next_message().await;
    person.says("Анна");
    person.next_message().await;
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
    for (is_phone, is_dark, picture) in [
        (false, false, "light"),
        (false, true, "dark"),
        (true, false, "phone-light"),
        (true, true, "phone"),
    ] {
        begins_a_form(alice).await;
        let path = link(&boss, &origin).await;
        let page = Browser::other_page(&format!("{origin}{path}"), is_phone, is_dark).await;
        page.press("Войти").await;
        page.shows(".banner", "Всё в порядке").await;
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
        match picture {
            "light" => page.picture("admin-overview").await,
            other => page.picture(&format!("test-admin-overview-{other}")).await,
        }

        page.press("Пользователи").await;
        page.shows("td bdi", "<b>Боря</b>").await;
        page.until("document.querySelector('td time').textContent !== document.querySelector('td time').dateTime")
            .await;
        fits(&page).await;
        page.picture(&format!("test-admin-users-{picture}")).await;
        page.types("input[type=search]", "alice").await;
        page.press("Найти").await;
        page.counts("tbody tr", 1).await;
        page.click("tbody a").await;
        page.shows("h1", "Алиса Ли").await;
        page.shows(".stack li", "form").await;
        page.press("Стереть пользователя…").await;
        page.until("document.querySelector('details[open] button.danger')")
            .await;
        fits(&page).await;
        page.press("Стереть пользователя…").await;
        match picture {
            "light" => page.picture("admin-user").await,
            "phone" => page.picture("admin-phone").await,
            other => page.picture(&format!("test-admin-user-{other}")).await,
        }

        // Who is not sure has done nothing.
        page.run("window.confirm = () => false").await;
        page.press("Сбросить").await;
        page.shows(".stack li", "form").await;
        assert_eq!(
            world.count("FROM admin_audit WHERE action = 'reset'").await % 4,
            {
                let before = ["light", "dark", "phone-light", "phone"];
                before
                    .iter()
                    .position(|one| *one == picture)
                    .map_or(0, |at| at as i64)
            }
        );
        page.run("window.confirm = () => true").await;
        page.press("Сбросить").await;
        page.shows(".note", "Сброс поставлен в очередь").await;
        service.logs.wait_for("dialogue_reset").await;
        world.queue_is_empty().await;
        page.press("Пользователи").await;
        page.press("Выйти").await;
        page.shows("p", "Вы вышли.").await;
        page.is_clean().await;
    }
    assert_eq!(world.count("FROM admin_sessions").await, 0);
    assert_eq!(service.stop().await, 0);
}
