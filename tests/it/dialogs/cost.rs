//! What a press costs the store of dialogues, counted on the wire.

use telegram_emulator::Person;

use super::{bot, sees, world};
use crate::support::{World, tap::Tap};

/// What an update of Alice's cost the store of dialogues: how often her record was read, and written, and how many rows of the
/// inbox there are more. The mark that a reply left is a write of the record, or it is in such a row: where there was a
/// transaction, and in the first seconds of an owner.
async fn cost(world: &World, tap: &Tap, alice: &Person, rows: &mut i64) -> (usize, usize, i64) {
    world.queue_is_empty().await;
    let (bot, id) = (world.tg.bot_id(), alice.id());
    let key = format!("$KV.{}_fsm.{bot}.{id}.{id}._._.default", world.prefix);
    let asked = tap.take();
    let writes = asked.iter().filter(|it| it.subject == key).count();
    let is_read = |subject: &str| {
        ["$JS.API.DIRECT.GET.", "$JS.API.STREAM.MSG.GET."]
            .iter()
            .any(|begin| subject.starts_with(begin))
    };
    let of_it = asked.iter().filter(|it| is_read(&it.subject));
    let reads = of_it.filter(|it| it.subject.contains(&key) || it.payload.contains(&key));
    let before = std::mem::replace(rows, world.count("FROM inbox").await);
    (reads.count(), writes, *rows - before)
}

#[tokio::test]
async fn a_press_that_edits_costs_a_read_and_a_write() {
    let mut world = world().await;
    let tap = Tap::before(&world.nats_urls).await;
    world.nats_urls = tap.url();
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let mut rows = 0;
    alice.says("/order");
    alice.next_message().await;
    let (reads, writes, more) = cost(&world, &tap, &alice, &mut rows).await;
    assert_eq!(
        (reads, writes + usize::try_from(more).expect("few")),
        (1, 2)
    );
    for n in 1..4 {
        alice.presses("+").await;
        sees(&world, &alice, &[&format!("Пирожков: {n} ()")], &[]).await;
        let (reads, writes, more) = cost(&world, &tap, &alice, &mut rows).await;
        let marked = usize::try_from(more).expect("few");
        assert_eq!((reads, writes + marked), (1, 2), "press {n}");
    }
    // Where there is a transaction, the mark is in its row.
    alice.presses("Оплатить").await;
    sees(&world, &alice, &["Оплачено: 3"], &[]).await;
    assert_eq!(cost(&world, &tap, &alice, &mut rows).await, (1, 1, 1));
    // What changes nothing writes nothing.
    alice.presses("Ещё").await;
    sees(&world, &alice, &["Пирожков: 3 ()"], &[]).await;
    cost(&world, &tap, &alice, &mut rows).await;
    let press = alice.presses("3").await;
    world.tg.press_answered(&press).await;
    let (reads, writes, _) = cost(&world, &tap, &alice, &mut rows).await;
    assert_eq!((reads, writes), (1, 0));
}
