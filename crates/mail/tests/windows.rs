//! Who has the command, and how its windows look: without servers.

use ostankino::{Router, UpdateKind};
use ostankino_dialogs::{DialogSet, RouterExt};
use ostankino_mail::MailCommand;
use ostankino_test::Chat;

fn router(mail: &MailCommand) -> Router {
    Router::new()
        .merge(mail.routes())
        .on(UpdateKind::Message, async || "Не понял")
        .dialogs(mail.dialogs(DialogSet::new()))
}

#[tokio::test]
async fn to_who_is_no_administrator_there_is_no_such_command() {
    let mut chat = Chat::new(router(&MailCommand::for_admins([])));
    chat.says("/mail")
        .await
        .expect_text("Не понял")
        .expect_silence();
}

#[tokio::test]
#[should_panic(expected = "there is no time zone `Moscow`")]
async fn a_zone_that_is_none_ends_the_start() {
    let _ = MailCommand::for_admins([42]).zone("Moscow");
}

#[test]
fn every_window_has_a_picture_in_each_language() {
    let previews = MailCommand::for_admins([])
        .dialogs(DialogSet::new())
        .preview();
    let broken = previews.iter().find(|it| it.problem.is_some());
    assert_eq!(broken, None);
    let windows = [
        "List",
        "One",
        "Sure",
        "Edit",
        "Edited",
        "Content",
        "Buttons",
        "Other",
        "Test",
        "Label",
        "Languages",
        "Translation",
        "Audience",
        "When",
        "Day",
        "Time",
        "Preview",
        "Title",
    ];
    for tag in ["ru", "en"] {
        let shown = previews.iter().filter(|it| it.sample == tag);
        let shown: Vec<_> = shown.map(|it| it.window).collect();
        assert_eq!(shown, windows, "{tag}");
    }
    let of = |window: &str, tag: &str| {
        let found = previews
            .iter()
            .find(|it| it.window == window && it.sample == tag);
        found.expect("it has one").to_string()
    };
    assert_eq!(
        of("Audience", "ru"),
        "ostankino.mail.new/Audience (ru)\n\n\
         Кому?\n\
         Получат сейчас: 1204\n\
         Группы: только те, кто есть во всех отмеченных.\n\
         Языки: любой из отмеченных; ничего не отмечено — все.\n\
         Тема: кто от неё отказался, не получит.\n\n\
         [ ✓ Новые ] [ Покупатели ]\n\
         [ ✓ ru · 16120 ] [ en · 2084 ]\n\
         [ ✓ Скидки ]\n\
         [ ✓ Кнопка «Не получать» ]\n\
         [ ‹ Назад ] [ Дальше › ]\n"
    );
    assert_eq!(
        of("Test", "en"),
        "ostankino.mail.new/Test (en)\n\n\
         Two versions ↑\n\
         20 % of the users get the second one: choose how many. After how many hours shall the better one go to the rest?\n\
         Now: as many get the first one, and the rest waits. After 2 h it gets the version below which the larger part \
         pressed “👍 I like it”.\n\n\
         [ ○ 10 % ] [ ● 20 % ] [ ○ 30 % ] [ ○ 40 % ]\n\
         [ ○ 1 h ] [ ● 2 h ] [ ○ 6 h ] [ ○ 24 h ]\n\
         [ Another button ]\n\
         [ ‹ Another version ] [ Next › ]\n"
    );
    assert_eq!(
        of("One", "en"),
        "ostankino.mail/One (en)\n\n\
         Скидка 20 % (no. 7)\n\
         running\n\
         ▓░░░░░░░░░░░ 12 %\n\n\
         Sent: 2210\n\
         Blocked the bot: 31\n\
         Refused by Telegram: 1\n\
         Unknown: 2\n\
         Skipped: 0\n\
         Waiting: 15960\n\n\
         [ ⏸ Pause ] [ ✖ Cancel ]\n\
         [ ✏️ Change ]\n\
         [ CSV ] [ ↻ Refresh ]\n\
         [ ‹ To the list ]\n"
    );
}
