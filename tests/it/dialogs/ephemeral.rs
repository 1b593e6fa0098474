//! What one member of a group alone is shown: a menu of one's own from a board of all.

use std::time::Duration;

use ostankino::{
    CommandArgs, Event, Fired, Reply, Result, Router, Update,
    event::Whose,
    reply::{Button, Media},
};
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Show, Turn, field, windows,
};
use serde::{Deserialize, Serialize};
use telegram_emulator::{Group, Person, SentMessage};

use super::{seen, world};
use crate::support::{APOLOGY, DEADLINE, World};

windows! { Table { All } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Game {
    moves: i64,
}

impl DialogData for Game {
    const NAME: &'static str = "game";
    type Window = Table;
    type Result = ();
}

windows! { Mine { Cards, Name } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Hand {
    bet: i64,
    cards: i64,
    name: String,
}

impl DialogData for Hand {
    const NAME: &'static str = "hand";
    type Window = Mine;
    type Result = ();
}

/// A picture that Telegram has somewhere.
const PICTURE: &str = "https://example.org/menu.jpg";

windows! { Menu { Main } }

/// One that all see, and which shows a single turn to its user alone.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Open {
    count: i64,
    has_picture: bool,
}

impl DialogData for Open {
    const NAME: &'static str = "open";
    type Window = Menu;
    type Result = ();
}

#[derive(Serialize, Deserialize)]
struct Dealt {
    cards: i64,
}

impl Event for Dealt {
    const NAME: &'static str = "dealt";
}

async fn dealt(Fired(dealt): Fired<Dealt>, Data(hand): Data<Hand>) -> Turn<Hand> {
    let cards = hand.cards + dealt.cards;
    Turn::stay().with(Hand { cards, ..hand }).toast("Сдано")
}

/// The same as the button that starts a hand, by what its handler says.
async fn by_word(update: Update) -> Result<Turn<Game>> {
    let (user, chat) = (update.user_id(), update.chat_id());
    let whose = Whose::member(user.unwrap_or_default(), chat.unwrap_or_default());
    Ok(Turn::stay().say(Dialogs::of(whose).start(Hand::default())?))
}

async fn picture(Data(open): Data<Open>) -> Turn<Open> {
    let has_picture = !open.has_picture;
    Turn::stay().with(Open {
        has_picture,
        ..open
    })
}

async fn hide(Data(open): Data<Open>) -> Turn<Open> {
    let count = open.count + 1;
    let turn = Turn::stay().with(Open { count, ..open });
    turn.show(Show::Ephemeral)
}

fn dialogs() -> DialogSet {
    let game = Dialog::<Game>::new()
        .window(Table::All, |w| {
            w.text(|v| format!("Ходов: {}", v.data.moves));
            w.counter("moves", field!(moves), 0..=99);
            w.start("hand", |_| "Моя рука", |_| Hand::default());
            w.button("word", |_| "Рука по слову", by_word);
        })
        .shared();
    let hand = Dialog::<Hand>::new()
        .window(Mine::Cards, |w| {
            w.text(|v| {
                format!(
                    "Карт {}, ставка {} ({})",
                    v.data.cards, v.data.bet, v.data.name
                )
            });
            w.counter("bet", field!(bet), 0..=99);
            w.to(Mine::Name, |_| "Назваться");
            w.cancel(|_| "Спрятать");
        })
        .window(Mine::Name, |w| {
            w.text(|_| "Как вас зовут?");
            w.ask_text(2..=20, field!(name)).then(Mine::Cards);
            w.to(Mine::Cards, |_| "Назад");
        })
        .on::<Dealt, _>(dealt)
        .ephemeral();
    let open = Dialog::<Open>::new().window(Menu::Main, |w| {
        w.text(|v| format!("Меню {}", v.data.count));
        w.media(|v| v.data.has_picture.then(|| Media::photo(PICTURE)));
        w.button("hide", |_| "Тайно", hide);
        w.button("picture", |_| "Картинка", picture);
    });
    DialogSet::new().with(game).with(hand).with(open)
}

/// «/game» lays the board, «/hand» and «/open» begin one's own, «/deal 2» deals to who says it.
fn bot() -> Router {
    let deal = |CommandArgs(cards): CommandArgs<i64>, update: Update| async move {
        let (user, chat) = (update.user_id(), update.chat_id());
        let whose = Whose::member(user.unwrap_or_default(), chat.unwrap_or_default());
        Dialogs::of(whose).send(&Dealt { cards })
    };
    let board = || async {
        let button = Button::new("Правила", "rules");
        Reply::text("Привет").put(button).button("Рука", "hand")
    };
    Router::new()
        .command("game", async |dialogs: Dialogs| {
            dialogs.start(Game::default()).await
        })
        .command("hand", async |dialogs: Dialogs| {
            dialogs.start(Hand::default()).await
        })
        .command("open", async |dialogs: Dialogs| {
            dialogs.start(Open::default()).await
        })
        .command("hello", board)
        .command("deal", deal)
        .callback("rules", async || {
            Reply::text("Правила: 1").ephemeral().button("2", "two")
        })
        .callback("two", async || {
            Reply::edit("Правила: 2").button("3", "three")
        })
        .callback("three", async || Reply::delete())
        .callback("hand", async |dialogs: Dialogs| {
            dialogs.start(Hand::default()).await
        })
        .dialogs(dialogs())
}

/// Waits until somebody alone sees this there: the texts of messages with buttons, and of those without.
async fn sees_alone(
    world: &World,
    person: &Person,
    group: &Group,
    with: &[&str],
    without: &[&str],
) {
    let looks = |_: &_| {
        let (has, lacks) = seen(person.asides(group));
        has == with && lacks == without
    };
    if !world.tg.holds_within(DEADLINE, looks).await {
        let sees = seen(person.asides(group));
        panic!("{sees:?}, not {with:?} and {without:?}");
    }
}

fn texts(messages: Vec<SentMessage>) -> Vec<String> {
    messages.into_iter().map(|message| message.text).collect()
}

async fn answer(world: &World, person: &Person, group: &Group, label: &str) -> String {
    let press = person.presses_in(group, label).await;
    let answer = world.tg.press_answered(&press).await;
    answer["text"].as_str().unwrap_or_default().to_owned()
}

/// A group with the board, and two people in it.
async fn board(world: &World) -> (Person, Person, Group) {
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let group = world.tg.group("Дом").with(&alice).with(&boris);
    alice.says_in(&group, "/game");
    group.next_message().await;
    (alice, boris, group)
}

#[tokio::test]
async fn a_board_of_all_opens_a_menu_for_its_presser_alone() {
    let world = world().await;
    let app = world.run(bot()).await;
    let (alice, boris, group) = board(&world).await;
    for (person, other, label) in [
        (&alice, &boris, "Моя рука"),
        (&boris, &alice, "Рука по слову"),
    ] {
        let before = texts(other.asides(&group));
        assert_eq!(answer(&world, person, &group, label).await, "");
        sees_alone(&world, person, &group, &["Карт 0, ставка 0 ()"], &[]).await;
        assert_eq!(texts(other.asides(&group)), before);
    }
    // Each press is answered once, by who had it to answer.
    assert_eq!(world.tg.calls_of("answerCallbackQuery").len(), 2);
    // Six quick presses are six; what all see is as it was.
    let presses = (0..6).map(|_| alice.presses_in(&group, "+"));
    futures_util::future::join_all(presses).await;
    sees_alone(&world, &alice, &group, &["Карт 0, ставка 6 ()"], &[]).await;
    sees_alone(&world, &boris, &group, &["Карт 0, ставка 0 ()"], &[]).await;
    // Something happens to it, it is another process's, and a double click of what leads on is one.
    app.stop().await;
    let _app = world.run(bot()).await;
    alice.says_in(&group, "/deal 2");
    sees_alone(&world, &alice, &group, &["Карт 2, ставка 6 ()"], &[]).await;
    let clicks = (0..2).map(|_| alice.presses_in(&group, "Назваться"));
    for click in futures_util::future::join_all(clicks).await {
        assert_eq!(
            world.tg.press_answered(&click).await["text"],
            serde_json::Value::Null
        );
    }
    sees_alone(&world, &alice, &group, &["Как вас зовут?"], &[]).await;
    // What is written, all hear; the window stays where it is.
    alice.says_in(&group, "А");
    group.next_message().await;
    alice.says_in(&group, "Алиса");
    sees_alone(&world, &alice, &group, &["Карт 2, ставка 6 (Алиса)"], &[]).await;
    assert_eq!(answer(&world, &alice, &group, "Спрятать").await, "");
    sees_alone(&world, &alice, &group, &[], &["Карт 2, ставка 6 (Алиса)"]).await;
    sees_alone(&world, &boris, &group, &["Карт 0, ставка 0 ()"], &[]).await;
    assert_eq!(texts(group.messages())[0], "Ходов: 0");
}

#[tokio::test]
async fn an_event_edits_a_menu_that_nobody_pressed_yet() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let (alice, _, group) = board(&world).await;
    answer(&world, &alice, &group, "Моя рука").await;
    sees_alone(&world, &alice, &group, &["Карт 0, ставка 0 ()"], &[]).await;
    alice.says_in(&group, "/deal 3");
    sees_alone(&world, &alice, &group, &["Карт 3, ставка 0 ()"], &[]).await;
    // Begun once more it is one.
    answer(&world, &alice, &group, "Моя рука").await;
    let (now, before) = ("Карт 0, ставка 0 ()", "Карт 3, ставка 0 ()");
    sees_alone(&world, &alice, &group, &[now], &[before]).await;
    // What was to be said of it to one alone, nobody else heard.
    assert_eq!(texts(group.messages()), ["Ходов: 0"]);
}

