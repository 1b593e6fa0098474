//! Events, timers and jobs speak the language of the user whose they are.

use std::time::Duration;

use ostankino::{
    Error, Event, Fired, Job, Reply, Result, Router, Timers,
    job::{Done, Work},
};
use ostankino_demo::Texts;
use serde::{Deserialize, Serialize};

use super::{routes, setup};
use crate::support::World;

#[derive(Serialize, Deserialize)]
struct Later {}

impl Event for Later {
    const NAME: &'static str = "later";
}

#[derive(Serialize, Deserialize)]
struct Count {}

impl Job for Count {
    const NAME: &'static str = "count";
    type State = ();
    type Output = String;

    async fn run(self, work: Work<()>) -> Result<String> {
        Ok(work.texts::<Texts>().await?.report_done(2).plain())
    }
}

async fn ask(timers: Timers) -> Result<()> {
    timers
        .after(Duration::from_secs(3_600))
        .event(&Later {})
        .await?;
    Ok(())
}

#[tokio::test]
async fn what_happens_later_is_said_in_the_users_language() {
    let world = World::new().await;
    let routes = Router::new()
        .command("later", ask)
        .event::<Later, _>(|t: Texts, Fired(Later {}): Fired<Later>| async move { t.will_remind() })
        .command("job", || async { Reply::none().job(&Count {}) })
        .job::<Count>(())
        .done::<Count, _>(|Done(said): Done<Count>| async move { Ok::<_, Error>(said) })
        .merge(routes());
    let _app = setup(&world, routes).start().await;
    let alice = world.tg.person("Алиса");
    let bob = world.tg.person("Bob").with_language("en");
    let carol = world.tg.person("Carol");
    carol.says("/language");
    carol.next_message().await;
    carol.presses("English").await;
    carol.next_message().await;
    let people = [
        (&alice, "Отчёт готов: 2 главы.", "Напомню."),
        (
            &bob,
            "The report is ready: 2 chapters.",
            "I will remind you.",
        ),
        (
            &carol,
            "The report is ready: 2 chapters.",
            "I will remind you.",
        ),
    ];
    for (person, counted, _) in people {
        person.says("/job");
        assert_eq!(person.next_message().await.text, counted);
        person.says("/later");
    }
    world.queue_is_empty().await;
    world.put_clock_forward(Duration::from_secs(3_600)).await;
    for (person, _, reminded) in people {
        assert_eq!(person.next_message().await.text, reminded);
    }
}
