//! What one user sends beyond the measure does not reach the bot, and he is told so once.

use ostankino::{Router, Text, config::FloodConfig};
use ostankino_test::AppSetup;
use serde_json::json;
use telegram_emulator::SentMessage;

use crate::support::World;

const NOTICE: &str = "Помедленнее, пожалуйста.";

/// It repeats what it hears. So slow a measure forgets nothing while a test runs.
fn bot(world: &World) -> AppSetup {
    let routes = Router::new()
        .command("start", || async { "Здравствуйте!" })
        .text(|text: Text| async move { text.0 });
    world.app(routes).config(|config| {
        config.flood = FloodConfig {
            updates_per_min: 1,
            burst: 5,
            notice: NOTICE.into(),
        };
    })
}

fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|number| number.to_string()).collect()
}

/// What was said, in its order but for the notice.
fn texts(messages: &[SentMessage]) -> Vec<&str> {
    let texts = messages.iter().map(|message| message.text.as_str());
    texts.filter(|text| *text != NOTICE).collect()
}

#[tokio::test]
async fn a_flood_is_cut_off_told_once_and_harms_no_other() {
    let world = World::new().await;
    let app = bot(&world).start().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says_many(numbers(50));
    boris.says_many(numbers(5));
    alice.says("/start");
    while alice.next_message().await.text != "Здравствуйте!" {}
    while boris.next_message().await.text != "5" {}
    app.logs.wait_for("flood").await;

    let told = alice.messages();
    assert_eq!(texts(&told), ["1", "2", "3", "4", "5", "Здравствуйте!"]);
    assert_eq!(texts(&boris.messages()), ["1", "2", "3", "4", "5"]);
    let notice = async || {
        let messages = alice.messages();
        messages
            .iter()
            .filter(|message| message.text == NOTICE)
            .count()
            == 1
    };
    ostankino_test::wait_until("she is told", notice).await;
    // Who blocks the bot is known, whatever he sent before.
    alice.blocks();
    let is_known = async || !world.user(alice.id()).await.expect("a row").is_active;
    ostankino_test::wait_until("it is known that she blocked it", is_known).await;
    let record = &app.logs.of("flood")[0];
    assert_eq!(record["user_id"], alice.id());
    app.stop().await;
}

#[tokio::test]
async fn what_telegram_kept_during_an_outage_is_all_taken() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    // An hour's talk, a message a minute.
    for number in numbers(60) {
        alice.says(&number);
        world
            .put_clock_forward(std::time::Duration::from_secs(60))
            .await;
    }
    let app = bot(&world).start().await;
    while alice.messages().len() < 60 {
        alice.next_message().await;
    }
    assert_eq!(texts(&alice.messages()), numbers(60));
    assert_eq!(app.logs.of("flood").len(), 0);
    app.stop().await;
}

#[tokio::test]
async fn a_press_too_many_is_answered_over_the_button() {
    let world = World::new().await;
    let app = bot(&world).start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    for number in 0..6 {
        let press = json!({"id": number.to_string(), "from": {"id": alice.id(), "is_bot": false, "first_name": "А"},
            "chat_instance": "1", "data": "x"});
        world.tg.push_update(json!({"callback_query": press}));
    }
    let told = async || {
        let calls = world.tg.calls_of("answerCallbackQuery");
        let notices = calls.iter().filter(|call| call.param("text") == NOTICE);
        notices
            .map(|call| call.param("callback_query_id"))
            .eq(["5".to_owned()])
    };
    ostankino_test::wait_until("the sixth press is answered so", told).await;
    app.stop().await;
}
