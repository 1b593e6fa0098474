//! Many timers that are due at once, while somebody talks to the bot: what they say keeps to Telegram's limits, and who talks
//! does not notice.

use futures_util::{StreamExt, stream};
use telegram_emulator::Emulator;

use super::{HOUR, all_are_fired, bot};
use crate::support::World;

/// How many people have a timer at the same moment: five seconds of what Telegram takes.
const PEOPLE: usize = 150;

fn reminders(tg: &Emulator) -> usize {
    let calls = tg.calls_of("sendMessage").into_iter();
    let reminders = calls.filter(|call| call.status == 200 && call.params["text"] == "пора");
    reminders.count()
}

#[tokio::test]
async fn timers_that_are_due_at_once_keep_to_the_limits_and_who_talks_goes_first() {
    let world = World::new().await;
    let apps = [world.run(bot()).await, world.run(bot()).await];
    let people: Vec<_> = (0..PEOPLE).map(|_| world.tg.person("Один")).collect();
    let asking = stream::iter(&people).map(|person| async move {
        person.says("/in 5 пора");
        assert_eq!(person.next_message().await.text, "напомню");
    });
    asking.buffer_unordered(16).collect::<()>().await;
    let alice = world.tg.person("Алиса");
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да");
    // Of which this is what is counted now.
    world.put_clock_forward(HOUR).await;
    world.tg.set_flood_control(true);
    world.put_clock_forward(5 * HOUR).await;
    world.tg.wait_until(|tg| reminders(tg) > 0).await;
    for _ in 0..3 {
        alice.says("ты тут?");
        assert_eq!(alice.next_message().await.text, "да");
    }
    let before = reminders(&world.tg);
    assert!(before < PEOPLE, "she is answered past what waits: {before}");
    for person in &people {
        assert_eq!(person.next_message().await.text, "пора");
    }
    all_are_fired(&world).await;
    assert_eq!(reminders(&world.tg), PEOPLE);
    let calls = world.tg.calls_of("sendMessage");
    let refused: Vec<_> = calls.iter().filter(|call| call.status != 200).collect();
    assert!(refused.is_empty(), "{refused:?}");
    for app in apps {
        app.stop().await;
    }
}
