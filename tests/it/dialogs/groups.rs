//! Dialogs in groups: one for each member, and one that all share.

use ostankino::{CommandArgs, Event, Fired, Result, Router, User, event::Whose};
use ostankino_dialogs::{
    Access, Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows,
};
use serde::{Deserialize, Serialize};
use telegram_emulator::{Group, Person};

use super::{bot as own_bot, seen, world};
use crate::support::{APOLOGY, DEADLINE, World};

windows! { Score { Board, Over } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Game {
    points: i64,
}

impl DialogData for Game {
    const NAME: &'static str = "game";
    type Window = Score;
    type Result = ();
}

#[derive(Serialize, Deserialize)]
struct Bonus {
    points: i64,
}

impl Event for Bonus {
    const NAME: &'static str = "bonus";
}

async fn bonus(Fired(bonus): Fired<Bonus>, Data(game): Data<Game>) -> Turn<Game> {
    let points = game.points + bonus.points;
    Turn::stay().with(Game { points })
}

/// What all of a group share, with buttons for those.
fn game(access: Access) -> Dialog<Game> {
    let is_of_admins = format!("{access:?}").contains("admins");
    let game = Dialog::<Game>::new()
        .window(Score::Board, |w| {
            w.text(|v| format!("Счёт: {}", v.data.points));
            w.counter("points", field!(points), 0..=10_000);
            w.to(Score::Over, |_| "Конец");
        })
        .window(Score::Over, |w| {
            w.text(|v| format!("Итог: {}", v.data.points));
            w.cancel(|_| "Закрыть");
        })
        .on::<Bonus, _>(bonus)
        .shared()
        .access(access);
    match is_of_admins {
        true => game.refusal(|_| "Только для администраторов"),
        false => game,
    }
}

/// «/game» begins it, «/bonus 7» gives points, «/over» ends it.
fn bot(access: Access) -> Router {
    let begin = |dialogs: Dialogs| async move { dialogs.start(Game::default()).await };
    let bonus = |CommandArgs(points): CommandArgs<i64>, update: ostankino::Update| async move {
        let chat = Whose::chat(update.chat_id().unwrap_or_default());
        Dialogs::of(chat).send(&Bonus { points })
    };
    let over = |dialogs: Dialogs| async move { dialogs.close_shared() };
    Router::new()
        .command("game", begin)
        .command("bonus", bonus)
        .command("over", over)
        .dialogs(DialogSet::new().with(game(access)))
}

/// Waits until the group looks so: the texts of messages with buttons, and of those without.
async fn sees(world: &World, group: &Group, with: &[&str], without: &[&str]) {
    let looks = |_: &_| {
        let (has, lacks) = seen(group.messages());
        has == with && lacks == without
    };
    if !world.tg.holds_within(DEADLINE, looks).await {
        panic!("{:?}, not {with:?} and {without:?}", seen(group.messages()));
    }
}

async fn answer(world: &World, person: &Person, group: &Group, label: &str) -> String {
    let press = person.presses_in(group, label).await;
    let answer = world.tg.press_answered(&press).await;
    answer["text"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_stranger_changes_nothing_of_somebodys_dialog() {
    let world = world().await;
    let _app = world.run(own_bot()).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let group = world.tg.group("Дом").with(&alice).with(&boris);
    alice.says_in(&group, "/order");
    group.next_message().await;
    let told = answer(&world, &boris, &group, "+").await;
    assert_eq!(told, "Это меню не для вас или уже закрыто");
    sees(&world, &group, &["Пирожков: 0 ()"], &[]).await;
    assert_eq!(answer(&world, &alice, &group, "+").await, "");
    sees(&world, &group, &["Пирожков: 1 ()"], &[]).await;
    // Each has one of their own.
    boris.says_in(&group, "/order");
    group.next_message().await;
    sees(&world, &group, &["Пирожков: 1 ()", "Пирожков: 0 ()"], &[]).await;
    assert_eq!(answer(&world, &boris, &group, "+").await, "");
    sees(&world, &group, &["Пирожков: 1 ()", "Пирожков: 1 ()"], &[]).await;
}

#[tokio::test]
async fn five_hundred_presses_of_ten_people_are_five_hundred() {
    let world = world().await;
    let router = || bot(Access::anyone());
    let (one, other) = (world.run(router()).await, world.run(router()).await);
    let mut group = world.tg.group("Дом");
    let people: Vec<Person> = (0..10)
        .map(|n| world.tg.person(&format!("Игрок {n}")))
        .collect();
    for person in &people {
        group = group.with(person);
    }
    people[0].says_in(&group, "/game");
    group.next_message().await;
    let mut all = Vec::new();
    for round in 0..50 {
        // In each round all press at once, whatever picture they see.
        let presses = people.iter().map(|person| person.presses_in(&group, "+"));
        all.extend(futures_util::future::join_all(presses).await);
        if round == 25 {
            // Its chat changes hands.
            one.cancel();
        }
    }
    for press in &all {
        let answer = world.tg.press_answered(press).await;
        assert_ne!(answer["text"], APOLOGY, "also while its chat changes hands");
    }
    let score = format!("Счёт: {}", all.len());
    sees(&world, &group, &[&score], &[]).await;
    world.queue_is_empty().await;
    sees(&world, &group, &[&score], &[]).await;
    drop(other);
}

#[tokio::test]
async fn what_a_chat_shares_takes_events_and_ends_for_all() {
    let world = world().await;
    let _app = world.run(bot(Access::anyone())).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let group = world.tg.group("Дом").with(&alice).with(&boris);
    alice.says_in(&group, "/game");
    group.next_message().await;
    boris.presses_in(&group, "+").await;
    boris.says_in(&group, "/bonus 10");
    sees(&world, &group, &["Счёт: 11"], &[]).await;
    // Begun once more, it is below what was said, and the one above loses its buttons.
    boris.says_in(&group, "/game");
    sees(&world, &group, &["Счёт: 0"], &["Счёт: 11"]).await;
    alice.presses_in(&group, "Конец").await;
    sees(&world, &group, &["Итог: 0"], &["Счёт: 11"]).await;
    // It is in place of the first one.
    alice.says_in(&group, "/over");
    sees(&world, &group, &[], &["Счёт: 11", "Итог: 0"]).await;
}

#[tokio::test]
async fn those_press_who_may() {
    for (access, refusal) in [
        (Access::owner(), "Это меню не для вас"),
        (Access::users([501]), "Это меню не для вас"),
        (Access::admins(), "Только для администраторов"),
        (
            Access::with(async |user: User| -> Result<bool> {
                Ok(user.first_name == "Алиса")
            }),
            "Это меню не для вас",
        ),
    ] {
        let what = format!("{access:?}");
        let world = world().await;
        let _app = world.run(bot(access)).await;
        let alice = world.tg.person("Алиса").with_id(501);
        let boris = world.tg.person("Борис").with_id(502);
        let group = world
            .tg
            .group("Дом")
            .with_administrator(&alice)
            .with(&boris);
        alice.says_in(&group, "/game");
        group.next_message().await;
        for _ in 0..2 {
            assert_eq!(answer(&world, &boris, &group, "+").await, refusal, "{what}");
        }
        sees(&world, &group, &["Счёт: 0"], &[]).await;
        for points in 1..4 {
            assert_eq!(answer(&world, &alice, &group, "+").await, "", "{what}");
            sees(&world, &group, &[&format!("Счёт: {points}")], &[]).await;
        }
        if what.contains("admins") {
            // Each of them is asked about once a minute.
            assert_eq!(world.tg.calls_of("getChatMember").len(), 2);
        }
    }
}

#[tokio::test]
async fn a_topic_of_a_forum_has_one_of_its_own() {
    let world = world().await;
    let _app = world.run(bot(Access::anyone())).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    let topic = group.opens_topic("Игры");
    alice.says_in(&group, "/game");
    group.next_message().await;
    alice.says_in_topic(&group, topic, "/game");
    let shown = group.next_message().await;
    assert_eq!(shown.message["message_thread_id"], topic);
    // The newest message is that in the topic.
    alice.presses_in(&group, "+").await;
    sees(&world, &group, &["Счёт: 0", "Счёт: 1"], &[]).await;
}
