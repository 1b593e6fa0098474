//! `/mail`, by which administrators write to all users: from outside, as they see it.

use diesel::{ExpressionMethods, QueryDsl};
use ostankino::{
    Router, UpdateKind,
    db::schema::users,
    jiff::{ToSpan, tz::TimeZone},
    mailings::Mailings,
};
use ostankino_dialogs::{DialogSet, RouterExt};
use ostankino_mail::MailCommand;
use ostankino_test::{AppSetup, wait_until};
use serde_json::Value;
use telegram_emulator::{Attachment, Person, SentMessage};

use super::{is_at, people, sums_agree, texts};
use crate::support::World;

/// A bot of which that person is the administrator.
pub(super) fn bot(world: &World, admin: &Person) -> AppSetup {
    let mail = MailCommand::for_admins([admin.id()]).zone("Europe/Moscow");
    let router = Router::new()
        .merge(mail.routes())
        .on(UpdateKind::Message, async || "Не понял")
        .dialogs(mail.dialogs(DialogSet::new()));
    let mailings = Mailings::new()
        .segment("ours", |users, _| {
            users.filter(users::fullname.eq("Человек"))
        })
        .called_plainly("Наши")
        .category("news")
        .called_plainly("Новости");
    world.app(router).with(move |app| app.mailings(mailings))
}

/// Opens the dialog and begins a mailing.
pub(super) async fn begins(admin: &Person) {
    admin.says("/mail");
    let list = admin.next_message().await;
    assert!(list.text.starts_with("Рассылки"), "{}", list.text);
    let content = edited(admin, "✉️ Новая рассылка").await;
    assert!(
        content.text.starts_with("Новая рассылка"),
        "{}",
        content.text
    );
}

/// Presses a button, by which the message is edited.
pub(super) async fn edited(admin: &Person, button: &str) -> SentMessage {
    admin.presses(button).await;
    admin.next_edit().await
}

/// Sends the message and goes on to the audience; gives what is said there.
pub(super) async fn says(admin: &Person, words: &str) -> String {
    admin.says(words);
    assert_eq!(admin.next_message().await.text, words);
    let buttons = admin.next_message().await.text;
    assert!(buttons.starts_with("Так это увидят все"), "{buttons}");
    edited(admin, "Дальше ›").await.text
}

/// From the audience to the last window, which stands below the message; gives both.
pub(super) async fn goes_on(admin: &Person) -> (SentMessage, SentMessage) {
    edited(admin, "Дальше ›").await;
    admin.presses("Сейчас").await;
    (admin.next_message().await, admin.next_message().await)
}

