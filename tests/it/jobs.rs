//! Jobs: long work that survives the death of whoever runs it, one of a user at a time, and that a user stops.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ostankino::{
    CommandArgs, Error, Job, Reply, Result, Router,
    job::{Done, Failed, JobLimits, Why, Work},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::support::{APOLOGY, TestApp, World, servers::until};

/// What a test lets jobs do, and sees of them.
#[derive(Clone, Default)]
struct Bench(Arc<Seen>);

#[derive(Default)]
struct Seen {
    begun: Mutex<Vec<(String, u16)>>,
    keys: Mutex<Vec<String>>,
    gates: Mutex<HashMap<String, Arc<Semaphore>>>,
    told: AtomicUsize,
}

impl Bench {
    /// What the work of that name waits for.
    fn gate(&self, name: &str) -> Arc<Semaphore> {
        let mut gates = self.0.gates.lock().expect("whole");
        let closed = || Arc::new(Semaphore::new(0));
        gates.entry(name.to_owned()).or_insert_with(closed).clone()
    }

    fn begun(&self) -> Vec<(String, u16)> {
        self.0.begun.lock().expect("whole").clone()
    }

    async fn has_begun(&self, name: &str, attempt: u16) {
        let what = (name.to_owned(), attempt);
        until("the job has begun", async || self.begun().contains(&what)).await;
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Draw {
    name: String,
}

impl Job for Draw {
    const NAME: &'static str = "draw";
    const LIMITS: JobLimits = JobLimits::each(Duration::from_secs(60)).attempts(2);
    type State = Bench;
    type Output = String;

    async fn run(self, work: Work<Bench>) -> Result<String> {
        let Self { name } = self;
        let seen = &work.state().0;
        let begun = (name.clone(), work.attempt());
        seen.begun.lock().expect("whole").push(begun);
        seen.keys
            .lock()
            .expect("whole")
            .push(work.once_key().to_owned());
        let mut draft = work.draft();
        draft.push(&format!("рисую <{name}>")).await;
        match &*name {
            "fails" => return Err(Error::message("no paint")),
            "panics" => panic!("no brush"),
            "refuses" => return Err(Error::user("нечем рисовать")),
            _ => {}
        }
        let gate = work.state().gate(&name);
        work.showing("upload_photo", gate.acquire())
            .await
            .expect("open")
            .forget();
        work.make_sure().await?;
        Ok(format!("картина {name}"))
    }
}

fn bot(bench: &Bench) -> Router {
    let told = bench.clone();
    Router::new()
        .command("draw", |CommandArgs(name): CommandArgs| async move {
            Reply::text("рисую").job(&Draw { name })
        })
        .command("doodle", |CommandArgs(name): CommandArgs| async move {
            Reply::none().job(&Draw { name })
        })
        .job::<Draw>(bench.clone())
        .done::<Draw, _>(move |Done(picture): Done<Draw>| {
            told.0.told.fetch_add(1, Ordering::Relaxed);
            async move { picture }
        })
        .text(|| async { "да" })
}

/// A container that gives jobs back as soon as it is told to end.
async fn start(world: &World, bench: &Bench) -> TestApp {
    let app = world.app(bot(bench));
    app.config(|config| config.delivery.shutdown_grace_ms = 1)
        .start()
        .await
}

/// A container that dies would leave its leases: they run out by themselves after half a minute, which tests do not wait for.
async fn leases_run_out(world: &World) {
    let out = "UPDATE jobs SET leased_until = now() - interval '1 s', worker = 'dead'";
    world
        .database()
        .await
        .execute(out, &[])
        .await
        .expect("it runs");
}

async fn jobs_are_done(world: &World) {
    until("no job is left", async || {
        world.count("FROM jobs WHERE told_at IS NULL").await == 0
    })
    .await;
}

#[tokio::test]
async fn a_job_shows_what_it_does_and_its_result_comes_in_the_order_of_its_user() {
    let world = World::new().await;
    let bench = Bench::default();
    let app = world.run(bot(&bench)).await;
    let alice = world.tg.person("Алиса");
    alice.says("/draw кот");
    assert_eq!(alice.next_message().await.text, "рисую");
    let draft = world.tg.next_call("sendMessageDraft").await;
    assert_eq!(draft.params["text"], "рисую &lt;кот&gt;");
    assert_eq!(draft.params["can_stop"], true);
    let action = world.tg.next_call("sendChatAction").await;
    assert_eq!(action.params["action"], "upload_photo");
    alice.says("ты тут?");
    assert_eq!(
        alice.next_message().await.text,
        "да",
        "it is outside of the lane"
    );
    bench.gate("кот").add_permits(1);
    assert_eq!(alice.next_message().await.text, "картина кот");
    jobs_are_done(&world).await;
    let key = bench.0.keys.lock().expect("whole")[0].clone();
    let parts: Vec<_> = key.split(':').collect();
    assert_eq!(
        (parts[0], parts[2]),
        (&*world.tg.bot_id().to_string(), "0"),
        "{key}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_second_job_of_a_user_waits_for_the_first_and_strangers_do_not() {
    let world = World::new().await;
    let bench = Bench::default();
    let apps = [world.run(bot(&bench)).await, world.run(bot(&bench)).await];
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    for name in ["один", "два", "три"] {
        alice.says(&format!("/draw {name}"));
        assert_eq!(alice.next_message().await.text, "рисую");
    }
    bench.has_begun("один", 1).await;
    boris.says("/draw чужое");
    assert_eq!(boris.next_message().await.text, "рисую");
    bench.gate("чужое").add_permits(1);
    assert_eq!(boris.next_message().await.text, "картина чужое");
    assert!(
        !bench.begun().iter().any(|(name, _)| name == "два"),
        "it waits"
    );
    for name in ["один", "два", "три"] {
        bench.has_begun(name, 1).await;
        bench.gate(name).add_permits(1);
        assert_eq!(alice.next_message().await.text, format!("картина {name}"));
    }
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test]
async fn thousands_of_jobs_of_one_user_hold_up_nobody_else() {
    let world = World::new().await;
    let bench = Bench::default();
    let app = world.run(bot(&bench)).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/draw первое");
    assert_eq!(alice.next_message().await.text, "рисую");
    bench.has_begun("первое", 1).await;
    let many = "INSERT INTO jobs (bot_id, id, once_key, name, owner, whose, chat_id, draft_id, data, per_user, max_attempts) \
                SELECT bot_id, id - n * 2, once_key, name, owner, whose, chat_id, draft_id, data, per_user, max_attempts \
                FROM jobs, generate_series(1, 20000) n";
    world
        .database()
        .await
        .execute(many, &[])
        .await
        .expect("it runs");
    boris.says("/draw чужое");
    assert_eq!(boris.next_message().await.text, "рисую");
    bench.gate("чужое").add_permits(1);
    assert_eq!(boris.next_message().await.text, "картина чужое");
    assert!(
        !app.logs
            .records()
            .iter()
            .any(|it| it["event"] == "jobs_failed")
    );
    app.stop().await;
}

#[tokio::test]
async fn a_deploy_in_the_middle_costs_no_attempt_and_a_death_one() {
    let world = World::new().await;
    let bench = Bench::default();
    let first = start(&world, &bench).await;
    let alice = world.tg.person("Алиса");
    alice.says("/draw кот");
    assert_eq!(alice.next_message().await.text, "рисую");
    bench.has_begun("кот", 1).await;
    first.stop().await;
    assert_eq!(
        world
            .count("FROM jobs WHERE leased_until IS NULL AND attempts = 0")
            .await,
        1
    );
    let second = start(&world, &bench).await;
    until("it has begun again", async || bench.begun().len() == 2).await;
    assert_eq!(bench.begun()[1], ("кот".to_owned(), 1));
    // As if this container had died: another one takes it over, and what the first still does counts for nothing.
    leases_run_out(&world).await;
    let third = start(&world, &bench).await;
    bench.has_begun("кот", 2).await;
    bench.gate("кот").add_permits(2);
    assert_eq!(alice.next_message().await.text, "картина кот");
    jobs_are_done(&world).await;
    world.queue_is_empty().await;
    assert_eq!(bench.0.told.load(Ordering::Relaxed), 1);
    let keys = bench.0.keys.lock().expect("whole").clone();
    assert!(
        keys.len() == 3 && keys.iter().all(|key| *key == keys[0]),
        "{keys:?}"
    );
    for app in [second, third] {
        app.stop().await;
    }
}

#[tokio::test]
async fn a_job_that_is_nearly_done_comes_to_its_end_while_its_container_does() {
    let world = World::new().await;
    let bench = Bench::default();
    let first = world.run(bot(&bench)).await;
    let alice = world.tg.person("Алиса");
    alice.says("/draw кот");
    assert_eq!(alice.next_message().await.text, "рисую");
    bench.has_begun("кот", 1).await;
    let logs = first.logs.clone();
    let finish = async {
        logs.wait_for("polling_stopped").await;
        bench.gate("кот").add_permits(1);
    };
    tokio::join!(first.stop(), finish);
    assert_eq!(
        world.count("FROM jobs WHERE told_at IS NULL").await,
        0,
        "it is done, and told"
    );
    let second = world.run(bot(&bench)).await;
    assert_eq!(alice.next_message().await.text, "картина кот");
    assert_eq!(bench.begun().len(), 1);
    second.stop().await;
}

#[tokio::test]
async fn what_came_of_a_job_is_told_by_the_next_container_if_the_first_died_right_before() {
    let world = World::new().await;
    let bench = Bench::default();
    let first = start(&world, &bench).await;
    let alice = world.tg.person("Алиса");
    alice.says("/draw кот");
    assert_eq!(alice.next_message().await.text, "рисую");
    bench.has_begun("кот", 1).await;
    first.stop().await;
    let ended = "UPDATE jobs SET event = 'done.draw', event_data = '\"из прошлого\"'";
    world
        .database()
        .await
        .execute(ended, &[])
        .await
        .expect("it runs");
    let second = start(&world, &bench).await;
    assert_eq!(alice.next_message().await.text, "из прошлого");
    jobs_are_done(&world).await;
    assert_eq!(bench.begun().len(), 1, "it did not run again");
    second.stop().await;
}

#[tokio::test]
async fn a_job_that_fails_is_begun_again_and_its_user_hears_of_it_in_the_end() {
    let world = World::new().await;
    let bench = Bench::default();
    let app = world.run(bot(&bench)).await;
    let alice = world.tg.person("Алиса");
    for name in ["fails", "panics"] {
        alice.says(&format!("/draw {name}"));
        assert_eq!(alice.next_message().await.text, "рисую");
        assert_eq!(alice.next_message().await.text, APOLOGY);
        let of_it = bench.begun().into_iter().filter(|(job, _)| job == name);
        assert_eq!(
            of_it.map(|(_, attempt)| attempt).collect::<Vec<_>>(),
            [1, 2]
        );
    }
    alice.says("/draw refuses");
    assert_eq!(alice.next_message().await.text, "рисую");
    assert_eq!(alice.next_message().await.text, "нечем рисовать");
    assert_eq!(bench.begun().len(), 5, "what is refused is not tried again");
    let failed = app
        .logs
        .records()
        .into_iter()
        .filter(|it| it["event"] == "job_failed");
    assert_eq!(failed.count(), 2);
    app.stop().await;
}

#[tokio::test]
async fn a_user_stops_what_is_being_written_and_an_operator_what_is_not() {
    let world = World::new().await;
    let bench = Bench::default();
    let heard = bot(&bench).failed::<Draw, _>(|Failed { job, why }: Failed<Draw>| async move {
        format!("{}: {}", job.name, why == Why::Cancelled)
    });
    let apps = [world.run(heard.clone()).await, world.run(heard).await];
    let alice = world.tg.person("Алиса");
    // A message takes the place of what is streamed, and that of the handler may come after that of the job.
    alice.says("/doodle кот");
    world.tg.next_call("sendMessageDraft").await;
    alice.stops_draft();
    assert_eq!(alice.next_message().await.text, "кот: true");
    alice.says("/draw пёс");
    assert_eq!(alice.next_message().await.text, "рисую");
    bench.has_begun("пёс", 1).await;
    let listed = world.service().run("jobs list --json").await;
    let job: Value = serde_json::from_str(&listed.stdout).expect("one line of JSON");
    assert_eq!(
        (&job["state"], &job["user_id"]),
        (&"running".into(), &alice.id().into())
    );
    let shown = world.service().run("jobs list").await;
    assert!(shown.stdout.contains("1 of 2"), "{shown:?}");
    let cancelled = world
        .service()
        .run(&format!("jobs cancel {}", job["id"]))
        .await;
    assert_eq!(cancelled.code, 0, "{cancelled:?}");
    assert_eq!(alice.next_message().await.text, "пёс: true");
    let again = world
        .service()
        .run(&format!("jobs cancel {}", job["id"]))
        .await;
    assert_eq!(again.code, 1, "{again:?}");
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test]
async fn the_bundled_bot_writes_a_report_across_a_restart() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/report");
    let begun = alice.next_message().await;
    assert_eq!(begun.text, "Пишу отчёт…");
    world.tg.next_call("sendMessageDraft").await;
    // Else that it was said might be said again.
    world.queue_is_empty().await;
    service.signal("KILL");
    service.ended().await;
    leases_run_out(&world).await;
    let _service = world.service().start().await;
    let done = alice.next_edit().await;
    assert_eq!(done.text, "Отчёт готов: 5 глав.");
    assert_eq!(
        done.message_id, begun.message_id,
        "it is edited by its name"
    );
    jobs_are_done(&world).await;
}
