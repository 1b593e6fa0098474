//! Ten thousand timers are due at once.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use ostankino::{CommandArgs, Error, Event, Fired, Router, Timers};
use serde::{Deserialize, Serialize};
use telegram_emulator::Person;

use crate::{
    figures::Figures,
    support::World,
    talk::{ANSWER, People},
};

const HOUR: Duration = Duration::from_secs(3_600);

/// How many people ask for a timer, and how many each of them has in the end.
const PEOPLE: usize = 100;
const EACH: usize = 100;

/// How many messages people write, alone and beside.
const MESSAGES: usize = 300;

#[derive(Serialize, Deserialize)]
struct Remind {
    text: String,
}

impl Event for Remind {
    const NAME: &'static str = "remind";
}

fn bot() -> Router {
    let ask = |timers: Timers, CommandArgs(text): CommandArgs| async move {
        timers.after(5 * HOUR).event(&Remind { text }).await?;
        Ok::<_, Error>("напомню")
    };
    Router::new()
        .command("in", ask)
        .event::<Remind, _>(|Fired(Remind { text }): Fired<Remind>| async move { text })
        .text(async || ANSWER)
}

/// Measures it once.
pub(crate) async fn timers() -> Figures {
    let world = World::new().await;
    let with_partitions = || {
        world
            .app(bot())
            .config(|config| config.delivery.partitions = 16)
    };
    let apps = [
        with_partitions().start().await,
        with_partitions().start().await,
    ];
    let asking: Vec<_> = (0..PEOPLE).map(|_| world.tg.person("Один")).collect();
    stream::iter(&asking)
        .for_each_concurrent(8, async |person: &Person| {
            person.says("/in чай");
            person.next_message().await;
        })
        .await;
    multiply(&world).await;
    let people = People::of(&world).await;
    let idle = people.talk(MESSAGES).await;
    world.tg.set_flood_control(true);
    let begun = Instant::now();
    world.put_clock_forward(6 * HOUR).await;
    let beside = people.talk(MESSAGES).await;
    let fired = world.count("FROM timers WHERE fired_at IS NOT NULL").await;
    let per_s = fired as f64 / begun.elapsed().as_secs_f64();
    let calls = world.tg.calls_of("sendMessage");
    let refused = calls.iter().filter(|call| call.status != 200).count();
    for app in apps {
        app.stop().await;
    }
    Figures {
        idle,
        beside,
        refused,
        per_s,
    }
}

/// Gives everybody as many timers more as they are to have.
async fn multiply(world: &World) {
    let database = world.database().await;
    let columns =
        "bot_id, owner, user_id, chat_id, chat_kind, event, data, run_at, catch_up, created_at";
    let copy = format!(
        "INSERT INTO timers ({columns}) SELECT {columns} FROM timers, generate_series(2, {EACH})"
    );
    database
        .batch_execute(&copy)
        .await
        .expect("they are copied");
    assert_eq!(
        world.count("FROM timers").await,
        i64::try_from(PEOPLE * EACH).expect("not so many")
    );
}