pub(super) fn labels(message: &SentMessage) -> Vec<String> {
    let rows = message
        .reply_markup
        .as_ref()
        .map(|it| &it["inline_keyboard"]);
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    let buttons = rows.flat_map(|row| row.as_array().into_iter().flatten());
    buttons
        .map(|button| button["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// What the button of that label carries.
fn data(message: &SentMessage, label: &str) -> String {
    let rows = message
        .reply_markup
        .as_ref()
        .map(|it| &it["inline_keyboard"]);
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    let mut buttons = rows.flat_map(|row| row.as_array().into_iter().flatten());
    let found = buttons.find(|button| button["text"] == label);
    let data = found.and_then(|button| button["callback_data"].as_str());
    data.expect("a button of that label").to_owned()
}

/// Waits until the message that shows the mailing says that.
pub(super) async fn reads(world: &World, admin: &Person, words: &str) {
    wait_until(&format!("the administrator reads {words:?}"), async || {
        let messages = world.tg.messages_in(admin.id());
        messages.last().is_some_and(|it| it.text.contains(words))
    })
    .await;
}

#[tokio::test]
async fn confirmed_five_times_it_goes_to_everybody_chosen_once_and_is_watched_to_its_end() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    let everybody = people(&world, 40).await;
    let other = world.tg.person("Чужой");
    other.says("/mail");
    assert_eq!(other.next_message().await.text, "Не понял");
    begins(&admin).await;
    let audience = says(&admin, "Скидка 20 %\nдо воскресенья").await;
    assert!(audience.contains("Получат сейчас: 42"), "{audience}");
    // Links come below it, and it is shown again.
    edited(&admin, "‹ Назад").await;
    admin.says("Сайт");
    let wrong = admin.next_message().await.text;
    assert!(wrong.starts_with("Строка 1"), "{wrong}");
    admin.next_message().await;
    admin.says("Сайт https://example.org");
    assert_eq!(labels(&admin.next_message().await), ["Сайт"]);
    admin.next_message().await;
    edited(&admin, "Дальше ›").await;
    let ours = edited(&admin, "Наши").await;
    assert!(ours.text.contains("Получат сейчас: 40"), "{}", ours.text);
    edited(&admin, "Новости").await;
    let (shown, last) = goes_on(&admin).await;
    assert_eq!(shown.text, "Скидка 20 %\nдо воскресенья");
    assert_eq!(labels(&shown), ["Сайт", "Не получать"]);
    for told in [
        "Скидка 20 %",
        "Получат: 40",
        "Группы: Наши",
        "Тема: Новости",
        "Начнётся сразу",
    ] {
        assert!(last.text.contains(told), "{told}: {}", last.text);
    }
    let send = data(&last, "✅ Отправить");
    for _ in 0..5 {
        admin.presses_data(&send).await;
    }
    reads(&world, &admin, "окончена").await;
    is_at(&world, 1, "done").await;
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM mailings").await, 1);
    sums_agree(&world, 1).await;
    for person in &everybody {
        assert_eq!(texts(&world, person), ["Скидка 20 %\nдо воскресенья"]);
    }
    assert_eq!(texts(&world, &other), ["Не понял"]);
    reads(&world, &admin, "Отправлено: 40").await;
    let ends = world.tg.messages_in(admin.id());
    let end = ends.last().expect("a message");
    // It is the message of the dialog all the time.
    assert_eq!(end.message_id, last.message_id);
    for told in ["100 %", "Заблокировали бота: 0", "Неизвестно: 0", "Ждут: 0"]
    {
        assert!(end.text.contains(told), "{told}: {}", end.text);
    }
    app.stop().await;
}

#[tokio::test]
async fn it_is_paused_taken_back_and_exported_by_buttons() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    let everybody = people(&world, 150).await;
    begins(&admin).await;
    says(&admin, "Новости").await;
    edited(&admin, "Наши").await;
    goes_on(&admin).await;
    admin.presses("✅ Отправить").await;
    wait_until("it goes out", async || {
        world.count("FROM mailings WHERE sent > 0").await == 1
    })
    .await;
    admin.presses("⏸ Пауза").await;
    is_at(&world, 1, "paused").await;
    reads(&world, &admin, "пауза").await;
    wait_until("nothing is under way", async || {
        world
            .count("FROM mailing_sends WHERE state = 'sending'")
            .await
            == 0
    })
    .await;
    let sent = world.count("FROM mailing_sends WHERE state = 'sent'").await;
    assert!((1..150).contains(&sent), "{sent} are sent");
    admin.presses("▶️ Продолжить").await;
    is_at(&world, 1, "done").await;
    reads(&world, &admin, "окончена").await;
    sums_agree(&world, 1).await;
    for person in &everybody {
        assert_eq!(texts(&world, person), ["Новости"]);
    }
    admin.presses("CSV").await;
    wait_until("the file is there", async || {
        let messages = world.tg.messages_in(admin.id());
        messages
            .iter()
            .any(|it| it.message["document"]["file_name"] == "mailing-1.csv")
    })
    .await;
    admin.presses("🗑 Забрать назад").await;
    admin.presses("Да, удалить у всех").await;
    wait_until("it is taken back", async || {
        let everywhere = everybody.iter();
        everywhere.map(|it| texts(&world, it).len()).sum::<usize>() == 0
    })
    .await;
    is_at(&world, 1, "done").await;
    app.stop().await;
}

#[tokio::test]
async fn an_album_is_mailed_as_one_with_its_buttons_below() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    let everybody = people(&world, 3).await;
    begins(&admin).await;
    let photo = || Attachment::photo(&b"photo"[..]);
    admin.sends_album([photo().captioned("Лето"), photo()]);
    // As it will be: two photos of one album.
    let shown = [admin.next_message().await, admin.next_message().await];
    assert!(shown[0].message["media_group_id"].is_string());
    assert_eq!(shown[0].caption, "Лето");
    let buttons = admin.next_message().await.text;
    assert!(
        buttons.contains("Под альбомом кнопок не бывает"),
        "{buttons}"
    );
    admin.says("Сайт https://example.org");
    for _ in 0..2 {
        admin.next_message().await;
    }
    assert_eq!(labels(&admin.next_message().await), ["Сайт"]);
    admin.next_message().await;
    edited(&admin, "Дальше ›").await;
    edited(&admin, "Наши").await;
    edited(&admin, "Дальше ›").await;
    admin.presses("Сейчас").await;
    admin.presses("✅ Отправить").await;
    is_at(&world, 1, "done").await;
    assert_eq!(world.count("FROM mailings WHERE title = 'Лето'").await, 1);
    for person in &everybody {
        let got = world.tg.messages_in(person.id());
        let albums: Vec<_> = got.iter().map(|it| &it.message["media_group_id"]).collect();
        assert_eq!(got.len(), 3);
        assert!(albums[0].is_string() && albums[0] == albums[1] && albums[2].is_null());
        assert_eq!(labels(&got[2]), ["Сайт"]);
    }
    app.stop().await;
}