#[tokio::test]
async fn after_fifteen_seconds_a_note_says_so_and_the_next_press_opens_it() {
    for label in ["Моя рука", "Рука по слову"] {
        let world = world().await;
        let app = world.run(bot()).await;
        let (alice, _, group) = board(&world).await;
        app.stop().await;
        let press = alice.presses_in(&group, label).await;
        world.put_clock_forward(Duration::from_secs(16)).await;
        let _app = world.run(bot()).await;
        let told = world.tg.press_answered(&press).await;
        assert_eq!(
            told["text"],
            "Не успел показать меню только вам. Нажмите ещё раз."
        );
        assert_eq!(answer(&world, &alice, &group, label).await, "");
        sees_alone(&world, &alice, &group, &["Карт 0, ставка 0 ()"], &[]).await;
        assert_eq!(
            texts(group.messages()),
            ["Ходов: 0"],
            "nothing else, and no apology"
        );
        alice.presses_in(&group, "+").await;
        sees_alone(&world, &alice, &group, &["Карт 0, ставка 1 ()"], &[]).await;
    }
}

#[tokio::test]
async fn a_press_of_another_route_opens_it_and_tells_if_it_came_too_late() {
    let world = world().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "/hello");
    group.next_message().await;
    app.stop().await;
    let press = alice.presses_in(&group, "Рука").await;
    world.put_clock_forward(Duration::from_secs(16)).await;
    let app = world.run(bot()).await;
    let told = world.tg.press_answered(&press).await;
    assert_eq!(
        told["text"],
        "Не успел показать меню только вам. Нажмите ещё раз."
    );
    assert_eq!(answer(&world, &alice, &group, "Рука").await, "");
    sees_alone(&world, &alice, &group, &["Карт 0, ставка 0 ()"], &[]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_word_is_answered_so_by_an_administrator_and_otherwise_by_a_word() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "/hand");
    let told = group.next_message().await.text;
    assert_eq!(
        told,
        "Это меню видите только вы, а показать его сейчас не получилось."
    );
    assert_eq!(texts(alice.asides(&group)), [""; 0]);
    let group = world
        .tg
        .group("Двор")
        .with(&alice)
        .with_bot_as_administrator();
    alice.says_in(&group, "/hand");
    sees_alone(&world, &alice, &group, &["Карт 0, ставка 0 ()"], &[]).await;
    alice.says_in(&group, "/hand");
    let text = "Карт 0, ставка 0 ()";
    sees_alone(&world, &alice, &group, &[text], &[text]).await;
    // Alone with the bot it is an ordinary message.
    alice.says("/hand");
    assert_eq!(alice.next_message().await.text, text);
}

