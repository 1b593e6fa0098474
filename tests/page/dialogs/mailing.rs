//! What docs/mailing-ru.md shows: `/mail`, as administrators see it.

use diesel::{ExpressionMethods, QueryDsl};
use ostankino::{Router, db::schema::users, mailings::Mailings};
use ostankino_dialogs::{DialogSet, RouterExt};
use ostankino_mail::MailCommand;

use super::pictures::light;
use crate::{browser::Browser, support::World};

/// Takes a picture of the last message with buttons.
async fn show(page: &Browser, name: &str) {
    let ids = page.with_buttons().await;
    let last = ids.last().expect("a message with buttons");
    page.picture_of(&format!("[id={last:?}]"), 1.5, name).await;
}

#[tokio::test]
async fn a_mailing_looks_as_the_pictures_of_its_guide_show() {
    let world = World::new().await;
    let admin = world.tg.person("Анна");
    let mail = MailCommand::for_admins([admin.id()]).zone("Europe/Moscow");
    let router = Router::new()
        .merge(mail.routes())
        .dialogs(mail.dialogs(DialogSet::new()));
    let mailings = Mailings::new()
        .segment("week", |users, _| {
            users.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("TRUE"))
        })
        .called_plainly("Новые за неделю")
        .segment("buyers", |users, _| {
            // Else the administrator gets it below the dialog.
            users.filter(users::fullname.eq("Гость"))
        })
        .called_plainly("Покупатели")
        .category("offers")
        .called_plainly("Скидки");
    let app = world.app(router).with(move |app| app.mailings(mailings));
    let _bot = app.start().await;
    let people: Vec<_> = (0..140)
        .map(|n| {
            world
                .tg
                .person(&format!("Гость {n}"))
                .who_has_started()
                .id()
        })
        .collect();
    let insert = format!(
        "INSERT INTO users (id, fullname, language) SELECT id, 'Гость', CASE WHEN id % 5 = 0 THEN 'en' ELSE 'ru' END \
         FROM unnest(ARRAY{people:?}::bigint[]) AS t (id)"
    );
    let database = world.database().await;
    database
        .execute(&insert, &[])
        .await
        .expect("they are inserted");
    admin.says("/mail");
    let page = light(&world).await;
    page.window("Пока ни одной", &["✉️ Новая рассылка"]).await;
    page.taps("✉️ Новая рассылка").await;
    page.window("Пришлите или перешлите", &[]).await;
    admin.says("Скидка 20 % на всё до воскресенья!");
    page.window("Так это увидят все", &["🌐 Для других языков"])
        .await;
    show(&page, "mail-buttons").await;
    admin.says("В магазин https://example.org");
    page.window("Кнопок-ссылок: 1", &[]).await;
    page.taps("Дальше ›").await;
    page.window("Кому?", &["Новые за неделю | Покупатели"])
        .await;
    page.taps("Покупатели").await;
    page.window("Кому?", &["Новые за неделю | ✓ Покупатели"])
        .await;
    page.taps("Скидки").await;
    page.window("Кому?", &["✓ Скидки", "✓ Кнопка «Не получать»"])
        .await;
    show(&page, "mail-audience").await;
    page.taps("Дальше ›").await;
    page.window("Когда отправить?", &["Сейчас | В другое время"])
        .await;
    page.taps("Сейчас").await;
    page.window("Отправить?", &["✅ Отправить"]).await;
    show(&page, "mail-preview").await;
    page.taps("✅ Отправить").await;
    page.window("в секунду, осталось", &["⏸ Пауза | ✖ Отменить"])
        .await;
    show(&page, "mail-running").await;
    page.window("окончена", &["🗑 Забрать назад"]).await;
    page.taps("‹ К списку").await;
    page.window("Рассылки", &["↻ Обновить | Закрыть"]).await;
    page.is_clean().await;
}
