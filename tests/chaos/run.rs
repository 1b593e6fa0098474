//! One run: servers, processes, people, faults; then rest, an orderly stop, and the reckoning.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use fastrand::Rng;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{
    bot, checks,
    diary::Diary,
    faults::Faults,
    figures::Figures,
    fleet::{Member, PARTITIONS},
    mailings,
    options::Options,
    point::Point,
    post::Post,
    progress::Progress,
    referee::Referee,
    scene::Stage,
    schedule,
    stores::Stores,
    trap::Traps,
    workload::People,
};

/// How long the queue may take to empty once nothing breaks any more.
const REST: Duration = Duration::from_secs(60);

/// Runs and prints what came of it; says whether it went as it should: without a switch nothing is
/// violated, with one something is.
pub(crate) async fn run(options: &Options) -> bool {
    let switch = options.switch.map_or("none", |switch| switch.name());
    println!(
        "chaos: --seed {} --updates {} --users {} --processes {} --kills {}{}, switch: {switch}",
        options.seed,
        options.updates,
        options.users,
        options.processes,
        options.kills,
        if options.is_long { " --long" } else { "" },
    );
    let logs = folder(options.seed);
    let figures = drive(options, &logs).await;
    println!("{figures}");
    let applied: Vec<_> = figures.log.iter().map(|row| format!("{row:?}")).collect();
    fs::write(logs.join("applied.log"), applied.join("\n")).expect("room");
    let violations = figures.violations();
    let passed = violations.is_empty() == options.switch.is_none();
    match (violations.as_slice(), options.switch) {
        ([], None) => println!("chaos: ok"),
        ([], Some(_)) => println!("chaos: FAILED, the checks saw nothing with the switch {switch}"),
        (found, None) => println!("chaos: FAILED, {found:?}"),
        (found, Some(_)) => {
            println!("chaos: ok, with the switch {switch} the checks saw {found:?}")
        }
    }
    if options.keep || !passed {
        println!("chaos: the logs are in {}", logs.display());
    } else {
        let _ = fs::remove_dir_all(&logs);
    }
    passed
}

fn folder(seed: u64) -> PathBuf {
    let name = format!("ostankino-chaos-{seed}-{:08x}", fastrand::u32(..));
    let folder = env::temp_dir().join(name);
    fs::create_dir(&folder).expect("a new folder");
    folder
}

async fn drive(options: &Options, logs: &Path) -> Figures {
    let mut rng = Rng::with_seed(options.seed);
    let stores = Stores::start().await;
    let (traps, progress) = (Arc::new(Traps::default()), Arc::new(Progress::default()));
    let referee = Arc::new(Referee::default());
    let mut members = Vec::new();
    for index in 0..options.processes {
        members.push(Member::new(index, &stores, logs, &traps, &progress, &referee, options).await);
    }
    // The first one brings the schema up to date.
    members[0].start(&stores.tg);
    members[0].is_up().await;
    let database = stores.database().await;
    let created = database.batch_execute(bot::TABLES).await;
    created.expect("the database is new");
    if let Some(switch) = options.switch {
        switch.apply(&database).await;
    }
    for member in &mut members[1..] {
        member.start(&stores.tg);
    }
    for member in &members {
        member.is_up().await;
    }
    let people = People::arrive(&stores.tg, options).await;

    let post = Post::open(&stores, logs).await;

    let begun = Instant::now();
    let (stage, scenes) = Stage::new();
    let plan = schedule::draw(&mut rng, options);
    let faults = Faults {
        stores: &stores,
        members: &members,
        traps: &traps,
        progress: &progress,
        referee: &referee,
        stage,
        diary: &Diary::new(logs),
    };
    let (is_over, over) = watch::channel(false);
    let break_things = async {
        let happened = tokio::join!(
            people.act(rng.fork(), options.updates, &progress, scenes, PARTITIONS),
            faults.happen(plan),
        );
        is_over.send_replace(true);
        happened
    };
    let (((mut sent, has_acted), happened), ()) = tokio::join!(break_things, post.send(over));
    let mut figures = Figures::after(happened);
    if !has_acted {
        figures.stuck += 1;
        figures.note("updates were not acknowledged any more, so people stopped sending".into());
    }
    stores.tg.clear_faults();
    for member in &members {
        member.heal();
    }
    come_to_rest(&stores, &members, &mut figures).await;
    // What a crash left of a picture, the next press mends.
    people.press_once_more(&mut sent).await;
    come_to_rest(&stores, &members, &mut figures).await;
    post.close(REST, &mut figures).await;
    figures.duration = begun.elapsed();
    figures.passed = traps.passed();
    // Fewer updates may miss a point; with a switch some messages are not as they are.
    if options.switch.is_none() && options.updates >= 200 {
        figures.unknown_points = Point::ALL.len() - figures.passed.len();
    }
    figures.fouls = referee.fouls();
    (figures.deliveries, figures.most_deliveries) = progress.deliveries();
    stop(&stores, &mut members, &mut figures).await;
    figures.processes = options.processes.try_into().unwrap_or(i64::MAX);
    mailings::judge(&stores, &people, &post, &mut figures).await;
    checks::judge(&stores, &people, &sent, &mut figures).await;
    figures
}

/// Everybody is up, and nothing waits any more.
async fn come_to_rest(stores: &Stores, members: &[Member], figures: &mut Figures) {
    for member in members {
        member.is_up().await;
    }
    let emptied = async {
        // Timers make updates.
        while stores.tg.pending_updates() > 0
            || stores.timers().await > 0
            || stores.owed().await > 0
            || stores.queue().await != (0, 0)
        {
            sleep(Duration::from_millis(50)).await;
        }
    };
    if timeout(REST, emptied).await.is_err() {
        let (fetched, queue) = (stores.tg.pending_updates(), stores.queue().await);
        figures.stuck += 1;
        figures.note(format!(
            "Telegram keeps {fetched} updates, the queue (waiting, in flight) {queue:?}"
        ));
    }
    let leases = stores.leases().await;
    if leases > 1 {
        figures.wrong_leases += 1;
        figures.note(format!("{leases} processes hold a lease"));
    }
}

/// All processes at once, as an operator stops them.
async fn stop(stores: &Stores, members: &mut [Member], figures: &mut Figures) {
    let codes = futures_util::future::join_all(members.iter_mut().map(Member::stop)).await;
    for (index, (member, code)) in members.iter().zip(codes).enumerate() {
        let (starts, surprises) = member.process.history();
        figures.restarts += starts.saturating_sub(1);
        for surprise in surprises {
            figures.wrong_ends += 1;
            figures.note(format!("process {index} ended by itself: {surprise}"));
        }
        if code != Some(0) {
            figures.wrong_ends += 1;
            figures.note(format!("process {index} ended with the code {code:?}"));
        }
    }
    let leases = stores.leases().await;
    if leases > 0 {
        figures.wrong_leases += 1;
        figures.note(format!("{leases} leases are held by nobody"));
    }
    // The server needs a moment to notice that a connection was closed.
    let ended = async {
        while stores.open_transactions().await > 0 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    if timeout(Duration::from_secs(5), ended).await.is_err() {
        figures.open_transactions += 1;
    }
}
