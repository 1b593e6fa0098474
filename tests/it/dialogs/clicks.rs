//! Clicks that are quick, late, on old messages, on messages that are gone.

use futures_util::future::join_all;
use telegram_emulator::Fault;

use super::{bot, data_of, presses_late, sees, world};

#[tokio::test]
async fn six_quick_clicks_of_a_counter_are_six() {
    let world = world().await;
    let (_one, _other) = (world.run(bot()).await, world.run(bot()).await);
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let shown = alice.next_message().await;
    let plus = data_of(&shown, "+");
    // All of them on the picture that is there, before any of them is answered.
    let presses = join_all((0..6).map(|_| alice.presses_data(&plus))).await;
    sees(&world, &alice, &["Пирожков: 6 ()"], &[]).await;
    for press in &presses {
        let answer = world.tg.press_answered(press).await;
        assert_eq!(answer.get("text"), None, "{answer}");
    }
    // The last click finds the last picture.
    alice.presses("−").await;
    sees(&world, &alice, &["Пирожков: 5 ()"], &[]).await;
}

#[tokio::test]
async fn a_double_click_on_what_leads_elsewhere_leads_there_once() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let pay = data_of(&alice.next_message().await, "Оплатить");
    let presses = join_all([alice.presses_data(&pay), alice.presses_data(&pay)]).await;
    sees(&world, &alice, &["Оплачено: 0"], &[]).await;
    world.queue_is_empty().await;
    let mut texts = Vec::new();
    for press in &presses {
        let answers = world.tg.press_answers(press);
        texts.extend(
            answers
                .iter()
                .filter_map(|it| it["text"].as_str().map(str::to_owned)),
        );
    }
    assert_eq!(texts, ["Оплачено"]);
    assert_eq!(world.count("FROM paid").await, 1);
    sees(&world, &alice, &["Оплачено: 0"], &[]).await;
}

#[tokio::test]
async fn a_click_heals_a_picture_that_was_not_edited() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    alice.next_message().await;
    for (button, then) in [("Оплатить", "Оплачено: 0"), ("Ещё", "Пирожков: 0 ()")]
    {
        let before = alice.messages()[0].text.clone();
        let refused = Fault::on("editMessageText").status(400).times(1);
        world.tg.fault(refused.description("Bad Request: odd"));
        let press = alice.presses(button).await;
        world.tg.press_answered(&press).await;
        world.queue_is_empty().await;
        // The dialog went on, and nobody sees it.
        assert_eq!(alice.messages()[0].text, before, "{button}");
        alice.presses(button).await;
        sees(&world, &alice, &[then], &["Что-то пошло не так"]).await;
        // The apology was said in the chat.
        let apology = alice
            .messages()
            .into_iter()
            .find(|it| it.text.starts_with("Что"));
        alice.deletes(apology.expect("just seen").message_id);
    }
    assert_eq!(world.count("FROM paid").await, 1);
}

/// The buttons of a message that was left behind stay once, as after a failure.
fn buttons_stay() -> Fault {
    let stays = Fault::on("editMessageReplyMarkup").status(400).times(1);
    stays.description("Bad Request: message can't be edited")
}

#[tokio::test]
async fn the_button_of_a_message_that_was_left_behind_says_so_and_goes() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let first = alice.next_message().await;
    alice.presses("Пожелания").await;
    alice.next_edit().await;
    world.tg.fault(buttons_stay());
    alice.says("с перцем");
    alice.next_message().await;
    sees(
        &world,
        &alice,
        &["Напишите пожелания", "Пирожков: 0 (с перцем)"],
        &[],
    )
    .await;
    alice.presses("Пожелания").await;
    alice.next_edit().await;
    alice.says("с солью");
    alice.next_message().await;
    let before = ["Напишите пожелания", "Пирожков: 0 (с солью)"];
    sees(&world, &alice, &before, &["Напишите пожелания"]).await;

    let press = alice.presses("Назад").await;
    assert_eq!(press.message_id, first.message_id);
    let answer = world.tg.press_answered(&press).await;
    assert_eq!(answer["text"], "Это меню устарело");
    let after = ["Напишите пожелания", "Напишите пожелания"];
    sees(&world, &alice, &["Пирожков: 0 (с солью)"], &after).await;
}

#[tokio::test]
async fn the_button_of_a_dialog_that_is_over_says_so_and_goes() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    alice.next_message().await;
    world.tg.fault(buttons_stay());
    let press = alice.presses("Закрыть").await;
    world.tg.press_answered(&press).await;
    world.queue_is_empty().await;
    let press = alice.presses("+").await;
    let answer = world.tg.press_answered(&press).await;
    assert_eq!(answer["text"], "Диалог закрыт");
    sees(&world, &alice, &[], &["Пирожков: 0 ()"]).await;
    // It can be begun anew.
    alice.says("/order");
    alice.next_message().await;
    alice.presses("+").await;
    sees(&world, &alice, &["Пирожков: 1 ()"], &["Пирожков: 0 ()"]).await;
}

#[tokio::test]
async fn a_message_that_its_user_deleted_is_sent_anew() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let shown = alice.next_message().await;
    alice.deletes(shown.message_id);
    presses_late(&world, &alice, shown.message_id, &data_of(&shown, "+"));
    assert_eq!(alice.next_message().await.text, "Пирожков: 1 ()");
    // Another press of the message that is gone finds the one that came in place of it.
    presses_late(&world, &alice, shown.message_id, &data_of(&shown, "+"));
    sees(&world, &alice, &["Пирожков: 2 ()"], &[]).await;
    alice.presses("+").await;
    sees(&world, &alice, &["Пирожков: 3 ()"], &[]).await;
}
