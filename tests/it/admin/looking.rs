//! The picture of a dialogue, and events that are sent to a user: what they look like, what they leave undone, and who may.

use diesel::{sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use ostankino::{
    DbSession, DialogueState, Error, Event, Fired, Fsm, Reply, Result, Router, Text, User,
    event::Look, reply::Button,
};
use ostankino_dialogs::{Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, windows};
use ostankino_test::wait_until;
use serde::{Deserialize, Serialize};
use telegram_emulator::Person;
use tokio::sync::watch;

use super::{audit, with_page};
use crate::support::{World, panel::Panel};

windows! { Step { Show } }

#[derive(Clone, Serialize, Deserialize)]
struct Cart {
    name: String,
}

impl DialogData for Cart {
    const NAME: &'static str = "cart";
    type Window = Step;
    type Result = ();
}

#[derive(Serialize, Deserialize)]
struct Filled {
    item: u8,
}

impl Event for Filled {
    const NAME: &'static str = "filled";
}

/// Counts how often it is shown, which a getter should not.
async fn times(user: User, db: DbSession) -> Result<i64> {
    #[derive(diesel::QueryableByName)]
    struct Times {
        #[diesel(sql_type = BigInt)]
        times: i64,
    }
    let show = "INSERT INTO shown VALUES ($1) RETURNING (SELECT count(*) FROM shown) AS times";
    let show = sql_query(show).bind::<BigInt, _>(user.id);
    let times: Times = show.get_result(&mut *db.conn().await?).await?;
    Ok(times.times)
}

fn cart() -> Dialog<Cart> {
    let filled = |Fired(Filled { item }): Fired<Filled>| async move {
        Turn::<Cart>::stay().say(Reply::text(format!("Добавлено: {item}")))
    };
    Dialog::<Cart>::new()
        .window_of(Step::Show, times, |w| {
            w.text(|v| ostankino::html!("<b>{}</b>: {}", v.data.name, v.rows));
            w.link(|_| Button::url("Открыть", "https://example.org/"));
            w.cancel(|_| "Закрыть");
        })
        .on::<Filled, _>(filled)
}

/// Whatever is said is the name of a cart.
async fn begin(Text(name): Text, dialogs: Dialogs) -> Result<Reply> {
    dialogs.start_anew(Cart { name }).await
}

/// An owner, an operator and a viewer.
fn people(world: &World) -> [Person; 3] {
    ["Ольга", "Олег", "Вера"].map(|name| world.tg.person(name))
}

async fn table(world: &World) {
    let database = world.database().await;
    let table = "CREATE TABLE shown (user_id BIGINT NOT NULL)";
    database.batch_execute(table).await.expect("a table");
}

/// Where the card of that user leads to for the only dialogue.
async fn way(panel: &Panel, user: &Person) -> String {
    let card = panel.page(&format!("/admin/users/{}", user.id())).await;
    let (_, rest) = card.split_once("/dialogue?key=").expect("a link");
    let key = rest.split('"').next().expect("a key");
    format!("/admin/users/{}/dialogue?key={key}", user.id())
}

#[tokio::test]
async fn a_picture_shows_what_the_user_sees_and_leaves_nothing_behind() {
    let world = World::new().await;
    table(&world).await;
    let router = Router::new()
        .text(begin)
        .dialogs(DialogSet::new().with(cart()));
    let [owner, operator, viewer] = people(&world);
    let app = with_page(&world, router, [&[&owner], &[&operator], &[&viewer]]);
    let app = app.start().await;
    let panel = Panel::of(&app.logs).await.entered(&viewer).await;
    let alice = world.tg.person("Алиса");
    alice.says("чай <&>");
    assert_eq!(alice.next_message().await.text, "чай <&>: 0");

    let path = way(&panel, &alice).await;
    for _ in 0..2 {
        let page = panel.page(&path).await;
        let text = "<b>чай &lt;&amp;&gt;</b>: 1";
        assert!(
            page.contains(text),
            "the row of what was shown counts: {page}"
        );
        assert!(
            page.contains("title=\"url https://example.org/\">Открыть ↗"),
            "{page}"
        );
        assert!(page.contains(">Закрыть<"), "{page}");
    }
    assert_eq!(world.count("FROM shown").await, 1, "looking is undone");
    let press = alice.presses("Закрыть").await;
    world.tg.press_answered(&press).await;
    assert_eq!(panel.get(&path).await.status(), 404, "it is over");
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_drawn_says_why_and_strangers_have_no_part_in_it() {
    let world = World::new().await;
    table(&world).await;
    let router = Router::new()
        .text(begin)
        .dialogs(DialogSet::new().with(cart()));
    let [owner, operator, viewer] = people(&world);
    let app = with_page(&world, router, [&[&owner], &[&operator], &[&viewer]]);
    let app = app.start().await;
    let panel = Panel::of(&app.logs).await.entered(&owner).await;
    let alice = world.tg.person("Алиса");
    alice.says("чай");
    alice.next_message().await;
    let path = way(&panel, &alice).await;
    let database = world.database().await;
    let gone = "DROP TABLE shown";
    database.batch_execute(gone).await.expect("it was there");
    let page = panel.page(&path).await;
    assert!(page.contains("Нарисовать не вышло"), "{page}");
    assert!(
        page.contains("relation &quot;shown&quot; does not exist"),
        "{page}"
    );

    // Neither of somebody else nor of another bot is there anything by that card.
    let (card, key) = path.split_once("?key=").expect("a key");
    let id = alice.id().to_string();
    let of_owner = key.replace(&id, &owner.id().to_string());
    let (_, of_place) = key.split_once('.').expect("a bot");
    for foreign in [of_owner, format!("1.{of_place}")] {
        let answer = panel.get(&format!("{card}?key={foreign}")).await;
        assert_eq!(answer.status(), 404, "{foreign}");
    }
    app.stop().await;
}

#[derive(Serialize, Deserialize)]
struct Naming;

impl DialogueState for Naming {
    const NAME: &'static str = "naming";
}

#[tokio::test]
async fn a_dialogue_that_is_none_of_dialogs_is_drawn_by_the_bot_itself_if_it_can() {
    let world = World::new().await;
    let ask = |fsm: Fsm| async move { fsm.set(Naming).map(|()| "Как вас зовут?") };
    let look = |fsm: Fsm| async move {
        // What is changed is forgotten, and what is to happen does not.
        fsm.clear();
        let question = Reply::text("Как вас зовут?").event(&Filled { item: 1 });
        Ok::<_, Error>(question)
    };
    for (draws, shows) in [(true, "Как вас зовут?"), (false, "Бот не показывает")]
    {
        let router = Router::new().text(ask);
        let router = match draws {
            true => router.event::<Look, _>(look),
            false => router,
        };
        let [owner, operator, viewer] = people(&world);
        let app = with_page(&world, router, [&[&owner], &[&operator], &[&viewer]]);
        let app = app.start().await;
        let panel = Panel::of(&app.logs).await.entered(&owner).await;
        let alice = world.tg.person("Алиса");
        alice.says("я");
        alice.next_message().await;
        let path = way(&panel, &alice).await;
        for _ in 0..2 {
            let page = panel.page(&path).await;
            assert!(page.contains(shows), "{page}");
        }
        assert_eq!(world.count("FROM timers").await, 0);
        app.stop().await;
    }
}

#[tokio::test]
async fn an_event_is_sent_in_the_order_of_its_user_to_the_place_of_a_dialogue() {
    let world = World::new().await;
    table(&world).await;
    let (release, released) = watch::channel(false);
    let (begun, mut has_begun) = watch::channel(false);
    let slow = move || {
        let (mut released, begun) = (released.clone(), begun.clone());
        async move {
            begun.send_replace(true);
            let _ = released.wait_for(|is_released| *is_released).await;
            "готово"
        }
    };
    let router = Router::new().command("slow", slow).text(begin);
    let router = router.dialogs(DialogSet::new().with(cart()));
    let [owner, operator, viewer] = people(&world);
    let app = with_page(&world, router, [&[&owner], &[&operator], &[&viewer]]);
    let app = app.start().await;
    let panel = Panel::of(&app.logs).await;
    let (panel, of_operator) = (panel.entered(&owner).await, panel.entered(&operator).await);
    let alice = world.tg.person("Алиса");
    alice.says("чай");
    alice.next_message().await;
    alice.says("/slow");
    has_begun.wait_for(|begun| *begun).await.expect("it begins");

    let path = way(&panel, &alice).await.replace("/dialogue", "/event");
    let (send, key) = path.split_once("?key=").expect("a key");
    let form = panel.page(&path).await;
    assert!(form.contains("<option value=\"filled\""), "{form}");
    assert!(!form.contains("value=\"ostankino."), "{form}");
    let fields = |event, data| [("key", key), ("event", event), ("data", data)];
    for (data, problem) in [
        (
            "{\"item\": 300}",
            "invalid value: integer `300`, expected u8",
        ),
        ("{\"thing\": 1}", "missing field `item`"),
        ("{\"item\": 7", "EOF while parsing"),
    ] {
        let refused = panel.post(send, &fields("filled", data)).await;
        assert_eq!(refused.status(), 422, "{data}");
        let page = refused.text().await.expect("a page");
        assert!(page.contains(problem), "{page}");
        assert!(page.contains(&data.replace('"', "&quot;")), "{page}");
    }
    for event in ["ostankino.reset", "nothing"] {
        let refused = panel.post(send, &fields(event, "{}")).await;
        assert_eq!(refused.status(), 400, "{event}");
    }
    let right = fields("filled", "{\"item\": 7}");
    assert_eq!(of_operator.get(&path).await.status(), 403);
    assert_eq!(of_operator.post(send, &right).await.status(), 403);
    assert_eq!(world.count("FROM timers").await, 0, "none was sent");

    let done = panel.post(send, &right).await;
    let card = format!("/admin/users/{}?done=event", alice.id());
    assert_eq!(done.headers()["location"], card.as_str());
    assert!(panel.page(&card).await.contains("Событие поставлено"));
    wait_until("the event is in the queue", async || {
        world.count("FROM timers WHERE fired_at IS NOT NULL").await == 1
    })
    .await;
    release.send_replace(true);
    assert_eq!(alice.next_message().await.text, "готово");
    assert_eq!(alice.next_message().await.text, "Добавлено: 7");
    let mut rows = audit(&world).await;
    rows.retain(|(_, action, ..)| action == "event");
    let row = |by: &Person, outcome: &str| {
        let outcome = outcome.to_owned();
        (Some(by.id()), "event".to_owned(), Some(alice.id()), outcome)
    };
    assert_eq!(rows, [row(&operator, "refused"), row(&owner, "done")]);
    app.stop().await;
}