#[tokio::test]
async fn one_turn_alone_hides_what_all_saw_and_stays_hidden() {
    let world = world().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "/open");
    group.next_message().await;
    app.stop().await;
    // Too late: it stays as it is, with its buttons, and the next press is in time.
    let press = alice.presses_in(&group, "Тайно").await;
    world.put_clock_forward(Duration::from_secs(16)).await;
    let _app = world.run(bot()).await;
    let told = world.tg.press_answered(&press).await;
    assert_eq!(
        told["text"],
        "Не успел показать меню только вам. Нажмите ещё раз."
    );
    let (with, without) = seen(group.messages());
    assert_eq!((with, without), (vec!["Меню 0".to_owned()], Vec::new()));
    assert_eq!(answer(&world, &alice, &group, "Тайно").await, "");
    sees_alone(&world, &alice, &group, &["Меню 2"], &[]).await;
    world.queue_is_empty().await;
    let (with, without) = seen(group.messages());
    assert_eq!((with, without), (Vec::new(), vec!["Меню 0".to_owned()]));
    assert_eq!(answer(&world, &alice, &group, "Тайно").await, "");
    sees_alone(&world, &alice, &group, &["Меню 3"], &[]).await;
    // A photo, which becomes a text by another message, is theirs alone, too.
    for _ in 0..2 {
        assert_eq!(answer(&world, &alice, &group, "Картинка").await, "");
        sees_alone(&world, &alice, &group, &["Меню 3"], &[]).await;
    }
    world.queue_is_empty().await;
    assert_eq!(group.messages().len(), 1);
    assert_eq!(world.tg.calls_of("sendPhoto").len(), 0);
}

#[tokio::test]
async fn replies_of_any_handler_are_about_the_ephemeral_message_that_was_pressed() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "/hello");
    group.next_message().await;
    answer(&world, &alice, &group, "Правила").await;
    sees_alone(&world, &alice, &group, &["Правила: 1"], &[]).await;
    answer(&world, &alice, &group, "2").await;
    sees_alone(&world, &alice, &group, &["Правила: 2"], &[]).await;
    answer(&world, &alice, &group, "3").await;
    sees_alone(&world, &alice, &group, &[], &[]).await;
    let texts = texts(group.messages());
    assert_eq!(texts, ["Привет"]);
    assert!(!texts.contains(&APOLOGY.to_owned()));
}
