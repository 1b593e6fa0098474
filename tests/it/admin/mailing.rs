//! A mailing that is written at the page: its author gets it first, alone; who may not, and what is wrong with it, is told.

use reqwest::Response;

use super::audit;
use crate::support::{
    World,
    panel::{Panel, with_panel},
};

const TEXT: &str = "<b>Мы открылись!</b> Приходите 🦀";

/// The fields of the form, with these in place of empty ones.
fn filled<'a>(given: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let names = [
        "title",
        "text",
        "link_text",
        "link_url",
        "segment",
        "languages",
        "category",
        "at",
        "key",
    ];
    let value = |name: &str| {
        let given = given.iter().find(|(known, _)| *known == name);
        given.map_or("", |(_, value)| *value)
    };
    let mut fields: Vec<_> = names.map(|name| (name, value(name))).into();
    fields.extend(given.iter().filter(|(name, _)| !names.contains(name)));
    fields
}

async fn text(answer: Response, status: u16) -> String {
    let found = answer.status();
    let text = answer.text().await.expect("a text");
    assert_eq!(found, status, "{text}");
    text
}

#[tokio::test]
async fn its_author_gets_it_first_and_then_everybody_once() {
    let world = World::new().await;
    let (viewer, operator) = (world.tg.person("Вера"), world.tg.person("Олег"));
    let service = with_panel(world.service(), [&[], &[&operator], &[&viewer]]);
    let service = service.start().await;
    let people = ["Алиса", "Борис"].map(|name| world.tg.person(name));
    for person in &people {
        person.says("/start");
        person.next_message().await;
    }
    let panel = Panel::of(&service.logs).await;
    let (looks, acts) = (panel.entered(&viewer).await, panel.entered(&operator).await);
    let page = acts.page("/admin/mailings/new").await;
    assert!(page.contains("<textarea name=\"text\""), "{page}");
    assert_eq!(looks.get("/admin/mailings/new").await.status(), 403);
    let fields = filled(&[
        ("title", "Открытие"),
        ("text", TEXT),
        ("link_text", "Куда"),
        ("link_url", "https://example.org/"),
        ("key", "admin-1"),
    ]);
    let refused = looks.post("/admin/mailings/new", &fields).await;
    assert_eq!(refused.status(), 403);

    let tried = acts.post("/admin/mailings/new", &fields).await;
    let tried = text(tried, 200).await;
    // The viewer and the operator wrote to the bot, too.
    assert!(tried.contains("Получат: <strong>4</strong>"), "{tried}");
    let trial = operator.next_message().await;
    assert_eq!(trial.text, "Мы открылись! Приходите 🦀");
    let button = trial.reply_markup.as_ref().expect("a button")["inline_keyboard"][0][0].clone();
    assert_eq!(
        (&button["text"], &button["url"]),
        (&"Куда".into(), &"https://example.org/".into())
    );

    let unsure = acts.post("/admin/mailings/begin", &fields).await;
    assert_eq!(unsure.status(), 400, "it is not confirmed");
    let sure: Vec<_> = fields.iter().copied().chain([("sure", "yes")]).collect();
    let mut ways = Vec::new();
    for _ in 0..2 {
        let begun = acts.post("/admin/mailings/begin", &sure).await;
        assert_eq!(begun.status(), 303);
        ways.push(
            begun.headers()["location"]
                .to_str()
                .expect("a text")
                .to_owned(),
        );
    }
    assert_eq!(ways[0], ways[1], "two clicks are one mailing");
    for person in people.iter().chain([&operator, &viewer]) {
        assert_eq!(person.next_message().await.text, trial.text);
    }
    assert!(acts.page(&ways[0]).await.contains("Рассылка создана."));
    assert_eq!(
        world.count("FROM mailings").await,
        2,
        "the trial and the mailing"
    );
    let of_mailings = audit(&world).await;
    let of_mailings = of_mailings
        .iter()
        .filter(|(_, action, ..)| action == "mailing");
    let outcomes: Vec<_> = of_mailings
        .map(|(admin, .., outcome)| (*admin, outcome.as_str()))
        .collect();
    let done = (Some(operator.id()), "done");
    assert_eq!(outcomes, [(Some(viewer.id()), "refused"), done, done, done]);
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_that_was_written_is_lost() {
    let world = World::new().await;
    let (boss, service, panel) = super::owned(&world).await;
    let panel = panel.entered(&boss).await;
    for (name, value, told) in [
        ("text", "", "Нет текста."),
        ("link_text", "Куда", "У кнопки"),
        ("at", "завтра", "Europe/Moscow"),
        ("segment", "nobody", "nobody"),
    ] {
        let mut given = vec![("text", TEXT), ("title", "\"><script>"), ("key", "admin-1")];
        given.retain(|(known, _)| *known != name);
        given.push((name, value));
        let answer = panel.post("/admin/mailings/new", &filled(&given)).await;
        let page = text(answer, 422).await;
        assert!(
            page.contains("role=\"alert\"") && page.contains(told),
            "{page}"
        );
        assert!(page.contains("&quot;&gt;&lt;script&gt;") && !page.contains("\"><script>"));
    }
    assert_eq!(world.count("FROM mailings").await, 0);
    service.stop().await;
}