#[tokio::test]
async fn those_of_another_language_get_what_is_said_in_it() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    let everybody = people(&world, 4).await;
    let english = format!(
        "UPDATE users SET locale = 'en-GB' WHERE id = {}",
        everybody[0].id()
    );
    let database = world.database().await;
    database
        .execute(&english, &[])
        .await
        .expect("it is changed");
    begins(&admin).await;
    admin.says("Новости");
    for _ in 0..2 {
        admin.next_message().await;
    }
    edited(&admin, "🌐 Для других языков").await;
    let asked = edited(&admin, "en · 1").await;
    assert!(asked.text.contains("на языке en"), "{}", asked.text);
    admin.says("News");
    let shown = [(); 3].map(|()| admin.next_message());
    let mut said = Vec::new();
    for message in shown {
        said.push(message.await.text);
    }
    assert_eq!(
        said,
        ["Новости", "Кто говорит на языке en, получит:", "News"]
    );
    admin.next_message().await;
    edited(&admin, "Дальше ›").await;
    edited(&admin, "Наши").await;
    edited(&admin, "Дальше ›").await;
    admin.presses("Сейчас").await;
    admin.presses("✅ Отправить").await;
    is_at(&world, 1, "done").await;
    let said: Vec<_> = everybody.iter().map(|it| texts(&world, it)).collect();
    assert_eq!(said, [["News"], ["Новости"], ["Новости"], ["Новости"]]);
    app.stop().await;
}

#[tokio::test]
async fn for_later_a_day_and_a_time_are_chosen_in_the_zone_of_the_settings() {
    let world = World::new().await;
    let admin = world.tg.person("Админ");
    let app = bot(&world, &admin).start().await;
    people(&world, 1).await;
    begins(&admin).await;
    says(&admin, "Утро").await;
    edited(&admin, "Дальше ›").await;
    edited(&admin, "В другое время").await;
    let zone = TimeZone::get("Europe/Moscow").expect("a zone");
    let today = world.now().to_zoned(zone.clone()).date();
    let day = today.saturating_add(1.day());
    if day.month() != today.month() {
        edited(&admin, "›").await;
    }
    edited(&admin, &day.day().to_string()).await;
    edited(&admin, "12").await;
    admin.presses("12:30").await;
    assert_eq!(admin.next_message().await.text, "Утро");
    let begins = format!("{} 12:30", day.strftime("%d.%m.%Y"));
    let last = admin.next_message().await.text;
    let told = format!("Начнётся {begins} (Europe/Moscow)");
    assert!(last.contains(&told), "{last}");
    admin.presses("✅ Отправить").await;
    reads(&world, &admin, &format!("Начнётся: {begins}")).await;
    is_at(&world, 1, "scheduled").await;
    let at = day
        .at(12, 30, 0, 0)
        .to_zoned(zone)
        .expect("a time")
        .timestamp();
    assert_eq!(
        world
            .count(&format!("FROM mailings WHERE run_at = '{at}'"))
            .await,
        1
    );
    admin.presses("✖ Отменить").await;
    admin.presses("Да, отменить").await;
    is_at(&world, 1, "cancelled").await;
    app.stop().await;
}
